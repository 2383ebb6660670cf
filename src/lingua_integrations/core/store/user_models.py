"""Models that their user made, kept in the model store under names of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import regex

from lingua_integrations.core.store import folders as store
from lingua_integrations.core.store.catalogue import CATALOGUE
from lingua_integrations.core.store.manifest import write_manifest
from lingua_integrations.errors import InvalidRequest, ModelError

_NAME = regex.compile(r"[A-Za-z0-9][\w.-]{0,99}")


@dataclass(frozen=True)
class Making:
    """Where a model of one's own comes from."""

    what: str  # one line for people
    licence: str = "unknown"  # of the result, as an SPDX name; mostly that of the model it began as
    facts: dict[str, Any] = field(default_factory=dict)  # whatever else is worth keeping, as JSON has it


def check_name(name: str, *, replace: bool = False) -> None:
    """Refuse a name before anything is paid for it.

    Raises:
        InvalidRequest: it is no name for a model, one of ours, or taken.
    """
    if not _NAME.fullmatch(name) or name.endswith(".lock"):
        raise InvalidRequest(
            f"{name!r} is not a valid model name: use at most 100 letters, digits, '.', '_' and '-', with a "
            "letter or digit first."
        )
    if name in CATALOGUE:
        raise InvalidRequest(f"{name!r} is one of our own names, which always means the same weights.")
    if store.folder_of(name).exists() and not replace:
        raise InvalidRequest(
            f"The store has a model {name!r} already. Take another name, allow it to be replaced, or: "
            f"lingua models remove {name}"
        )


def keep(name: str, save: Callable[[Path], object], making: Making, *, replace: bool = False) -> Path:
    """Put a model into the store, where it is whole or not at all; returns its folder.

    ``save`` writes its files (configuration, tokenizer, safetensors) into the folder that it is given. To
    ``replace`` is to let go of a model of that name, made here.

    Raises:
        InvalidRequest: the name is not to be had.
        ModelError: the store's folder cannot be written.
    """
    check_name(name, replace=replace)
    with store.locked(name):
        check_name(name, replace=replace)  # somebody else may have been faster
        with store.workplace(name) as work:
            model = work / "model"
            model.mkdir()
            try:
                save(model)
            except Exception as error:
                # What the safetensors library calls a full disk; a light install does not have its class.
                if type(error).__name__ == "SafetensorError":
                    raise ModelError(store.unwritable(error)) from error
                raise
            write_manifest(model, name, {"made": asdict(making)})
            store.put_in_place(model, store.folder_of(name))
    return store.folder_of(name)
