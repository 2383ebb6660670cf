"""Every notebook runs from the top, and what it stores is fit to be read."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import nbformat
import pytest

from execute import execute, started
from lingua_integrations.core.store.resolve import resolve

MODELS = ("all-minilm-l6-v2", "multilingual-e5-small", "smollm2-135m-q4_1")
NOTEBOOKS = sorted((Path(__file__).parent.parent / "notebooks").glob("*.ipynb"))
MACHINE = re.compile(r"(?<![\w.:/])/(tmp|root|home|work|Users|usr|opt)/|[A-Z]:\\Users")
each = pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])


def faults(path: Path) -> list[str]:
    """What is wrong with a notebook as it is stored."""
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    found = ["shows nothing"] * (not any(cell.outputs for cell in cells))
    for number, cell in enumerate(cells, 1):
        if cell.execution_count != number:
            found.append(f"cell {number} was not run in order")
        for output in cell.outputs:
            if output.output_type == "error":
                found.append(f"cell {number} failed: {output.ename}")
            if output.get("name") == "stderr":
                found.append(f"cell {number} wrote to stderr: {output.text[:80]}")
            found += [f"cell {number} shows {name}" for name in MACHINE.findall(text_of(output))]
    if path.stat().st_size > 400_000:
        found.append("is larger than 400 kB")
    return found


def text_of(output) -> str:
    """What an output shows, pictures left out."""
    data = output.get("data", {})
    return str([output.get("text"), *(data[kind] for kind in data if not kind.startswith("image/"))])


def test_there_are_notebooks():
    """The parametrised tests below have something to look at."""
    assert NOTEBOOKS


@each
def test_what_is_stored(path):
    """Outputs are there, without errors, warnings, progress bars and paths of the machine."""
    assert faults(path) == []


@pytest.mark.parametrize(
    ("output", "fault"),
    [
        (nbformat.v4.new_output("stream", name="stderr", text="100%|###| 3/3"), "wrote to stderr"),
        (nbformat.v4.new_output("stream", text="saved to /home/ann/model"), "shows home"),
        (nbformat.v4.new_output("display_data", {"text/html": "<p>in /tmp/x</p>"}), "shows tmp"),
        (nbformat.v4.new_output("error", ename="ValueError", evalue="no"), "failed: ValueError"),
    ],
    ids=["stderr", "path", "path in HTML", "error"],
)
def test_faults_are_found(tmp_path, output, fault):
    """The check above sees what it is there for."""
    cell = nbformat.v4.new_code_cell("1", outputs=[output], execution_count=1)
    path = tmp_path / "bad.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
    (found,) = faults(path)
    assert fault in found


@pytest.fixture(scope="session")
def kernel(tmp_path_factory):
    """One for all notebooks: what they import, and the models they load, are loaded once.

    The models are there before: whoever fetches one is told so, in the cell that asks for it.
    """
    for name in MODELS:
        resolve(name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LINGUA_NOTEBOOK_LLM", "")  # whose answers would take most of the time
        kernel = started(tmp_path_factory.mktemp("notebooks"))
    yield kernel
    kernel.shutdown_kernel(now=True)


@pytest.mark.model
@each
def test_it_runs(path, tmp_path, kernel):
    """From the top, with the packaged models but for the LLM; what it shows would be fit to be stored."""
    copy = Path(shutil.copy(path, tmp_path))
    execute(copy, kernel)
    assert faults(copy) == []
