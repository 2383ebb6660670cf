"""Rows a second over workers: `python benchmarks/batch.py --rows 2000 --workers 1,2,4`.

Ratios from one run on one idle machine can be compared; figures from different machines cannot. `--url` puts
a remote embedding model in the place of the local one, and threads in the place of workers.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from lingua_integrations import PromptCompressor
from lingua_integrations.batch import BatchCompressor, compress_parquet
from lingua_integrations.demo.corpus import passages


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description="Rows a second over workers.")
    parser.add_argument("--rows", type=int, default=2000, help="passages of about 180 words")
    parser.add_argument("--workers", default="1,2", help="numbers of processes, or of threads with --url")
    parser.add_argument("--methods", default="salience,extractive-bm25", help="of `lingua methods`")
    parser.add_argument("--url", help="a model by its server, such as tei+http://localhost:8080")
    options = parser.parse_args()
    print("| method | workers | rows a second | tokens a second | beside one worker |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "in.parquet"
        pq.write_table(pa.table({"text": chunks(options.rows)}), source)
        for method in options.methods.split(","):
            first = 0.0
            for workers in map(int, options.workers.split(",")):
                rate, tokens = measured(source, method, workers, options.url)
                first = first or rate
                print(
                    f"| {method} | {workers} | {rate:,.0f} | {tokens:,.0f} | {rate / first:.1f}x |",
                    flush=True,
                )


def chunks(n: int) -> list[str]:
    """Passages of Python's language reference, all different: they are numbered."""
    texts = [passage.text for passage in passages()]
    return [f"Passage {i}.\n\n{texts[i % len(texts)]}" for i in range(n)]


def measured(source: Path, method: str, workers: int, url: str | None) -> tuple[float, float]:
    """Rows and tokens a second, the start of the workers included."""
    compress = BatchCompressor(
        PromptCompressor.from_pretrained(url, method) if url else method,
        question="How does it work?",
        rate=0.3,
        threads=workers if url else 1,
    )
    start = time.perf_counter()
    target = source.with_name("out.parquet")
    done = compress_parquet(source, target, compress, workers=1 if url else workers, part_rows=200)
    seconds = time.perf_counter() - start
    return done.rows / seconds, done.tokens_before / seconds


if __name__ == "__main__":
    main()
