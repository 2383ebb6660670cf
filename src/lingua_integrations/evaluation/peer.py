"""The reference implementation as a contender, in an environment of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import venv
from dataclasses import dataclass, field
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock
from tqdm import tqdm

from lingua_integrations.core.budget.counting import TokenCounter, as_counter
from lingua_integrations.core.models.devices import choose_device
from lingua_integrations.core.store.catalogue import DEFAULT_SCORER
from lingua_integrations.core.store.folders import home
from lingua_integrations.core.store.resolve import resolve
from lingua_integrations.errors import InvalidRequest, ModelUnavailable
from lingua_integrations.evaluation.cases import Case
from lingua_integrations.evaluation.outcomes import Contender, Outcome

PEERS = {"llmlingua": ("llmlingua==0.2.2", "transformers==4.46.3", "numpy<2.3")}
METHODS = ("llmlingua", "longllmlingua")
"""Of the peer, each a contender: ``llmlingua 0.2.2`` and ``longllmlingua 0.2.2``."""


def contenders(peer: str, model: str = DEFAULT_SCORER) -> list[Peer]:
    """A peer's methods, all in one `worker`; on CUDA where there is a card, as ours are."""
    process = worker(peer, model, device="cuda" if choose_device(None).startswith("cuda") else "cpu")
    release = PEERS[peer][0].partition("==")[2]
    return [Peer(f"{method} {release}", method, process) for method in METHODS]


def worker(
    peer: str,
    model: str,
    *,
    kind: Literal["causal", "classifier"] = "causal",
    dtype: str = "float32",
    device: str = "cpu",
) -> Worker:
    """The process of a peer, in an environment that is made if it is not there; it starts when first asked.

    Its model is one of our names, a folder or a hub id; float32 is the peer's own choice on a CPU.

    Raises:
        InvalidRequest: there is no such peer.
        ModelUnavailable: its packages could not be installed.
    """
    if peer not in PEERS:
        raise InvalidRequest(f"There is no peer {peer!r}: {', '.join(PEERS)}.")
    script = str(files(__package__) / "peer_worker.py")
    return Worker([str(_environment(peer)), script, str(resolve(model).folder), kind, dtype, device])


def _environment(peer: str) -> Path:
    """The interpreter of a peer's environment, with the torch that runs here: times are to be compared."""
    torch = f"torch=={version('torch').partition('+')[0]}"
    folder = home() / "peers" / "-".join([PEERS[peer][0], torch]).replace("==", "-")
    python = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{folder}.lock"):
        if not (folder / "ready").exists():
            with tqdm(total=2, desc=f"installing {PEERS[peer][0]}, once", unit="step") as bar:
                venv.create(folder, with_pip=True, clear=True)
                bar.update()
                command = [str(python), "-m", "pip", "install", "--quiet", torch, *PEERS[peer]]
                done = subprocess.run(command, capture_output=True, text=True, check=False)
                if done.returncode:
                    said = done.stderr.strip().splitlines()[-1:]
                    raise ModelUnavailable(f"{PEERS[peer][0]} could not be installed: {' '.join(said)}")
                bar.update()
            (folder / "ready").touch()
    return python


class Worker:
    """A process that compresses with the peer: one JSON object per line in, one out."""

    def __init__(self, command: list[str]) -> None:
        self._command = command
        self._process: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()

    def __reduce__(self) -> tuple[type[Worker], tuple[list[str]]]:
        return Worker, (self._command,)

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """What the peer makes of a request.

        Raises:
            ModelUnavailable: its process ended.
        """
        with self._lock:
            if self._process is None:
                self._process = subprocess.Popen(
                    self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
                )
            asked, said = self._process.stdin, self._process.stdout
            if asked is None or said is None or self._process.poll() is not None:
                raise ModelUnavailable("The peer's process has ended; see above.")
            print(json.dumps(request), file=asked, flush=True)
            line = said.readline()
        if not line:
            raise ModelUnavailable(f"The peer's process ended with {self._process.wait()}; see above.")
        return dict(json.loads(line))


@dataclass(frozen=True)
class Peer(Contender):
    """One method of the peer."""

    method: str  # of `METHODS`
    worker: Worker = field(repr=False, compare=False)  # where it runs
    # of the tokens before and after
    counter: TokenCounter = field(default_factory=lambda: as_counter("o200k_base"), compare=False)

    def run(self, case: Case, rate: float) -> Outcome:
        """The case's contexts as one text; the peer does not say which characters it kept."""
        texts = [f"{one.title}\n{one.text}" if one.title else one.text for one in case.contexts]
        request = {"method": self.method, "texts": texts, "question": case.question, "rate": rate}
        done = self.worker.ask(request)
        before = sum(map(self.counter.count, texts))
        return Outcome(
            texts=((None, done["text"]),),
            spans=None,
            tokens_before=before,
            tokens_after=self.counter.count(done["text"]),
            budget=max(1, int(rate * before)),
            seconds=done["seconds"],
        )
