"""The address of a server, and the limits on requests to it."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from urllib.parse import urlsplit

import regex

from lingua_integrations.errors import InvalidRequest

_VARIABLE = regex.compile(r"[A-Z_][A-Z0-9_]*")
_LEAST = {"concurrency": 1, "attempts": 1}


@dataclass(frozen=True)
class Connection:
    """How a server is asked.

    Attributes:
        key_from: the environment variable that holds the server's key, if it wants one. The key is read for
            each request and kept nowhere: it is in no representation, error, trace or pickle.
        concurrency: requests under way at once.
        timeout: seconds that one attempt may take.
        deadline: seconds that all requests of one step may take, with everything that is tried again.
        attempts: how often a request is made before it counts as failed. Only overload, server errors and
            lost connections are tried again.

    Raises:
        InvalidRequest: a number is out of its range, or ``key_from`` is no name of a variable.
    """

    key_from: str = "LINGUA_REMOTE_KEY"
    concurrency: int = 8
    timeout: float = 30.0
    deadline: float = 120.0
    attempts: int = 4

    def __post_init__(self) -> None:
        if not _VARIABLE.fullmatch(self.key_from):  # it may be the key itself, so it is not repeated
            raise InvalidRequest(
                "key_from is the name of an environment variable in capitals, such as VLLM_API_KEY, and "
                "never the key itself."
            )
        for name, least in _LEAST.items():
            if getattr(self, name) < least:
                raise InvalidRequest(f"{name} must be at least {least}, and is {getattr(self, name)}.")
        for name in ("timeout", "deadline"):
            if not 0 < getattr(self, name) < math.inf:
                raise InvalidRequest(f"{name} is a number of seconds above 0, not {getattr(self, name)}.")

    def headers(self) -> dict[str, str]:
        """What every request carries."""
        key = os.environ.get(self.key_from, "").strip()
        return {"Authorization": f"Bearer {key}"} if key else {}


def checked_address(url: str) -> str:
    """The address of a server, without a slash at its end.

    Raises:
        InvalidRequest: it is none, or it holds what is secret.

    >>> checked_address("http://localhost:8000/")
    'http://localhost:8000'
    """
    try:
        parts = urlsplit(url)
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        known = False
    if not known:
        raise InvalidRequest(
            "A server's address looks like http://localhost:8000 or https://models.example/v1."
        )
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise InvalidRequest(
            "A server's address holds no user, password, query or fragment: it is shown in results and "
            "errors. Keys come from an environment variable, see Connection(key_from=...)."
        )
    return url.rstrip("/")
