"""Where a data set's files come from: this machine, an address, or the hub."""

from __future__ import annotations

import os
from pathlib import Path

from lingua_integrations.core.store.fetch import offline
from lingua_integrations.core.store.folders import home
from lingua_integrations.errors import InvalidRequest, ModelUnavailable
from lingua_integrations.evaluation.extras import optional


def files_of(where: str | None, names: tuple[str, ...], task: str) -> list[Path]:
    """The files of a data set.

    Args:
        where: a file, a folder that holds them, ``https://...#sha256=...`` or
            ``hf://owner/name/file#sha256=...``; ``None``: the folder that ``LINGUA_DATA`` names.
        names: what they are called in a folder.
        task: whose they are, for messages.

    Raises:
        InvalidRequest: one of them is not there, or an address comes without its SHA-256.
        ModelUnavailable: an address gave something else, or nothing.
    """
    where = where or os.environ.get("LINGUA_DATA")
    if not where:
        raise InvalidRequest(
            f"{task} is not part of this package: set LINGUA_DATA to the folder with its data, or say "
            f"{task}=WHERE."
        )
    if where.startswith(("https://", "http://", "hf://")):
        files = [_fetched(where)]
    else:
        files = [Path(where) / name for name in names] if Path(where).is_dir() else [Path(where)]
    if len(files) < len(names):
        raise InvalidRequest(f"{task} needs a folder with {' and '.join(names)}.")
    for file in files:
        if not file.exists():
            raise InvalidRequest(f"{task}: there is no file {file}.")
    return files


def _fetched(address: str) -> Path:
    """A file by its address, fetched once and checked each time."""
    url, _, digest = address.partition("#sha256=")
    if not digest:
        raise InvalidRequest(f"{address}: add #sha256=..., so that everybody measures on the same data.")
    pooch = optional("pooch", "pooch", "eval")
    folder, name = home() / "data", f"{digest[:12]}-{url.rsplit('/', 1)[-1]}"
    if offline() and not (folder / name).exists():
        raise ModelUnavailable(f"{url} is not in {folder}, and LINGUA_OFFLINE or HF_HUB_OFFLINE is set.")
    if url.startswith("hf://"):
        owner, dataset, file = url.removeprefix("hf://").split("/", 2)
        url = f"https://huggingface.co/datasets/{owner}/{dataset}/resolve/main/{file}"
    try:
        return Path(pooch.retrieve(url, f"sha256:{digest}", name, folder, progressbar=True))
    except Exception as error:  # whatever the network, the server or the check says
        raise ModelUnavailable(f"{url} could not be had: {error}") from error
