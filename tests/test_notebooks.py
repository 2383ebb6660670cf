"""Every notebook runs, and its stored outputs are whole and tidy."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import nbformat
import pytest

FOLDER = Path(__file__).parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
NAMES = [notebook.stem for notebook in NOTEBOOKS]
TRACE = re.compile(r"(?:^|[\s'\"(=])(?:/(?:tmp|root|home|work|Users|usr)/|[A-Z]:\\)")


def outputs(node):
    return [
        (cell, output)
        for cell in node.cells
        if cell.cell_type == "code"
        for output in cell.get("outputs", [])
    ]


def shown(output):
    """All text of an output; pictures aside."""
    data = output.get("data", {})
    return output.get("text", "") + "".join(str(data[kind]) for kind in data if kind.startswith("text"))


def test_all_five_are_there():
    assert [name[0] for name in NAMES] == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=NAMES)
def test_stored_outputs(notebook):
    """Valid, run from top to bottom, without errors, warnings, paths of a machine, or much weight."""
    node = nbformat.read(notebook, as_version=4)
    nbformat.validate(node)
    code = [cell for cell in node.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert notebook.stat().st_size < 400_000
    found = outputs(node)
    assert len(found) >= 4
    for _, output in found:
        assert output.output_type != "error"
        assert output.get("name") != "stderr", output.get("text")
        assert not TRACE.search(shown(output)), shown(output)


@pytest.mark.model
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=NAMES)
def test_it_runs(notebook):
    """From a fresh kernel; every cell that showed something shows something again."""
    spec = importlib.util.spec_from_file_location("run_notebooks", FOLDER / "run.py")
    runner = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(runner)
    fresh, stored = runner.execute(notebook), nbformat.read(notebook, as_version=4)
    kinds = [[(cell.id, output.output_type) for cell, output in outputs(node)] for node in (fresh, stored)]
    assert kinds[0] == kinds[1]
