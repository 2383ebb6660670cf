"""Run notebooks and store what they show: ``python notebooks/run.py [NOTEBOOK ...]``.

Progress bars and their warnings stay out of the stored outputs.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).parent
QUIET = {
    "TQDM_DISABLE": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "PYTHONWARNINGS": "ignore:IProgress not found",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}


def execute(notebook: Path) -> nbformat.NotebookNode:
    """The notebook with fresh outputs, without times and other traces of the run.

    Raises:
        CellExecutionError: a cell failed.
    """
    os.environ.update(QUIET)
    node = nbformat.read(notebook, as_version=4)
    NotebookClient(node, timeout=300, kernel_name="python3", coalesce_streams=True).execute(cwd=str(HERE))
    for cell in node.cells:
        cell.metadata.pop("execution", None)  # when it ran
    node.metadata = {"kernelspec": node.metadata.kernelspec, "language_info": {"name": "python"}}
    return node


def main(names: list[str]) -> None:
    """Run the named notebooks, or all of them."""
    for notebook in [Path(name) for name in names] or sorted(HERE.glob("*.ipynb")):
        print(notebook.name)
        nbformat.write(execute(notebook), notebook)


if __name__ == "__main__":
    main(sys.argv[1:])
