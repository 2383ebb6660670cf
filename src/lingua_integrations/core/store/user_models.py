"""Models that their user made, kept in the model store under names of their own."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import regex

from lingua_integrations.core.store import folders as store
from lingua_integrations.core.store.catalogue import CATALOGUE
from lingua_integrations.errors import InvalidRequest, ModelError

_NAME = regex.compile(r"[A-Za-z0-9][\w.-]{0,99}")


@dataclass(frozen=True)
class Making:
    """Where a model of one's own comes from.

    Attributes:
        what: one line for people.
        licence: of the result, as an SPDX name; mostly that of the model it began as.
        facts: whatever else is worth keeping, as JSON has it: the model it began as, its recipe.
    """

    what: str
    licence: str = "unknown"
    facts: dict[str, Any] = field(default_factory=dict)


def check_name(name: str, *, replace: bool = False) -> None:
    """Refuse a name before anything is paid for it.

    Raises:
        InvalidRequest: it is no name for a model, one of ours, or taken.
    """
    if not _NAME.fullmatch(name) or name.endswith(".lock"):
        raise InvalidRequest(
            f"{name!r} is no name for a model: at most 100 letters, digits, '.', '_' and '-', a letter or "
            "digit first."
        )
    if name in CATALOGUE:
        raise InvalidRequest(f"{name!r} is one of our own names, which always means the same weights.")
    if store.folder_of(name).exists() and not replace:
        raise InvalidRequest(
            f"The store has a model {name!r} already. Take another name, allow it to be replaced, or: "
            f"lingua models remove {name}"
        )


def keep(name: str, save: Callable[[Path], object], making: Making, *, replace: bool = False) -> Path:
    """Put a model into the store; it is there whole, or not at all.

    Args:
        name: what it will be called everywhere.
        save: writes its files (configuration, tokenizer, safetensors) into the folder that it is given.
        making: where it comes from.
        replace: whether a model of that name, made here, may go.

    Returns:
        Its folder.

    Raises:
        InvalidRequest: the name is not to be had.
        ModelError: the store's folder cannot be written.
    """
    check_name(name, replace=replace)
    with store.locked(name):
        check_name(name, replace=replace)  # somebody else may have been faster
        store.clear_stale(name)
        work = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=store.folder_of(name).parent))
        try:
            model = work / "model"
            model.mkdir()
            save(model)
            store.write_manifest(model, name, {"made": asdict(making)})
            store.put_in_place(model, store.folder_of(name))
        except Exception as error:
            # A full disk is an error of the safetensors library's own, which a light install does not have.
            if isinstance(error, OSError) or type(error).__name__ == "SafetensorError":
                raise ModelError(store.unwritable(error)) from error
            raise
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return store.folder_of(name)
