"""One client for all servers: a bounded pool of connections, deadlines and retries."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from lingua_integrations.core.background import leave_off
from lingua_integrations.core.models.remote.address import Connection, checked_address
from lingua_integrations.core.models.remote.answers import Malformed, Unfit
from lingua_integrations.core.models.remote.loop import loop, runs, wait
from lingua_integrations.core.optional import optional
from lingua_integrations.core.seams import Seam
from lingua_integrations.errors import ServerFailed, UnsupportedModel

if TYPE_CHECKING:
    import httpx

Item = TypeVar("Item")
Meaning = TypeVar("Meaning")
_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504, 529})
_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 10.0  # seconds before an attempt, at most
_SAID = {
    401: "it wants a key",
    403: "it refuses the key",
    404: "it has no such route or model",
    413: "the request is too large for it",
    424: "its model is of another kind",
}


class Ask(NamedTuple):
    """A request: what a route is asked, as JSON; None asks with GET."""

    path: str
    body: Any = None


class Failure(NamedTuple):
    """Why an attempt failed. It quotes nothing that a server says: that may hold texts and keys."""

    why: str
    again: bool  # whether another attempt may go better
    after: float = 0.0  # seconds that the server wants to be left alone
    status: int | None = None


class Client:
    """A server, and the connections to it.

    It may be used from many threads, after a fork, and out of a pickle: connections are opened when needed.

    Args:
        url: the server's address, to which routes are added.
        connection: how it is asked.
    """

    def __init__(self, url: str, connection: Connection) -> None:
        self.url = checked_address(url)
        self.connection = connection
        self._open: _Open | None = None

    def __reduce__(self) -> tuple[type[Client], tuple[str, Connection]]:
        return Client, (self.url, self.connection)

    def ask(self, asks: Sequence[Ask], meaning: Callable[[int, Any], Meaning]) -> list[Meaning]:
        """Make requests, several at once, and say what each answer means, in order.

        Args:
            asks: the requests.
            meaning: takes the place of a request among them, and its answer.

        Raises:
            ServerFailed: one of them failed, or its answer cannot be right.
            UnsupportedModel: the server does not do what it is asked for.
            MissingExtra: httpx or tenacity is not installed.
            CancelledError: nobody waits any more.
        """
        leave_off()
        answers = wait(self._all(asks))
        pairs = enumerate(zip(asks, answers, strict=True))
        return [self._read(ask, place, answer, meaning) for place, (ask, answer) in pairs]

    def ask_about(
        self,
        items: Sequence[Item],
        most: int,
        ask: Callable[[Sequence[Item]], Ask],
        meaning: Callable[[Sequence[Item], Any], Meaning],
    ) -> list[Meaning]:
        """Ask about items, at most so many in a request; otherwise like `ask`.

        Args:
            items: what is asked about.
            most: items of a request.
            ask: makes the request about some items.
            meaning: takes the items of a request, and its answer.
        """
        groups = [items[begin : begin + most] for begin in range(0, len(items), most)]
        return self.ask([*map(ask, groups)], lambda place, answer: meaning(groups[place], answer))

    def _read(self, ask: Ask, place: int, answer: Any, meaning: Callable[[int, Any], Meaning]) -> Meaning:
        try:
            return meaning(place, answer)
        except Unfit as error:
            raise UnsupportedModel(f"The answer of {self.url}{ask.path} is of no use: {error}.") from None
        except Malformed as error:
            why = str(error)
        except (LookupError, TypeError, ValueError, AttributeError, OverflowError):
            why = "it has another form"  # what Python says may quote the answer
        raise ServerFailed(f"The answer of {self.url}{ask.path} cannot be right: {why}.", self.url)

    async def _all(self, asks: Sequence[Ask]) -> list[Any]:
        """The answers; the first request that fails for good stops the others."""
        tasks = [asyncio.ensure_future(self._one(ask)) for ask in asks]
        try:
            return list(await asyncio.wait_for(asyncio.gather(*tasks), self.connection.deadline))
        except asyncio.TimeoutError:
            late = f"{len(asks)} requests within {self.connection.deadline:g} seconds"
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        raise ServerFailed(f"{self.url} did not answer {late}.", self.url)

    async def _one(self, ask: Ask) -> Any:
        tenacity = _tenacity()
        retrying = tenacity.AsyncRetrying(
            retry=tenacity.retry_if_result(lambda found: isinstance(found, Failure) and found.again),
            stop=tenacity.stop_after_attempt(self.connection.attempts),
            wait=_pause,
            retry_error_callback=lambda state: state.outcome.result(),
        )
        opened = self._opened()
        found = await retrying(self._attempt, opened, ask)
        if isinstance(found, Failure):
            times = self.connection.attempts if found.again else 1
            tried = f" {times} times" if times > 1 else ""
            raise ServerFailed(f"{self.url}{ask.path} failed{tried}: {found.why}.", self.url, found.status)
        return found

    async def _attempt(self, opened: _Open, ask: Ask) -> Any:
        """An answer as data, or a `Failure`: exceptions of httpx hold the request, and the key in it."""
        import httpx

        timeout = self.connection.timeout
        method = "GET" if ask.body is None else "POST"
        try:
            async with opened.room:
                response = await asyncio.wait_for(
                    opened.http.request(
                        method, self.url + ask.path, json=ask.body, headers=self.connection.headers()
                    ),
                    timeout,
                )
        except asyncio.TimeoutError:
            return Failure(f"no answer within {timeout:g} seconds", again=True)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, UnicodeError) as error:
            return Failure(_lost(error), again=isinstance(error, httpx.TransportError))
        return _answer_of(response, self.connection.key_from)

    def _opened(self) -> _Open:
        """Connections belong to a loop, and a forked process has another one."""
        if self._open is None or self._open.loop is not loop():
            # Proxies and certificates of the environment may be anything.
            with Seam(lambda why: ServerFailed(why, self.url), f"{self.url} cannot be asked", told=False):
                self._open = _Open(self.connection)
            weakref.finalize(self, self._open.close)
        return self._open


class _Open:
    """Connections that are open, and room for so many requests at once."""

    def __init__(self, connection: Connection) -> None:
        httpx = _httpx()
        self.loop = loop()
        self.room = asyncio.Semaphore(connection.concurrency)
        limits = httpx.Limits(max_connections=connection.concurrency)
        self.http = httpx.AsyncClient(timeout=connection.timeout, limits=limits, verify=_certificates())

    def close(self) -> None:
        """Close what is open, without waiting for it."""
        if runs(self.loop):
            asyncio.run_coroutine_threadsafe(self.http.aclose(), self.loop)


def _answer_of(response: httpx.Response, key_from: str) -> Any:
    status = response.status_code
    if status == 200:
        try:
            return response.json()
        except (ValueError, RecursionError):
            return Failure("its answer is no JSON", again=False, status=status)
    if 300 <= status < 400:
        why = f"it redirects (status {status}): give the address that it means"
        return Failure(why, again=False, status=status)
    said = _SAID.get(status, f"status {status}")
    key = f"; keys come from the environment variable {key_from}" if status in (401, 403) else ""
    why = f"{said} (status {status}){key}" if status in _SAID else said
    return Failure(why, status in _AGAIN, _wished(response.headers.get("retry-after")), status)


def _wished(header: str | None) -> float:
    """Seconds that a server asks for before the next attempt.

    >>> _wished("2"), _wished("Wed, 21 Oct 2026 07:28:00 GMT"), _wished(None)
    (2.0, 0.0, 0.0)
    """
    try:
        seconds = float(header or 0)
    except ValueError:
        return 0.0
    return seconds if 0 <= seconds < 3600 else 0.0


def _pause(state: Any) -> float:
    """Seconds before the next attempt: at random, longer each time, and never less than the server wants."""
    grown = _tenacity().wait_random_exponential(multiplier=_FIRST_PAUSE, max=_LONGEST_PAUSE)
    found = state.outcome.result()
    return max(float(grown(state)), float(found.after))


def _lost(error: Exception) -> str:
    """What became of a connection, by the name that httpx gives it.

    >>> class ReadError(Exception):
    ...     pass
    >>> _lost(ReadError("secret"))
    'the connection was lost (ReadError)'
    """
    named = type(error).__name__
    return f"nobody answers there ({named})" if "Connect" in named else f"the connection was lost ({named})"


def _httpx() -> Any:
    return optional("httpx", "httpx", "remote")


@cache
def _certificates() -> Any:
    """Whom to believe over TLS: read once, which takes longer than a request."""
    return _httpx().create_ssl_context()


def _tenacity() -> Any:
    return optional("tenacity", "tenacity", "remote")
