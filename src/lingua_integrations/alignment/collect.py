"""Collects a target's responses. Each is asked for once, and saved before the next is paid for."""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tqdm import tqdm

from lingua_integrations.alignment.pairs import Pair, Prompt, row_of
from lingua_integrations.alignment.responders import Responder, Said
from lingua_integrations.core.optional import optional
from lingua_integrations.errors import CollectionStopped, LinguaError, MissingExtra
from lingua_integrations.evaluation.records import Records

_BUSY = {408, 409, 425, 429}
"""HTTP's ways to say: later. The other errors of the 400s stay what they are."""
ROOM = 16 << 20
"""Bytes that have to be free on the disk before anything is asked."""


@dataclass(frozen=True)
class Collected:
    """What a target said."""

    pairs: tuple[Pair, ...]  # in the order of the prompts
    # prompts that it did not answer, and why; they are not asked again
    refused: tuple[tuple[Prompt, str], ...]
    # prompts that it could not be asked, and why; another run asks them again
    failed: tuple[tuple[Prompt, str], ...]


class Responses(Records):
    """Responses of a target in a file of pairs, which may have those of other targets, too."""

    def __init__(self, path: Path, target: str) -> None:
        super().__init__(path)
        self._target = target

    def said(self, prompt: Prompt) -> Said | None:
        """What the target said, if it was asked."""
        row = self.get(self._key(prompt))
        return Said(row["response"], row.get("refused"), bool(row.get("cut"))) if row else None

    def missing(self, prompts: Iterable[Prompt]) -> list[Prompt]:
        """Prompts that the target has still to be asked, each once."""
        return [prompt for prompt in dict.fromkeys(prompts) if self.said(prompt) is None]

    def row(self, prompt: Prompt, said: Said) -> dict[str, Any]:
        """A response as the file has it."""
        row = {"key": self._key(prompt), "target": self._target} | row_of(prompt, said.text, cut=said.cut)
        return row | {"refused": said.refused} if said.refused else row

    def _key(self, prompt: Prompt) -> str:
        return hashlib.sha256(json.dumps([self._target, prompt]).encode()).hexdigest()


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
    responses = Responses(path, responder.name)
    missing = responses.missing(wanted)
    run = _Run(responder.name, responses, _trying(responder.respond, tries), patience)
    batches = [tuple(missing[at : at + responder.batch]) for at in range(0, len(missing), responder.batch)]
    done = len(wanted) - len(missing)
    with (
        tqdm(total=len(wanted), initial=done, desc="responses", disable=not progress) as bar,
        ThreadPoolExecutor(responder.workers) as pool,
    ):
        try:
            for future in as_completed([pool.submit(run.ask, batch) for batch in batches]):
                bar.update(future.result())
        finally:  # whatever happened: what is under way has been paid for, and is waited for
            run.stopped = True
    said = [(prompt, one) for prompt in wanted if (one := responses.said(prompt))]
    return Collected(
        tuple(Pair(prompt, one.text, not one.cut) for prompt, one in said if not one.refused),
        tuple((prompt, one.refused) for prompt, one in said if one.refused),
        tuple(run.failed.items()),
    )


Ask = Callable[[Sequence[Prompt]], list[Said]]


class _Run:
    """Asks and saves in several threads, until it is stopped or the target is dead."""

    def __init__(self, target: str, responses: Responses, ask: Ask, patience: int) -> None:
        self.stopped = False
        self.failed: dict[Prompt, str] = {}
        self._target, self._responses, self._ask, self._patience = target, responses, ask, patience
        self._in_a_row = 0  # requests that failed
        self._unsaved: list[dict[str, Any]] = []
        self._lock = threading.Lock()

    def ask(self, batch: Sequence[Prompt]) -> int:
        """One request, with its answers written down; says how many came."""
        with self._lock:
            if self.stopped:
                return 0
            self._check_room()
        try:
            answers = self._ask(batch)
        except MissingExtra:
            raise
        except Exception as error:  # whatever a provider's client raises
            with self._lock:
                self._fail(batch, f"{type(error).__name__}: {error}")
            return 0
        with self._lock:
            self._save(batch, answers)
        return len(batch)

    def _check_room(self) -> None:
        folder = next(folder for folder in self._responses.path.absolute().parents if folder.exists())
        if (free := shutil.disk_usage(folder).free) < ROOM:
            raise self._stop(f"{folder} has only {free / 1e6:.0f} MB left")

    def _fail(self, batch: Sequence[Prompt], why: str) -> None:
        self.failed |= dict.fromkeys(batch, why)
        self._in_a_row += 1
        if self._in_a_row >= self._patience:
            raise self._stop(f"{self._target} failed {self._in_a_row} times in a row, at last with: {why}")

    def _save(self, batch: Sequence[Prompt], answers: Sequence[Said]) -> None:
        self._in_a_row = 0
        rows = iter([self._responses.row(*one) for one in zip(batch, answers, strict=True)])
        try:
            for row in rows:
                self._responses.add(row)
        except OSError as error:
            self._unsaved += [row, *rows]
            raise self._stop(f"{self._responses.path} cannot be written ({error})") from error

    def _stop(self, why: str) -> CollectionStopped:
        self.stopped = True
        return CollectionStopped(why, self._responses.path, self._unsaved)


def _trying(ask: Ask, tries: int) -> Ask:
    """A request that is made again where it failed for a reason of the target's own."""
    tenacity = optional("tenacity", "tenacity", "align")
    again: Ask = tenacity.retry(
        stop=tenacity.stop_after_attempt(tries),
        wait=tenacity.wait_random_exponential(multiplier=1, max=60),
        retry=tenacity.retry_if_exception(_may_pass),
        reraise=True,
    )(ask)
    return again


def _may_pass(error: BaseException) -> bool:
    """Whether the same request may work later."""
    if not isinstance(error, Exception) or isinstance(error, LinguaError | TypeError):
        return False
    status = getattr(error, "status_code", None)  # what the clients of most providers call it
    return not (isinstance(status, int) and 400 <= status < 500 and status not in _BUSY)
