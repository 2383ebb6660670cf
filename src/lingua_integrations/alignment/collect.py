"""Every response once: it is on disk before the next one is paid for, and a second run asks for the rest."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from tqdm import tqdm

from lingua_integrations.alignment.pairs import Pair, Prompt
from lingua_integrations.alignment.responders import Responder, Said
from lingua_integrations.errors import CollectionStopped, LinguaError, MissingExtra

_BUSY = {408, 409, 425, 429}
"""HTTP's ways to say: later. The other errors of the 400s stay what they are."""
ROOM = 16 << 20
"""Bytes that have to be free on the disk before anything is asked."""


@dataclass(frozen=True)
class Collected:
    """What a target said.

    Attributes:
        pairs: in the order of the prompts.
        refused: prompts that it did not answer, and why; they are not asked again.
        failed: prompts that it could not be asked, and why; another run asks them again.
    """

    pairs: tuple[Pair, ...]
    refused: tuple[tuple[Prompt, str], ...]
    failed: tuple[tuple[Prompt, str], ...]


class Responses:
    """Responses in a file, one JSON object a line, by target and prompt; the file is a file of pairs.

    A line that was cut off is asked for again.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._known: dict[str, dict[str, Any]] = {}
        for line in path.read_text("utf-8").split("\n") if path.exists() else []:
            if row := _parsed(line):
                self._known[row["key"]] = row

    def get(self, target: str, prompt: Prompt) -> Said | None:
        """What the target said, if it was asked."""
        row = self._known.get(key_of(target, prompt))
        return Said(row["response"], row.get("refused"), bool(row.get("cut"))) if row else None

    def add(self, target: str, prompt: Prompt, said: Said) -> None:
        """Keep a response; it is on disk when this returns, or the file is as it was.

        Raises:
            OSError: it cannot be written.
        """
        row = line_of(target, prompt, said)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab", buffering=0) as stream:
            end = stream.tell()
            line = (b"" if _ends_a_line(self.path, end) else b"\n") + json.dumps(row).encode() + b"\n"
            try:
                if stream.write(line) != len(line):
                    raise OSError(errno.ENOSPC, "No space left on device")
                os.fsync(stream.fileno())
            except OSError:
                os.truncate(self.path, end)
                raise
        self._known[row["key"]] = row


def collect(
    prompts: Iterable[Prompt],
    responder: Responder,
    path: Path,
    *,
    tries: int = 6,
    patience: int = 5,
    progress: bool = True,
) -> Collected:
    """Ask a target for what it has not said yet.

    Args:
        prompts: each is asked once, however often it comes.
        responder: who answers.
        path: the file of responses, which is added to.
        tries: of a request that fails, with growing pauses between them.
        patience: requests in a row that fail for good, after which the target counts as dead.
        progress: show a bar on stderr.

    Raises:
        CollectionStopped: the target is dead, or the disk is full. Nothing that was paid for is lost: it is
            in the file or, where that could not be written, in the error. The same call goes on from there.
    """
    wanted = list(dict.fromkeys(prompts))
    responses = Responses(path)
    missing = [prompt for prompt in wanted if responses.get(responder.name, prompt) is None]
    run = _Run(responder, responses, patience)
    ask = _trying(responder, tries)
    with (
        tqdm(
            total=len(wanted), initial=len(wanted) - len(missing), desc="responses", disable=not progress
        ) as bar,
        ThreadPoolExecutor(responder.workers) as pool,
    ):
        todo = _batches(missing, responder.batch)
        under_way: dict[Future[list[Said]], tuple[Prompt, ...]] = {}
        try:
            while True:
                for batch in islice(todo, responder.workers - len(under_way)):
                    run.check_room()
                    under_way[pool.submit(ask, batch)] = batch
                if not under_way:
                    break
                for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                    came = run.save(under_way[future], future)
                    batch = under_way.pop(future)
                    bar.update(came)
                    run.go_on(batch, came)
        finally:  # what is under way has been paid for, whatever happened
            for future, batch in under_way.items():
                with suppress(BaseException):
                    run.save(batch, future)
    run.stop_if_unsaved()
    return _in_order(wanted, responses, responder.name, run.failed)


class _Run:
    """What happens to answers as they come."""

    def __init__(self, responder: Responder, responses: Responses, patience: int) -> None:
        self.failed: dict[Prompt, str] = {}
        self._unsaved: list[dict[str, Any]] = []
        self._reason = ""
        self._target, self._responses, self._patience = responder.name, responses, patience
        self._in_a_row = 0

    def check_room(self) -> None:
        """Refuse to ask for what could not be written."""
        folder = next(folder for folder in self._responses.path.absolute().parents if folder.exists())
        if (free := shutil.disk_usage(folder).free) < ROOM:
            raise self._stopped(f"{folder} has only {free / 1e6:.0f} MB left")

    def go_on(self, batch: tuple[Prompt, ...], came: int) -> None:
        """Stop where there is no use in going on after a request with so many answers."""
        self.stop_if_unsaved()
        self._in_a_row = 0 if came else self._in_a_row + 1
        if self._in_a_row >= self._patience:
            why = self.failed[batch[-1]]
            raise self._stopped(f"{self._target} failed {self._in_a_row} times in a row, at last with: {why}")

    def save(self, batch: tuple[Prompt, ...], future: Future[list[Said]]) -> int:
        """Write down a request's answers, or that it failed; how many came."""
        try:
            answers = future.result()
        except MissingExtra:
            raise
        except Exception as error:  # whatever a provider's client raises
            self.failed |= dict.fromkeys(batch, f"{type(error).__name__}: {error}")
            return 0
        for prompt, said in zip(batch, answers, strict=True):
            self._add(prompt, said)
        return len(batch)

    def _add(self, prompt: Prompt, said: Said) -> None:
        try:
            self._responses.add(self._target, prompt, said)
        except OSError as error:
            self._unsaved.append(line_of(self._target, prompt, said))
            self._reason = f"{self._responses.path} cannot be written ({error})"

    def stop_if_unsaved(self) -> None:
        """Raise where an answer could not be written."""
        if self._unsaved:
            raise self._stopped(self._reason)

    def _stopped(self, why: str) -> CollectionStopped:
        return CollectionStopped(why, self._responses.path, self._unsaved)


def key_of(target: str, prompt: Prompt) -> str:
    """What a response is found by."""
    return hashlib.sha256(json.dumps([target, prompt]).encode()).hexdigest()


def line_of(target: str, prompt: Prompt, said: Said) -> dict[str, Any]:
    """A response as its line has it."""
    row = {
        "key": key_of(target, prompt),
        "target": target,
        "messages": [message._asdict() for message in prompt],
        "response": said.text,
    }
    return row | ({"refused": said.refused} if said.refused else {}) | ({"cut": True} if said.cut else {})


def _in_order(
    wanted: Sequence[Prompt], responses: Responses, target: str, failed: dict[Prompt, str]
) -> Collected:
    said = [(prompt, responses.get(target, prompt)) for prompt in wanted]
    return Collected(
        tuple(Pair(prompt, one.text, not one.cut) for prompt, one in said if one and not one.refused),
        tuple((prompt, one.refused) for prompt, one in said if one and one.refused),
        tuple(failed.items()),
    )


def _trying(responder: Responder, tries: int) -> Any:
    """A request that is made again where it failed for a reason of the target's own."""
    try:
        import tenacity
    except ImportError as error:
        raise MissingExtra("tenacity", "align") from error
    return tenacity.retry(
        stop=tenacity.stop_after_attempt(tries),
        wait=tenacity.wait_random_exponential(multiplier=1, max=60),
        retry=tenacity.retry_if_exception(_may_pass),
        reraise=True,
    )(responder.respond)


def _may_pass(error: BaseException) -> bool:
    """Whether the same request may work later."""
    if not isinstance(error, Exception) or isinstance(error, LinguaError | TypeError):
        return False
    status = getattr(error, "status_code", None)  # what the clients of most providers call it
    return not (isinstance(status, int) and 400 <= status < 500 and status not in _BUSY)


def _batches(prompts: Sequence[Prompt], size: int) -> Iterator[tuple[Prompt, ...]]:
    for begin in range(0, len(prompts), size):
        yield tuple(prompts[begin : begin + size])


def _parsed(line: str) -> dict[str, Any] | None:
    """A line of the file; ``None`` where it was cut off."""
    try:
        row = json.loads(line)
    except ValueError:
        return None
    return row if isinstance(row, dict) and {"key", "response"} <= row.keys() else None


def _ends_a_line(path: Path, size: int) -> bool:
    if not size:
        return True
    with path.open("rb") as stream:
        stream.seek(size - 1)
        return stream.read(1) == b"\n"
