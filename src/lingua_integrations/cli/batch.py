"""`lingua compress --batch`: from one Parquet file to another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from lingua_integrations.cli.terminal import note

if TYPE_CHECKING:
    from lingua_integrations.core.compressor import PromptCompressor


@dataclass(frozen=True)
class Table:
    """The table options of `lingua compress`."""

    files: Sequence[Path]  # the one to read and the one to write
    text_column: str | None
    question_column: str | None
    workers: int | None

    def compress(
        self,
        compressor: PromptCompressor,
        question: str | None,
        rate: float | None,
        target_tokens: int | None,
    ) -> None:
        """Compress it, with a bar on stderr where somebody watches, and say what came of it.

        Raises:
            BadParameter: there are not two files.
            LinguaError: as in `compress_parquet`.
        """
        from tqdm import tqdm

        from lingua_integrations.batch import BatchCompressor, compress_parquet
        from lingua_integrations.batch.rows import Columns

        if len(self.files) != 2:
            raise typer.BadParameter("--batch takes two files: the one to read and the one to write")
        columns = Columns(text=self.text_column or "text", question=self.question_column)
        compress = BatchCompressor(
            compressor, question=question, rate=rate, target_tokens=target_tokens, columns=columns
        )
        source, target = self.files
        with tqdm(desc="Compressing", unit="row", disable=None) as bar:

            def told(done: int, rows: int) -> None:
                bar.total, bar.n = rows, done
                bar.refresh()

            found = compress_parquet(source, target, compress, workers=self.workers or 1, told=told)
        resumed = f", {found.resumed:,} of them from an earlier run" if found.resumed else ""
        note(
            f"{target}: {found.rows:,} rows{resumed}; {found.tokens_before:,} tokens became "
            f"{found.tokens_after:,}; {found.errors:,} rows have an error."
        )
