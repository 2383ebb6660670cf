"""Turns a GGUF file into a model folder with safetensors, once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from lingua_integrations.core.store.progress import bar, tell


def convert_gguf(file: Path, folder: Path, progress: bool) -> Path:
    """Turn a GGUF file into a model folder with float32 safetensors and a fast tokenizer.

    transformers takes half a minute to dequantise a model of 135 million parameters, which is why the result
    is kept: safetensors load in a tenth of a second, memory-mapped.
    """
    import torch
    from safetensors import SafetensorError
    from transformers import AutoModelForCausalLM, AutoTokenizer, modeling_gguf_pytorch_utils

    from lingua_integrations.core.quiet import quiet_transformers

    tell(f"converting {file.name} to safetensors, once", progress)
    steps = bar(3, f"converting {file.name}", "step", progress)
    _tell_version()
    with quiet_transformers(), _without_bars(modeling_gguf_pytorch_utils), steps:
        packed = AutoModelForCausalLM.from_pretrained(file.parent, gguf_file=file.name, dtype=torch.float32)
        steps.update()
        tokenizer = AutoTokenizer.from_pretrained(file.parent, gguf_file=file.name)
        steps.update()
        plain = packed.config.to_dict()
        for key in ("quantization_config", "_name_or_path", "_model_name_or_path"):
            plain.pop(key, None)
        # A model that was read from GGUF refuses to be saved, so its weights move to one that was not. On
        # the meta device that one takes no memory, and no numbers from the caller's random generator.
        with torch.device("meta"):
            model = type(packed)(type(packed.config)(**plain))
        model.load_state_dict(packed.state_dict(), assign=True)
        model.tie_weights()
        try:
            model.save_pretrained(folder)
        except SafetensorError as error:
            raise OSError(f"writing the safetensors failed: {error}") from error
        tokenizer.save_pretrained(folder)
        steps.update()
    return folder


def _tell_version() -> None:
    """Let transformers know which gguf is installed.

    On Python 3.10, before transformers 5.17, it asks the module, which does not say.
    """
    import gguf

    if not hasattr(gguf, "__version__"):
        setattr(gguf, "__version__", version("gguf"))  # noqa: B010 - the stubs know no such name


@contextmanager
def _without_bars(reader: Any) -> Iterator[None]:
    """The GGUF reader of transformers draws bars of its own, which none of its switches turns off.

    Those of other threads are drawn.
    """
    drawn, ours = reader.tqdm, threading.get_ident()

    def hiding(*given: Any, **settings: Any) -> Any:
        hidden = threading.get_ident() == ours
        return drawn(*given, **settings | ({"disable": True} if hidden else {}))

    reader.tqdm = hiding
    try:
        yield
    finally:
        reader.tqdm = drawn
