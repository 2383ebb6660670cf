"""Gets files of a repository from the Hugging Face hub, or says why it cannot."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lingua_integrations.core.store.fetch import offline
from lingua_integrations.errors import ModelUnavailable


def from_hub(name: str, files: Sequence[str], what: str, otherwise: str) -> Path:
    """The folder of a repository's files, fetched unless they are here or the user wants no network.

    Args:
        name: of the repository, such as ``owner/name``.
        files: patterns of the files that are wanted.
        what: is missing, for the error, such as ``"The model 'owner/name'"``.
        otherwise: what the user can do instead, for the error.

    Raises:
        ModelUnavailable: the files are not here and cannot be fetched.
    """
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(name, allow_patterns=list(files), local_files_only=offline()))
    except Exception as error:  # the hub's client lets through its own errors and its HTTP library's
        said = "".join(str(error).splitlines()[:1])
        raise ModelUnavailable(
            f"{what} is not on this machine and could not be downloaded from the Hugging Face hub "
            f"({type(error).__name__}: {said}). {otherwise}"
        ) from error
