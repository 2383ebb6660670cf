"""From file to file: nothing that was written is lost, and nothing is made twice."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time

import pytest
from typer.testing import CliRunner

from lingua_integrations.batch import BatchCompressor, compress_parquet
from lingua_integrations.cli.app import app
from lingua_integrations.errors import InvalidRequest, ServerFailed

pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
pq = pytest.importorskip("pyarrow.parquet")

TEXTS = [f"The cat number {i} sat on the mat. It ran in {i}. Nobody saw it. It rained." for i in range(50)]


@pytest.fixture
def source(tmp_path):
    """A table with a column that is nobody's business, and a missing text."""
    table = pa.table({"id": list(range(51)), "text": [*TEXTS, None], "tags": [["a", "b"]] * 51})
    pq.write_table(table, tmp_path / "in.parquet", row_group_size=20)
    return tmp_path / "in.parquet"


def test_a_file_becomes_another_one(source, tmp_path):
    compress = BatchCompressor("salience", rate=0.5)
    heard = []
    target = tmp_path / "out.parquet"
    found = compress_parquet(source, target, compress, part_rows=8, told=lambda *one: heard.append(one))
    table = pq.read_table(target)
    assert table.column_names == [
        "id",
        "text",
        "tags",
        "compressed",
        "tokens_before",
        "tokens_after",
        "error",
    ]
    assert table["tags"].to_pylist() == [["a", "b"]] * 51 and table["id"].to_pylist() == list(range(51))
    assert table["compressed"].to_pylist() == compress({"text": [*TEXTS, None]})["compressed"]
    assert found.rows == 51 and found.resumed == 0 and found.errors == 0
    assert found.tokens_after == sum(table["tokens_after"].to_pylist()) <= found.tokens_before / 2
    assert heard[0] == (0, 51) and heard[-1] == (51, 51) and heard == sorted(heard)
    assert sorted(os.listdir(tmp_path)) == ["in.parquet", "out.parquet"]


def test_a_run_that_failed_goes_on(source, tmp_path, monkeypatch):
    """Its parts stay, and only the rest is made."""
    compress, target = BatchCompressor("salience", rate=0.5), tmp_path / "out.parquet"
    made = []

    def call(self, batch):
        if len(made) == 3 and batch["text"]:
            raise ServerFailed("gone", "http://gpu")
        made.append(len(batch["text"]))
        return real(self, batch)

    real = BatchCompressor.__call__
    monkeypatch.setattr(BatchCompressor, "__call__", call)
    with pytest.raises(ServerFailed):
        compress_parquet(source, target, compress, part_rows=10)
    assert not target.exists()
    monkeypatch.setattr(BatchCompressor, "__call__", real)
    assert compress_parquet(source, target, compress, part_rows=10).resumed == 20
    assert pq.read_table(target)["compressed"].to_pylist() == compress({"text": [*TEXTS, None]})["compressed"]


def test_parts_of_other_work_are_refused(source, tmp_path):
    target, parts = tmp_path / "out.parquet", tmp_path / "out.parquet.parts"
    compress = BatchCompressor("salience", rate=0.5)
    compress_parquet(source, target, compress)
    parts.mkdir()
    with pytest.raises(InvalidRequest, match="parts of other work"):
        compress_parquet(source, target, compress)
    assert pq.read_table(target).num_rows == 51


def test_bad_files_are_refused(source, tmp_path):
    compress = BatchCompressor("salience")
    (tmp_path / "text").write_text("no table")
    for file, why in (("nowhere", "There is no file"), ("text", "is no Parquet file")):
        with pytest.raises(InvalidRequest, match=why):
            compress_parquet(tmp_path / file, tmp_path / "out.parquet", compress)
    with pytest.raises(InvalidRequest, match="no column body"):
        compress_parquet(
            source, tmp_path / "out.parquet", BatchCompressor("salience", columns={"text": "body"})
        )
    with pytest.raises(InvalidRequest, match="at least 1"):
        compress_parquet(source, tmp_path / "out.parquet", compress, workers=0)
    assert not (tmp_path / "out.parquet.parts").exists()


def test_an_empty_table(tmp_path):
    pq.write_table(pa.table({"text": pa.array([], pa.string())}), tmp_path / "in.parquet")
    found = compress_parquet(tmp_path / "in.parquet", tmp_path / "out.parquet", BatchCompressor("salience"))
    assert found.rows == 0 and pq.read_table(tmp_path / "out.parquet").column_names[-1] == "error"


def test_the_command(source, tmp_path):
    target = tmp_path / "out.parquet"
    command = ["compress", "--batch", str(source), str(target), "--rate", "0.5", "-m", "salience"]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    assert re.search(r"51 rows; [\d,]+ tokens became [\d,]+; 0 rows have an error", done.stderr)
    assert done.stdout == "" and pq.read_table(target).num_rows == 51
    for wrong in (["--json"], ["--question-column", "nowhere"]):
        assert CliRunner().invoke(app, [*command, *wrong]).exit_code == 2
    assert CliRunner().invoke(app, command[:3]).exit_code == 2
    assert CliRunner().invoke(app, ["compress", str(source), "--workers", "2"]).exit_code == 2


RUN = """
import sys, time
from lingua_integrations.batch import BatchCompressor, compress_parquet
class Slow(BatchCompressor):
    def __call__(self, batch):
        time.sleep(0.05 * bool(len(batch["text"])))
        return super().__call__(batch)
if __name__ == "__main__":
    compress = Slow("salience", rate=0.5)
    print(compress_parquet(*sys.argv[1:3], compress, workers=2, part_rows=2))
"""


def test_a_run_that_is_killed_loses_nothing_that_was_written(source, tmp_path):
    """Kill -9 of the whole group, parent and workers, at any time; the next run goes on."""
    script, target, parts = tmp_path / "run.py", tmp_path / "out.parquet", tmp_path / "out.parquet.parts"
    script.write_text(RUN)
    command = [sys.executable, str(script), str(source), str(target)]
    run = subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL)
    waited = time.monotonic() + 60
    while len(list(parts.glob("*.parquet"))) < 3 and time.monotonic() < waited:
        time.sleep(0.02)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    there = {file.name: file.stat().st_mtime_ns for file in parts.glob("*.parquet")}
    assert len(there) >= 3 and not target.exists()
    for name in there:
        assert pq.read_table(parts / name).num_rows == 2
    compress = BatchCompressor("salience", rate=0.5)
    assert compress_parquet(source, target, compress, part_rows=2).resumed == 2 * len(there)
    found = pq.read_table(target)["compressed"].to_pylist()
    assert found == compress({"text": [*TEXTS, None]})["compressed"]
    assert not parts.exists()
