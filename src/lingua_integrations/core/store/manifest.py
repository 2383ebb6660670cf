"""The manifest of a model's folder: which files must be in it, with their SHA-256."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from lingua_integrations.core.store.assemble import sha256

MANIFEST = "lingua.json"
_FORMAT = 1


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest in a folder; None where it is missing, cannot be read, or is none."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return manifest if _is_manifest(manifest) else None


def _is_manifest(data: Any) -> bool:
    if not isinstance(data, dict) or data.get("format") != _FORMAT or not isinstance(data.get("digest"), str):
        return False
    files = data.get("files")
    return (
        isinstance(files, dict)
        and isinstance(data.get("made", {}), dict)
        and all(isinstance(facts, dict) and {"sha256", "size"} <= facts.keys() for facts in files.values())
    )


def write_manifest(model: Path, name: str, origin: dict[str, Any], digest: str | None = None) -> None:
    """Say what must be in a folder; written last, so that a folder without it is unfinished.

    ``digest`` is the SHA-256 that stands for the model; by default that of its files.
    """
    files = {}
    for file in sorted(file for file in model.rglob("*") if file.is_file()):
        file.chmod(0o644)  # safetensors writes 0600, which a store shared by several users cannot use
        there = file.stat()
        files[file.relative_to(model).as_posix()] = {
            "sha256": sha256(file),
            "size": there.st_size,
            "changed": there.st_mtime_ns,
        }
    digest = digest or digest_of_files(files)
    manifest = {"format": _FORMAT, "name": name, **origin, "files": files, "digest": digest}
    with (model / MANIFEST).open("w", encoding="utf-8") as stream:
        json.dump(manifest, stream, indent=1)
        stream.flush()
        os.fsync(stream.fileno())


def differences(folder: Path, files: dict[str, Any], *, thorough: bool) -> list[str]:
    """How a folder differs from its manifest: what is missing, altered, or does not belong there.

    A file is read anew if its size or its time of change is not the manifest's, or if ``thorough``.
    """
    found = [fault for inside in files if (fault := _fault(folder / inside, inside, files[inside], thorough))]
    others = sorted(inside for inside in _files_in(folder) if inside not in files)
    return found + [f"{inside} does not belong to it" for inside in others]


def digest_of_files(files: dict[str, Any]) -> str:
    """One SHA-256 for the files of a manifest."""
    return digest_of({inside: str(facts["sha256"]) for inside, facts in files.items()})


def digest_of(files: dict[str, str]) -> str:
    """One SHA-256 for a set of files, from theirs: of "name digest" lines in order of name."""
    lines = "".join(f"{name} {digest}\n" for name, digest in sorted(files.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def _fault(file: Path, inside: str, expected: dict[str, Any], thorough: bool) -> str | None:
    if not file.is_file():
        return f"{inside} is missing"
    there = file.stat()
    if there.st_size != expected["size"]:
        return f"{inside} has {there.st_size} bytes instead of {expected['size']}"
    if thorough:
        digest = sha256(file)
    elif there.st_mtime_ns == expected.get("changed"):
        return None
    else:
        digest = _sha256_of(str(file), there.st_size, there.st_mtime_ns)
    return None if digest == expected["sha256"] else f"{inside} was altered"


@lru_cache(maxsize=256)
def _sha256_of(file: str, size: int, changed: int) -> str:
    """That of a file, which is read once as long as it does not change."""
    return sha256(Path(file))


def _files_in(folder: Path) -> Iterator[str]:
    """Whatever lies in a model's folder, but for its manifest and what file systems leave there."""
    for file in folder.rglob("*"):
        noise = file.name == ".DS_Store" or file.name.startswith(".nfs")
        if not noise and file != folder / MANIFEST and (file.is_symlink() or not file.is_dir()):
            yield file.relative_to(folder).as_posix()
