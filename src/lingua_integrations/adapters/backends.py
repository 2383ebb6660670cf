"""Where originals are kept: a folder, memory, or a store that the user's framework has."""

from __future__ import annotations

import os
import time
from collections.abc import MutableMapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import regex
from cachetools import LRUCache

from lingua_integrations.core.threads import Lock
from lingua_integrations.errors import InvalidRequest

_SPACE = ("lingua", "originals")
_OURS = regex.compile(r"\.?[0-9a-f]{12}\.(?:txt|part)")  # files in a folder that may have others


@runtime_checkable
class Backend(Protocol):
    """Where originals are kept: texts under names of 12 hexadecimal digits."""

    def put(self, name: str, text: str) -> None:
        """Keep a text."""

    def get(self, name: str) -> str | None:
        """The text of that name, if it is still there."""


class Folder:
    """A file for each original; the oldest go where they take more than ``max_bytes`` or are too old.

    What is older than ``max_age`` seconds is not handed out, be the file still there. Other files in the
    folder are left alone.
    """

    def __init__(self, folder: Path, max_bytes: int = 1 << 30, max_age: float = 7 * 86400.0) -> None:
        self.folder, self.max_bytes, self.max_age = folder, max_bytes, max_age
        self._lock = Lock()

    def __repr__(self) -> str:
        return f"folder {self.folder}"

    def put(self, name: str, text: str) -> None:
        """Write it beside, and move it into place."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._lock:
            part = self.folder / f".{name}.part"
            with open(
                part, "w", encoding="utf-8", errors="surrogatepass", newline="", opener=_private
            ) as file:
                file.write(text)
            part.replace(self.folder / f"{name}.txt")
            self._tidy()

    def get(self, name: str) -> str | None:
        """Read it, if it is not too old."""
        try:
            with (self.folder / f"{name}.txt").open(
                encoding="utf-8", errors="surrogatepass", newline=""
            ) as file:
                written = os.fstat(file.fileno()).st_mtime
                return None if written < self._oldest() else file.read()
        except FileNotFoundError:
            return None

    def _oldest(self) -> float:
        return time.time() - self.max_age

    def _tidy(self) -> None:
        found = []
        for entry in os.scandir(self.folder):
            if not _OURS.fullmatch(entry.name):
                continue
            with suppress(FileNotFoundError):  # another process tidies, too
                found.append((entry.stat().st_mtime, entry.stat().st_size, entry.path))
        room, oldest = self.max_bytes, self._oldest()
        for written, size, path in sorted(found, reverse=True):
            room -= size
            if room < 0 or written < oldest:
                Path(path).unlink(missing_ok=True)


def _private(path: str, flags: int) -> int:
    """Open a file that nobody else on the machine may read."""
    return os.open(path, flags, 0o600)


class Memory:
    """Originals in memory; those used least recently go where they are more than it has room for."""

    def __init__(self, max_characters: int) -> None:
        self._texts: LRUCache[str, str] = LRUCache(max_characters, getsizeof=len)
        self._lock = Lock()

    def __repr__(self) -> str:
        return "memory"

    def put(self, name: str, text: str) -> None:
        """Keep a text."""
        with self._lock:
            self._texts[name] = text

    def get(self, name: str) -> str | None:
        """The text, if it is still there."""
        with self._lock:
            return self._texts.get(name)


class Wrapped:
    """A store of somebody else's, shown by its own name."""

    def __init__(self, store: Any) -> None:
        self.store = store

    def __repr__(self) -> str:
        return type(self.store).__name__


class Mapping(Wrapped):
    """A dictionary, or anything like one."""

    def put(self, name: str, text: str) -> None:
        """Keep a text."""
        self.store[name] = text

    def get(self, name: str) -> str | None:
        """The text, if it is still there."""
        found: str | None = self.store.get(name)
        return found


class LangGraph(Wrapped):
    """A ``BaseStore``; how long it keeps what, it is told where it is made."""

    def put(self, name: str, text: str) -> None:
        """Keep a text."""
        self.store.put(_SPACE, name, {"text": text})

    def get(self, name: str) -> str | None:
        """The text, if it is still there."""
        item = self.store.get(_SPACE, name)
        return None if item is None else str(item.value["text"])


class DeepAgents(Wrapped):
    """A backend of deepagents, in whose files the agent can also read and search."""

    def put(self, name: str, text: str) -> None:
        """Write a file."""
        done = self.store.write(self._path(name), text)
        if done.error is not None:
            raise InvalidRequest(f"The original cannot be kept: {done.error}")

    def get(self, name: str) -> str | None:
        """The text, if it is still there."""
        (found,) = self.store.download_files([self._path(name)])
        return None if found.content is None else str(found.content, "utf-8")

    @staticmethod
    def _path(name: str) -> str:
        return f"/{'/'.join(_SPACE)}/{name}.txt"


class LlamaIndex(Wrapped):
    """A key-value store of LlamaIndex."""

    def put(self, name: str, text: str) -> None:
        """Keep a text."""
        self.store.put(name, {"text": text}, collection=".".join(_SPACE))

    def get(self, name: str) -> str | None:
        """The text, if it is still there."""
        found = self.store.get(name, collection=".".join(_SPACE))
        return None if found is None else str(found["text"])


def backend_of(store: Any) -> Backend:
    """What keeps originals in whatever the user has given.

    Raises:
        InvalidRequest: it can keep none.
    """
    if isinstance(store, str | Path):
        return Folder(Path(store))
    names = {base.__name__ for base in type(store).__mro__}
    if "BaseStore" in names and hasattr(store, "abatch"):
        return LangGraph(store)
    if "BackendProtocol" in names:
        return DeepAgents(store)
    if "BaseKVStore" in names:
        return LlamaIndex(store)
    if isinstance(store, MutableMapping) or type(store).__module__.startswith("diskcache"):
        return Mapping(store)
    if isinstance(store, Backend):
        return store
    raise InvalidRequest(
        "store must be a folder, a LangGraph BaseStore, a backend of deepagents, a LlamaIndex key-value "
        f"store or a mapping, not {type(store).__name__}."
    )
