"""The settings of a service: how it compresses, its limits, and its upstream for chats."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urlsplit

from lingua_integrations.core.checks import check_rate
from lingua_integrations.core.methods import configuration
from lingua_integrations.errors import InvalidRequest

TOKEN = "LINGUA_SERVE_TOKEN"  # noqa: S105  (the name of a variable)
"""Environment variable of the token that clients must show."""
KEY = "LINGUA_UPSTREAM_KEY"
"""Environment variable of the key that the upstream wants."""
SETTINGS = "LINGUA_SERVE_SETTINGS"
"""Environment variable by which a process tells its workers their settings."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much a service takes on.

    Attributes:
        bytes: of a request's body, at most.
        seconds: that a request may take: first to arrive, then to be compressed, waiting included.
        threads: that compress at the same time. More help where several processors would idle; Python itself
            runs in one at a time.
        waiting: requests that may wait for a thread; one more is refused.
    """

    bytes: int = 32 << 20
    seconds: float = 60.0
    threads: int = 2
    waiting: int = 64

    def __post_init__(self) -> None:
        for name, least in (("bytes", 1), ("seconds", 1e-3), ("threads", 1), ("waiting", 0)):
            value = getattr(self, name)
            if not value >= least:
                raise InvalidRequest(f"{name} must be at least {least}, and is {value}.")


@dataclass(frozen=True, kw_only=True)
class Upstream:
    """Where chats are handed on to, and what of them gets shorter on the way.

    Attributes:
        url: of an OpenAI-compatible API, such as ``https://api.openai.com/v1``.
        key: what it wants as a bearer token, where a client sends none of its own; default: that of the
            environment variable `KEY`.
        seconds: until the first byte of an answer comes, and between two bytes.
        compressing_seconds: until a request goes on with what is still as it came.
        only: names of the tools whose results are compressed; default: all but those in `EXACT`.
        exclude: names of those whose results are not.
        user_contexts: whether what stands above the question in a message of the user is compressed, too.
        store: a folder that keeps the original of each result that something was left out of, for requests
            that offer the model the tool `recall`.
        remembered: characters of shorter texts that are kept in memory, since a conversation comes again with
            each of its turns.
    """

    url: str
    key: str | None = field(default_factory=lambda: os.environ.get(KEY) or None, repr=False)
    seconds: float = 600.0
    compressing_seconds: float = 10.0
    only: tuple[str, ...] | None = None
    exclude: tuple[str, ...] = ()
    user_contexts: bool = False
    store: str | None = None
    remembered: int = 50_000_000

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise InvalidRequest(
                f"upstream must be the URL of an API, such as https://api.openai.com/v1, not {self.url!r}."
            )
        for name in ("seconds", "compressing_seconds"):
            if not getattr(self, name) > 0:
                raise InvalidRequest(f"{name} of the upstream must be positive.")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All settings of a service.

    Attributes:
        methods: that requests may name; the first is taken where one names none.
        model: of the first method, instead of its own.
        device: where models run; default: the best there is.
        dtype: what they work in; default: what the device is quick at.
        counter: whose tokens the budgets count: a tiktoken encoding or OpenAI model.
        rate: share of the tokens to keep where a request names none.
        min_tokens: tool results and documents of chats that count less are handed on as they came.
        limits: how much the service takes on.
        upstream: where chats are handed on to; None: there is no such endpoint.
        token: that clients must show, as a bearer token or as ``x-lingua-token``; default: that of the
            environment variable `TOKEN`; None: none.
        hosts: names by which clients may call the service, without a port; None: any. It keeps web pages
            out that let their own name point to this machine.

    Raises:
        InvalidRequest: a value leaves its range, or there is no method of that name.
    """

    methods: tuple[str, ...] = ("extractive-fusion",)
    model: str | None = None
    device: str | None = None
    dtype: str | None = None
    counter: str = "o200k_base"
    rate: float = 0.5
    min_tokens: int = 200
    limits: Limits = Limits()
    upstream: Upstream | None = None
    token: str | None = field(default_factory=lambda: os.environ.get(TOKEN), repr=False)
    hosts: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        check_rate(self.rate, "rate")
        if not self.methods:
            raise InvalidRequest("Name at least one method.")
        for method in self.methods:
            configuration(method)
        if self.token == "":
            raise InvalidRequest(f"The token is empty: set {TOKEN}, or leave it out.")

    def to_json(self) -> str:
        """As JSON, without what is secret: that stays in the environment."""
        plain = asdict(self)
        plain.pop("token")
        if plain["upstream"] is not None:
            plain["upstream"].pop("key")
        return json.dumps(plain)

    @classmethod
    def from_json(cls, text: str) -> Settings:
        """Read that.

        >>> settings = Settings(methods=("extractive-bm25",), upstream=Upstream(url="http://127.0.0.1:1/v1"))
        >>> Settings.from_json(settings.to_json()) == settings
        True
        """
        plain: dict[str, Any] = _tuples(json.loads(text))
        plain["limits"] = Limits(**plain["limits"])
        if plain["upstream"] is not None:
            plain["upstream"] = Upstream(**_tuples(plain["upstream"]))
        return cls(**plain)


def _tuples(plain: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in plain.items()}
