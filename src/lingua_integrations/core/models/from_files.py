"""Loads a model of the transformers library from a folder whose files are not trusted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lingua_integrations.core.models.request import Request
from lingua_integrations.core.models.running import guarded
from lingua_integrations.core.models.trial import check_tokenizer
from lingua_integrations.core.seams import Seam
from lingua_integrations.core.store.catalogue import CATALOGUE, Kind
from lingua_integrations.core.store.folders import folder_of
from lingua_integrations.core.store.screening import screen, tensors_of
from lingua_integrations.core.threads import Lock
from lingua_integrations.errors import ModelDamaged, UnsupportedModel

_HEADS: dict[Kind, str] = {
    "causal language model": "AutoModelForCausalLM",
    "embedding": "AutoModel",
    "cross-encoder": "AutoModelForSequenceClassification",
    "token classifier": "AutoModelForTokenClassification",
}
"""The class of transformers that loads each kind; pruners have networks of ours."""
_SPARE = 1 << 27  # numbers that a head without weights, or a table that is computed, may add
_building = Lock()  # transformers sets torch's default dtype for the whole process while it builds a model


def from_transformers(request: Request[Any], folder: Path) -> tuple[Any, Any]:
    """A model as transformers loads it, and its tokenizer, from files that may be anything.

    Raises:
        ModelDamaged: its weights are missing, or fewer than its configuration asks for.
        UnsupportedModel: it is of another kind, or transformers cannot read it without code of its own.
    """
    import torch
    import transformers

    head = getattr(transformers, _HEADS[request.kind])
    numbers = getattr(torch, str(request.dtype), request.dtype)
    with building(request, folder) as local:
        if not _is_ours(request.name, folder):
            _check_size(folder, head, local)
        tokenizer = tokenizer_of(request, folder)
        model, told = head.from_pretrained(
            folder, dtype=numbers, use_safetensors=True, output_loading_info=True, **local
        )
    missing = sorted(key for key in told["missing_keys"] if not _is_spare(request.kind, key))
    if missing:
        raise UnsupportedModel(
            f"{request.name} has no weights for {', '.join(missing[:3])}, which {head.__name__} needs: it is "
            "another kind of model."
        )
    if model.config.is_encoder_decoder:
        raise UnsupportedModel(f"{request.name} is an encoder with a decoder, which is not supported.")
    with guarded(request.device):
        return model.to(request.device).eval(), tokenizer


def tokenizer_of(request: Request[Any], folder: Path) -> Any:
    """A folder's tokenizer, which has to be fast."""
    import transformers

    tokenizer = transformers.AutoTokenizer.from_pretrained(folder, **_local(request))
    need_fast(tokenizer, request.name)
    return tokenizer


def _local(request: Request[Any]) -> dict[str, bool]:
    return {"local_files_only": True, "trust_remote_code": request.trust_remote_code}


def check_folder(name: str, folder: Path) -> None:
    """Refuse a folder that is not safe to load; one of ours was checked when it was put into the store.

    Raises:
        UnsupportedModel: it holds an adapter or pickles, asks for code, or its tokenizer does not work.
        ModelDamaged: its files contradict one another.
    """
    if not _is_ours(name, folder):
        screen(folder)
        check_tokenizer(folder)


def _is_ours(name: str, folder: Path) -> bool:
    return name in CATALOGUE and folder == folder_of(name)


@contextmanager
def building(request: Request[Any], folder: Path) -> Iterator[dict[str, bool]]:
    """Alone while transformers builds a model, from files that are safe to load, with its errors as ours.

    Gives the options with which everything is loaded.
    """
    from lingua_integrations.core.quiet import quiet_transformers

    check_folder(request.name, folder)
    with _building, quiet_transformers(), Seam(ModelDamaged, f"{request.name} cannot be loaded"):
        yield _local(request)


def _check_size(folder: Path, head: Any, local: dict[str, bool]) -> None:
    """Refuse a configuration that asks for many more numbers than the files hold."""
    import torch
    import transformers

    config = transformers.AutoConfig.from_pretrained(folder, **local)
    with torch.device("meta"):  # takes no memory, whatever the sizes
        empty = head.from_config(config, trust_remote_code=local["trust_remote_code"])
    wanted = sum(one.numel() for one in (*empty.parameters(), *empty.buffers()))
    held = tensors_of(folder).numbers
    if wanted > 2 * held + _SPARE:
        raise ModelDamaged(
            f"{folder}: config.json describes {wanted:,} parameters, but the weights have {held:,}."
        )


def _is_spare(kind: Kind, key: str) -> bool:
    """Whether a weight that a folder lacks is one that nobody asks: a bare encoder's pooler."""
    return kind == "embedding" and key.startswith("pooler.")


def need_fast(tokenizer: Any, name: str) -> None:
    """Refuse a slow tokenizer, which cannot say which characters a token is."""
    if not getattr(tokenizer, "is_fast", False):
        raise UnsupportedModel(
            f"{name} has no fast tokenizer, so its tokens cannot be traced to characters. Use a model whose "
            "folder holds a tokenizer.json."
        )
