"""`BatchCompressor`: one callable for all batch engines, which can pickle it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from lingua_integrations import __version__
from lingua_integrations.batch.memory import Outcomes
from lingua_integrations.batch.rows import Columns, Outcome, Row, rows_of, with_outcomes
from lingua_integrations.core.compressor import PromptCompressor
from lingua_integrations.core.config import CompressionConfig
from lingua_integrations.core.request import Context
from lingua_integrations.errors import (
    BudgetTooSmall,
    InvalidRequest,
    LinguaError,
    MissingExtra,
    ModelError,
    ServerFailed,
)


class BatchCompressor:
    """Compresses each row of a batch by itself, and hands the batch on with new columns.

    A row that cannot be compressed as asked does not stop the others: its ``error`` says why, and its text is
    handed on whole; where the budget is too small for a single unit, the least that works is. What would fail
    for every row is raised: settings that contradict each other, a model that cannot be had, a server that
    fails for a whole batch.

    Rows that are alike, in a batch or, through a cache, in different ones, are compressed once. Models are
    loaded when the first batch comes, once in each process. A pickle has the settings alone.

    Args:
        compressor: how to compress: the name of a method, a configuration, or a `PromptCompressor`, which may
            have models of one's own and remote ones; default: "extractive-fusion" for rows with questions,
            else "salience".
        question: what is asked of all texts; of each its own, it is a column.
        rate: share of the tokens to keep, in (0, 1]; default: the configuration's.
        target_tokens: a number of tokens instead, for each row.
        columns: what the columns are called.
        threads: rows that are compressed at the same time, the longest first: a few for remote scorers, whose
            server then has a batch of texts of like length; 1 for models in this process, which keep its
            cores busy by themselves.
        cache: a folder in which outcomes are remembered by the content of their rows, also for other
            processes; default: memory, for as long as the process lives.

    Raises:
        InvalidRequest: arguments contradict each other.

    Example:
        >>> compress = BatchCompressor("extractive-bm25", question="Who wrote Emma?", target_tokens=8)
        >>> compress({"text": ["Emma is by Jane Austen. It came in 1815."]})["compressed"]
        ['Emma is by Jane Austen.']
    """

    def __init__(
        self,
        compressor: PromptCompressor | CompressionConfig | str | None = None,
        *,
        question: str | None = None,
        rate: float | None = None,
        target_tokens: int | None = None,
        columns: Columns | Mapping[str, str] | None = None,
        threads: int = 1,
        cache: str | os.PathLike[str] | None = None,
    ) -> None:
        self.columns = Columns(**columns) if isinstance(columns, Mapping) else columns or Columns()
        self.columns.check()
        if not isinstance(compressor, PromptCompressor):
            compressor = PromptCompressor(config=compressor)
        self.compressor = compressor
        self.compressor.config.budget_of(1, rate, target_tokens)  # refuses what cannot be
        if question is not None and self.columns.question is not None:
            raise InvalidRequest("Give a question for all texts, or a column of them, not both.")
        if threads < 1:
            raise InvalidRequest(f"threads is at least 1, and not {threads}.")
        self.question = question
        self.rate, self.target_tokens = rate, target_tokens
        self.threads = threads
        self.cache = None if cache is None else Path(cache)
        self._known: Outcomes | None = None

    def __repr__(self) -> str:
        return f"BatchCompressor({self.compressor!r}, rate={self.rate}, target_tokens={self.target_tokens})"

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_known": None}

    def __call__(self, batch: Mapping[str, Any]) -> dict[str, Any]:
        """The batch with what its rows became.

        Args:
            batch: columns by name, each an array or a list, as Ray Data and datasets have them.

        Raises:
            InvalidRequest: columns are missing, or would be overwritten.
            ModelError: the model cannot be had or used, or its server fails for every row.
        """
        found = rows_of(batch, self.columns, self.question)
        made = self._made({row for row in found if isinstance(row, Row)})
        outcomes = [row if isinstance(row, Outcome) else made[row] for row in found]
        return with_outcomes(batch, self.columns, outcomes)

    @property
    def fingerprint(self) -> str:
        """What outcomes depend on beside their rows: settings, digests of the models, and this version."""
        facts = (__version__, self.compressor.fingerprint, self.rate, self.target_tokens)
        return " ".join(map(str, facts))

    def _made(self, rows: set[Row]) -> dict[Row, Outcome]:
        if self._known is None and rows:
            self._known = Outcomes(self.cache, self.fingerprint)
        known = self._known
        made = {row: one for row in rows if known and (one := known.get(row))}
        todo = sorted(rows - made.keys(), key=lambda row: (-len(row.text), row.text, row.question or ""))
        failures: list[Exception | None] = []
        for row, (outcome, failure) in zip(todo, self._each(todo), strict=True):
            made[row] = outcome
            failures.append(failure)
            if known:
                known.put(row, outcome)
        dead = [one for one in failures if isinstance(one, ServerFailed)]
        if dead and len(dead) == len(made):
            raise dead[0]
        return made

    def _each(self, rows: list[Row]) -> list[tuple[Outcome, Exception | None]]:
        if self.threads == 1 or len(rows) < 2:
            return [self._one(row) for row in rows]
        with ThreadPoolExecutor(self.threads) as pool:
            return list(pool.map(self._one, rows))

    def _one(self, row: Row) -> tuple[Outcome, Exception | None]:
        """What comes of a row, and the failure where it is handed on otherwise than asked."""
        before = self.compressor.counter.count(row.text)
        if not row.text.strip():
            return Outcome(row.text, before, before), None
        try:
            return self._shorter(row, self.rate, self.target_tokens), None
        except BudgetTooSmall as error:
            least = self._shorter(row, None, error.smallest)
            return least._replace(error=_said(error)), error
        except MissingExtra:
            raise
        except ServerFailed as error:
            return Outcome(row.text, before, before, _said(error)), error
        except ModelError:
            raise
        except LinguaError as error:
            return Outcome(row.text, before, before, _said(error)), error

    def _shorter(self, row: Row, rate: float | None, target_tokens: int | None) -> Outcome:
        context = Context(row.text, title=row.title)
        result = self.compressor.compress(
            [context], question=row.question, rate=rate, target_tokens=target_tokens
        )
        return Outcome("".join(result.texts), result.tokens_before, result.tokens_after)


def _said(error: LinguaError) -> str:
    return f"{type(error).__name__}: {error}"
