"""Compression of tables of texts, row by row: for batch engines, and from file to file.

`BatchCompressor` is what Ray Data, Spark and Hugging Face datasets call; see docs/batch.md.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
