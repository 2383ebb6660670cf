"""From a model's name to a local folder: a path, one of our names, or a Hugging Face hub id."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import regex

from lingua_integrations.core.store import folders as store
from lingua_integrations.core.store.assemble import sha256
from lingua_integrations.core.store.catalogue import CATALOGUE, Kind, guess, ours
from lingua_integrations.core.store.fetch import offline, offline_message
from lingua_integrations.core.store.hub import from_hub
from lingua_integrations.core.store.kinds import kinds_in, read_json
from lingua_integrations.core.store.manifest import MANIFEST, digest_of
from lingua_integrations.errors import ModelDamaged, ModelUnavailable, UnknownModel

_HUB_ID = regex.compile(r"[\w.-]+/[\w.-]+")
_FILES = ["*.safetensors", "*.json", "*.jinja", "*.model", "merges.txt", "vocab.txt"]  # and never a pickle


@dataclass(frozen=True)
class ResolvedModel:
    """A model on this machine."""

    folder: Path  # its files: configuration, tokenizer, safetensors
    name: str  # as it was asked for
    digest: str  # SHA-256 that stands for its weights; results carry it


def resolve(name: str, kind: Kind | None = None) -> ResolvedModel:
    """Find a model, and fetch it if it is known but not here.

    A folder of that path comes first, then our own names and those of models made here (`lingua models
    list`), then hub ids. Nothing is fetched where LINGUA_OFFLINE or HF_HUB_OFFLINE is 1. An error names only
    models of the kind that is needed, where that is known.

    Raises:
        UnknownModel: it is none of these; says the nearest name.
        ModelUnavailable: it is known, but not here, and no way to get it worked.
        ModelDamaged: its files are damaged and cannot be fetched anew.
    """
    folder = Path(os.path.expanduser(name))
    if name and os.path.isdir(folder):  # Path's own methods raise for unknown users and endless names
        return ResolvedModel(folder, name, _digest_of_folder(folder))
    if name in CATALOGUE:
        return _from_store(name)
    if store.is_user_model(name):
        return _user_model(name)
    if name.startswith((".", "/", "~")) or not _HUB_ID.fullmatch(name):
        path = name.startswith((".", "/", "~")) or "/" in name or "\\" in name
        problem = f"There is no folder {name!r}." if path else f"No model is called {name!r}."
        known = ours(kind)
        named = f"a name of the model store ({known}), " if known else ""
        raise UnknownModel(
            f"{problem}{'' if path else guess(name, kind)} Give {named}a local folder, or a Hugging Face hub "
            f"id such as owner/{'name' if path else name}{f', of the kind {kind}' if kind else ''}."
        )
    return _from_hub(name, kind)


def kinds_of(name: str) -> tuple[Kind, ...]:
    """What a model may serve as, what it is for first, by the catalogue or the configuration in its folder.

    Nothing is fetched: of a hub id, or a folder without a configuration, there is none.
    """
    if name in CATALOGUE:
        return (CATALOGUE[name].kind,)
    return kinds_in(store.folder_of(name) if store.is_user_model(name) else Path(os.path.expanduser(name)))


def kind_of(name: str) -> Kind | None:
    """What a model is for, where that can be told without fetching it."""
    return next(iter(kinds_of(name)), None)


def _from_store(name: str) -> ResolvedModel:
    faults = store.faults(name)
    if faults and offline():
        if not store.folder_of(name).exists():
            raise ModelUnavailable(offline_message(CATALOGUE[name]))
        raise ModelDamaged(
            f"The model {name!r} in the store is damaged ({'; '.join(faults)}). Repair it with: "
            f"lingua models pull {name}"
        )
    if faults:
        store.pull(name)
    return ResolvedModel(store.folder_of(name), name, digest_of(CATALOGUE[name].members))


def _user_model(name: str) -> ResolvedModel:
    if faults := store.faults(name):
        raise ModelDamaged(
            f"The model {name!r} in the store is damaged ({'; '.join(faults)}). It was trained here: train "
            f"it again, or remove it with: lingua models remove {name}"
        )
    manifest = store.manifest_of(name) or {}
    return ResolvedModel(store.folder_of(name), name, str(manifest["digest"]))


def _from_hub(name: str, kind: Kind | None) -> ResolvedModel:
    known = ours(kind)
    or_ours = f"; or use one of ours, which a package index carries: {known}" if known else ""
    otherwise = f"Download it elsewhere and pass its folder{or_ours}."
    folder = from_hub(name, _FILES, f"The model {name!r}", otherwise)
    return ResolvedModel(folder, name, _digest_of_folder(folder))


def _digest_of_folder(folder: Path) -> str:
    """SHA-256 over a folder's model files, read again only when one of them has changed.

    The folders that ``modules.json`` names belong to it: how states become a vector is said there.
    """
    files = sorted(
        file
        for place in (folder, *_module_folders(folder))
        for pattern in _FILES
        for file in place.glob(pattern)
        if file.is_file() and file.name != MANIFEST
    )
    if not files:
        raise ModelDamaged(f"{folder} contains no model: it has neither a configuration nor safetensors.")
    return _digest(
        tuple(
            (str(file), file.relative_to(folder).as_posix(), file.stat().st_size, file.stat().st_mtime_ns)
            for file in files
        )
    )


def _module_folders(folder: Path) -> list[Path]:
    """The folders of an embedding model's modules, inside its own."""
    modules = read_json(folder / "modules.json", [])
    paths = sorted({str(one.get("path") or "") for one in modules if isinstance(one, dict)} - {""})
    inside = [path for path in paths if not Path(path).is_absolute() and ".." not in Path(path).parts]
    return [folder / path for path in inside if (folder / path).is_dir()]


@lru_cache(maxsize=64)
def _digest(files: tuple[tuple[str, str, int, int], ...]) -> str:
    return digest_of({inside: sha256(Path(file)) for file, inside, _, _ in files})
