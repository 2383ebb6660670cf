"""From a Parquet file to another one, in parts that survive whatever happens to the process."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from lingua_integrations.batch.compressor import BatchCompressor
from lingua_integrations.core.optional import optional
from lingua_integrations.errors import InvalidRequest, ModelError

_ROWS = 1000  # of a part
_PLAN = "plan.json"


@dataclass(frozen=True)
class Summary:
    """What a run did.

    Attributes:
        rows: of the file.
        resumed: those of them that an earlier run had done.
        errors: rows whose error column says something.
        tokens_before: of all texts, in tokens of the target model.
        tokens_after: the same, after.
    """

    rows: int
    resumed: int
    errors: int
    tokens_before: int
    tokens_after: int


Told = Callable[[int, int], None]
"""Hears of progress: rows that are done, of all."""


def compress_parquet(
    source: str | os.PathLike[str],
    target: str | os.PathLike[str],
    compress: BatchCompressor,
    *,
    workers: int = 1,
    part_rows: int = _ROWS,
    told: Told | None = None,
) -> Summary:
    """Compress a Parquet file row by row into another one, with the same columns and the new ones.

    The result grows part by part in a folder beside it (``NAME.parts``), each part moved there when it is
    whole; in the end they become one file, and the folder goes. However a run ends, the next one with the
    same settings goes on after the parts that are there.

    Args:
        source: the file with the texts.
        target: the file to write; what is there is replaced at the end.
        compress: how.
        workers: processes, each with its own copy of the models.
        part_rows: rows of a part: what is lost at most, for each worker, when a run is killed.
        told: hears of progress.

    Raises:
        InvalidRequest: the source is no Parquet file or lacks a column, or the folder holds parts that were
            made from another file or with other settings.
        ModelError: a model cannot be had, or a worker died.
        MissingExtra: pyarrow is not installed.
    """
    if workers < 1 or part_rows < 1:
        raise InvalidRequest("workers and part_rows are at least 1.")
    source, target = Path(source), Path(target)
    table = _opened(source)
    _check_columns(table, compress)
    rows = table.metadata.num_rows
    parts = Parts(target.with_name(f"{target.name}.parts"))
    parts.prepare({"source": _identity(source), "made_by": compress.fingerprint, "rows": part_rows,
                   "columns": repr(compress.columns), "question": compress.question})  # fmt: skip
    done = parts.there()
    resumed = done_rows = sum(_size(part, part_rows, rows) for part in done)
    if told:
        told(done_rows, rows)
    todo = ((at, batch) for at, batch in enumerate(_batches(table, part_rows)) if at not in done)
    for at in _work(todo, parts.folder, compress, workers):
        done_rows += _size(at, part_rows, rows)
        if told:
            told(done_rows, rows)
    errors, before, after = parts.joined(target, compress)
    return Summary(rows, resumed, errors, before, after)


@dataclass(frozen=True)
class Parts:
    """The folder with the parts of a result that is being made."""

    folder: Path

    def prepare(self, plan: dict[str, Any]) -> None:
        """Make the folder, or see whether it belongs to the same work.

        Raises:
            InvalidRequest: it does not.
        """
        file, told = self.folder / _PLAN, json.dumps(plan, indent=1)
        if self.folder.exists():
            known = file.read_text("utf-8") if file.is_file() else None
            if known != told:
                raise InvalidRequest(
                    f"{self.folder} holds parts of other work: the source or the settings have changed. "
                    "Remove the folder to begin anew."
                )
            return
        self.folder.mkdir(parents=True)
        _replace(file, lambda path: path.write_text(told, "utf-8"))

    def there(self) -> set[int]:
        """The numbers of the parts that are whole."""
        return {int(file.stem) for file in self.folder.glob("*.parquet")}

    def joined(self, target: Path, compress: BatchCompressor) -> tuple[int, int, int]:
        """Make one file of the parts and let go of them: rows with errors, tokens before and after."""
        import pyarrow.compute as pc
        import pyarrow.parquet as pq

        columns = compress.columns
        sums = [0, 0, 0]

        def write(path: Path) -> None:
            writer = None
            for at in sorted(self.there()):
                table = pq.read_table(self.folder / f"{at}.parquet")
                writer = writer or pq.ParquetWriter(path, table.schema)
                writer.write_table(table)
                sums[0] += len(table) - table[columns.error].null_count
                for place, name in ((1, columns.tokens_before), (2, columns.tokens_after)):
                    sums[place] += pc.sum(table[name]).as_py() or 0
            if writer:
                writer.close()

        _replace(target, write)
        shutil.rmtree(self.folder)
        return sums[0], sums[1], sums[2]


def _work(
    todo: Iterator[tuple[int, Any]], folder: Path, compress: BatchCompressor, workers: int
) -> Iterator[int]:
    """Make parts, each of its number and its rows; gives the number of each that is there."""
    if workers == 1:
        for at, batch in todo:
            write_part(folder, at, batch, compress)
            yield at
        return
    context = get_context("spawn")  # a fork would inherit locks and threads of models
    with ProcessPoolExecutor(workers, context, initializer=_ready, initargs=(compress,)) as pool:
        running: set[Future[int]] = set()
        try:
            for at, batch in todo:
                running.add(pool.submit(_work_on, folder, at, batch))
                if len(running) >= 2 * workers:  # no more of the file is in memory than keeps all busy
                    finished, running = wait(running, return_when=FIRST_COMPLETED)
                    yield from (one.result() for one in finished)
            for one in running:
                yield one.result()
        except BrokenProcessPool as error:
            raise ModelError(
                "A worker died. The parts that are done stay; the same call goes on from there."
            ) from error
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


_compress: BatchCompressor | None = None  # of a worker


def _ready(compress: BatchCompressor) -> None:
    global _compress
    _compress = compress


def _work_on(folder: Path, at: int, batch: Any) -> int:
    if _compress is None:
        raise RuntimeError("A worker was not made ready.")
    write_part(folder, at, batch, _compress)
    return at


def write_part(folder: Path, at: int, batch: Any, compress: BatchCompressor) -> None:
    """Compress some rows into a part, which appears in the folder when it is whole."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = compress.columns
    asked = {name for name in (columns.text, columns.question, columns.title) if name is not None}
    found = compress({name: batch.column(name).to_pylist() for name in asked})
    kinds = dict(zip(columns.added, (pa.large_string(), pa.int64(), pa.int64(), pa.string()), strict=True))
    table = pa.Table.from_batches([batch])
    for name, kind in kinds.items():
        table = table.append_column(name, pa.array(found[name], kind))
    _replace(folder / f"{at}.parquet", lambda path: pq.write_table(table, path))


def _replace(file: Path, write: Callable[[Path], object]) -> None:
    """Write a file beside its place, bring it to the disk, and move it there: it is whole or not there."""
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    write(draft)
    with draft.open("rb+") as opened:
        os.fsync(opened.fileno())
    os.replace(draft, file)


def _opened(source: Path) -> Any:
    pq = optional("pyarrow.parquet", "pyarrow", "batch")
    if not source.is_file():
        raise InvalidRequest(f"There is no file {source}.")
    try:
        return pq.ParquetFile(source)
    except (OSError, ValueError) as error:  # pyarrow's own errors are of these kinds
        raise InvalidRequest(f"{source} is no Parquet file.") from error


def _check_columns(table: Any, compress: BatchCompressor) -> None:
    """Before anything is loaded, what the first batch would complain of."""
    compress({name: [] for name in table.schema_arrow.names})


def _batches(table: Any, part_rows: int) -> Iterator[Any]:
    """The rows of each part; of a table without rows one part without rows."""
    import pyarrow as pa

    yield from table.iter_batches(part_rows)
    if not table.metadata.num_rows:
        yield pa.RecordBatch.from_pylist([], table.schema_arrow)


def _identity(source: Path) -> list[Any]:
    found = source.stat()
    return [str(source.resolve()), found.st_size, found.st_mtime_ns]


def _size(at: int, part_rows: int, rows: int) -> int:
    return min(part_rows, rows - at * part_rows)
