"""Rows are on disk one by one: what is torn is asked for again, and a full disk leaves the file as it was."""

from __future__ import annotations

import errno
import os

import pytest

from lingua_integrations.evaluation.records import Records


def test_rows_by_their_key(tmp_path):
    path = tmp_path / "a" / "rows.jsonl"
    records = Records(path)
    assert records.get("1") is None
    records.add({"key": "1", "text": "a\u2028b"})
    records.add({"key": "2"})
    records.add({"key": "1", "text": "anew"})
    assert records.get("1") == Records(path).get("1") == {"key": "1", "text": "anew"}
    assert len(path.read_text().splitlines()) == 3
    assert Records(path).rows() == [{"key": "1", "text": "anew"}, {"key": "2"}]


@pytest.mark.parametrize("torn", ['{"key": "2", "te', "[1, 2]\n", '{"text": "x"}\n', "\n"])
def test_a_torn_line_counts_as_missing(tmp_path, torn):
    """And the next row begins a line of its own."""
    path = tmp_path / "rows.jsonl"
    path.write_text('{"key": "1"}\n' + torn)
    records = Records(path)
    assert records.get("2") is None
    records.add({"key": "2"})
    records.add({"key": "3"})
    assert all(Records(path).get(key) == {"key": key} for key in "123")


def test_a_full_disk_leaves_the_file_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "rows.jsonl"
    records = Records(path)
    records.add({"key": "1"})
    before = path.read_bytes()

    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched, pytest.raises(OSError, match="No space left"):
        patched.setattr(os, "fsync", full)
        records.add({"key": "2"})
    assert path.read_bytes() == before
    assert records.get("2") is None
    records.add({"key": "2"})
    assert Records(path).get("2") == {"key": "2"}
