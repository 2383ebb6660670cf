"""Every response once: it is on disk before the next one is paid for, and a second run asks for the rest."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from tqdm import tqdm

from lingua_integrations.alignment.pairs import Pair, Prompt, row_of
from lingua_integrations.alignment.responders import Responder, Said
from lingua_integrations.errors import CollectionStopped, LinguaError, MissingExtra
from lingua_integrations.evaluation.extras import optional
from lingua_integrations.evaluation.records import Records

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
    """Responses of a target in a file of pairs, which may have those of other targets, too."""

    def __init__(self, path: Path, target: str) -> None:
        self.path = path
        self._target = target
        self._records = Records(path)

    def get(self, prompt: Prompt) -> Said | None:
        """What the target said, if it was asked."""
        row = self._records.get(self._key(prompt))
        return Said(row["response"], row.get("refused"), bool(row.get("cut"))) if row else None

    def missing(self, prompts: Iterable[Prompt]) -> list[Prompt]:
        """Prompts that the target has still to be asked, each once."""
        return [prompt for prompt in dict.fromkeys(prompts) if self.get(prompt) is None]

    def add(self, prompt: Prompt, said: Said) -> None:
        """Keep a response; it is on disk when this returns, or the file is as it was.

        Raises:
            OSError: it cannot be written.
        """
        self._records.add(self.row(prompt, said))

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
    run = _Run(Responses(path, responder.name), responder.name, patience)
    missing = run.responses.missing(wanted)
    todo = (tuple(missing[at : at + responder.batch]) for at in range(0, len(missing), responder.batch))
    ask = _trying(responder.respond, tries)
    under_way: dict[Future[list[Said]], tuple[Prompt, ...]] = {}
    done = len(wanted) - len(missing)
    with (
        tqdm(total=len(wanted), initial=done, desc="responses", disable=not progress) as bar,
        ThreadPoolExecutor(responder.workers) as pool,
    ):
        try:
            while True:
                for batch in islice(todo, responder.workers - len(under_way)):
                    run.check_room()
                    under_way[pool.submit(ask, batch)] = batch
                if not under_way:
                    break
                for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                    bar.update(run.save(under_way[future], future))
                    del under_way[future]
                    run.check()
        finally:  # what is under way has been paid for, whatever happened
            for future, batch in under_way.items():
                with suppress(BaseException):
                    run.save(batch, future)
    run.check()
    return run.collected(wanted)


class _Run:
    """What happens to answers as they come."""

    def __init__(self, responses: Responses, target: str, patience: int) -> None:
        self.responses = responses
        self._target, self._patience = target, patience
        self._failed: dict[Prompt, str] = {}
        self._in_a_row = 0  # requests that failed
        self._unsaved: list[dict[str, Any]] = []
        self._why = ""  # they could not be written, or the last request failed

    def check_room(self) -> None:
        """Refuse to ask for what could not be written."""
        folder = next(folder for folder in self.responses.path.absolute().parents if folder.exists())
        if (free := shutil.disk_usage(folder).free) < ROOM:
            raise self._stopped(f"{folder} has only {free / 1e6:.0f} MB left")

    def save(self, batch: Sequence[Prompt], future: Future[list[Said]]) -> int:
        """Write down a request's answers, or that it failed; how many came."""
        try:
            answers = future.result()
        except MissingExtra:
            raise
        except Exception as error:  # whatever a provider's client raises
            self._in_a_row += 1
            self._why = f"{type(error).__name__}: {error}"
            self._failed |= dict.fromkeys(batch, self._why)
            return 0
        self._in_a_row = 0
        for prompt, said in zip(batch, answers, strict=True):
            self._add(prompt, said)
        return len(batch)

    def _add(self, prompt: Prompt, said: Said) -> None:
        try:
            self.responses.add(prompt, said)
        except OSError as error:
            self._unsaved.append(self.responses.row(prompt, said))
            self._why = str(error)

    def check(self) -> None:
        """Stop where there is no use in going on."""
        if self._unsaved:
            raise self._stopped(f"{self.responses.path} cannot be written ({self._why})")
        if self._in_a_row >= self._patience:
            raise self._stopped(
                f"{self._target} failed {self._in_a_row} times in a row, at last with: {self._why}"
            )

    def _stopped(self, why: str) -> CollectionStopped:
        return CollectionStopped(why, self.responses.path, self._unsaved)

    def collected(self, wanted: Sequence[Prompt]) -> Collected:
        """What is known in the end."""
        said = [(prompt, one) for prompt in wanted if (one := self.responses.get(prompt))]
        return Collected(
            tuple(Pair(prompt, one.text, not one.cut) for prompt, one in said if not one.refused),
            tuple((prompt, one.refused) for prompt, one in said if one.refused),
            tuple(self._failed.items()),
        )


Ask = Callable[[Sequence[Prompt]], list[Said]]


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
