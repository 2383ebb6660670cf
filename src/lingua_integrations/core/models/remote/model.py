"""What all models behind servers have in common: a name, and a client that asks."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from lingua_integrations.core.models.remote.address import Connection
from lingua_integrations.core.models.remote.client import Client
from lingua_integrations.errors import InvalidRequest


class RemoteModel:
    """A model that a server runs.

    Nothing is asked when it is made. It may be used from many threads and after a fork.

    Args:
        url: the server's address.
        model: what the server calls the model.
        server: which server it is.
        servers: those that are known.
        connection: how the server is asked; default: `Connection()`.

    Raises:
        InvalidRequest: the address is none, or there is no such server.
    """

    def __init__(
        self, url: str, model: str, server: str, servers: Collection[str], connection: Connection | None
    ) -> None:
        if server not in servers:
            raise InvalidRequest(f"server is one of {', '.join(servers)}, not {server!r}.")
        self.model = model
        self.server = server
        self._client = Client(url, connection or Connection())

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.url!r}, {self.model!r}, server={self.server!r})"

    def __deepcopy__(self, memo: dict[int, Any]) -> RemoteModel:
        return self  # it never changes, and its connections are shared

    @property
    def url(self) -> str:
        """The server's address."""
        return self._client.url

    @property
    def name(self) -> str:
        """The model and where it runs. A server does not say which weights it has."""
        return f"{self.model or 'model'} ({self.server} at {self.url})"
