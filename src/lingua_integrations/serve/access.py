"""Access control: a bearer token, and the names by which a service on this machine may be called."""

from __future__ import annotations

import hmac
from collections.abc import Collection
from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from lingua_integrations.serve.wire import problem

HEADER = "x-lingua-token"
"""Carries the token where ``Authorization`` is for the upstream."""
LOOPBACK = ("127.0.0.1", "localhost", "[::1]", "::1")


class Access:
    """Lets requests through that show the token and call the service by one of its names.

    Args:
        app: what they get to.
        token: that they must show; None: none.
        hosts: names, without a port; None: any.
        open_paths: that need no token, such as probes.
    """

    def __init__(
        self, app: ASGIApp, token: str | None, hosts: Collection[str] | None, open_paths: Collection[str]
    ) -> None:
        self.app, self.token, self.hosts, self.open_paths = app, token, hosts, open_paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a request, or pass it on."""
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            if self.hosts is not None and host_of(headers.get("host", "")) not in self.hosts:
                await problem(421, "wrong_host", "The service does not go by this name.")(
                    scope, receive, send
                )
                return
            if scope["path"] not in self.open_paths and not shows(headers, self.token):
                refused = problem(
                    401,
                    "unauthorized",
                    f"Show the service's token, as a bearer token or as {HEADER}.",
                    headers={"WWW-Authenticate": "Bearer"},
                )
                await refused(scope, receive, send)
                return
        await self.app(scope, receive, send)


def shows(headers: Headers, token: str | None) -> bool:
    """Whether a request shows the token, if there is one. How long it takes tells nothing about the token."""
    if token is None:
        return True
    return any(same(shown, token) for shown in (bearer_of(headers), headers.get(HEADER, "")))


def bearer_of(headers: Headers) -> str:
    """The bearer token of a request, or nothing."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def same(shown: str, token: str) -> bool:
    """Whether two secrets are the same, in a time that does not tell how far they agree.

    >>> same("open sesame", "open sesame"), same("", "open sesame"), same("é", "open sesame")
    (True, False, False)
    """
    return hmac.compare_digest(
        shown.encode("utf-8", "surrogateescape"), token.encode("utf-8", "surrogateescape")
    )


def host_of(header: str) -> str:
    """The name in a ``Host`` header, in small letters, without its port.

    >>> host_of("LocalHost:8000"), host_of("[::1]:8000"), host_of("127.0.0.1")
    ('localhost', '[::1]', '127.0.0.1')
    """
    name, _, port = header.strip().lower().rpartition(":")
    return (
        name
        if name and port.isdigit() and (not name.count(":") or name.endswith("]"))
        else header.strip().lower()
    )


def is_loopback(host: str) -> bool:
    """Whether an address is of this machine alone.

    >>> [is_loopback(host) for host in ("127.0.0.2", "localhost", "::1", "0.0.0.0", "example.org")]
    [True, True, True, False, False]
    """
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
