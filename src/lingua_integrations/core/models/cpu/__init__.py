"""Optimisations that make models fast, mainly on CPUs. Nobody needs them to understand compression.

    prepare.py the one way in: a model is made ready, and says how it is run
    packed.py  linear layers whose weights lie in memory in the order in which they are multiplied
    head.py    the body that reads and the lm_head that predicts, run apart
    cache.py   keys and values in blocks of memory that new rows are written into
    sizes.py   few numbers of tokens, since oneDNN keeps code for each
    heap.py    free memory goes back to the system

Each is tried on a short text when a model is loaded. Where one does not work with a model or with this
version of torch and transformers, the model runs without it, and the log says so at DEBUG.
"""
