"""Execute notebooks in place and store what they show: ``python notebooks/execute.py [NOTEBOOK ...]``."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).parent
# Bars and chatter are not for a stored page.
QUIET = {
    "TQDM_DISABLE": "1",
    "TRANSFORMERS_VERBOSITY": "error",
    "PYTHONWARNINGS": "ignore:IProgress not found",  # tqdm, where there are no widgets
}


def execute(path: Path) -> None:
    """Run all cells in a fresh kernel, beside the notebook, and write the notebook with its outputs.

    Raises:
        CellExecutionError: a cell failed; the file is left as it was.
    """
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(
        notebook,
        timeout=600,
        coalesce_streams=True,
        record_timing=False,  # or every run would change every cell
        resources={"metadata": {"path": str(path.parent)}},
    ).execute(env=os.environ | QUIET)
    notebook.metadata["language_info"] = {"name": "python"}  # and not the version of this machine
    nbformat.write(notebook, path)


if __name__ == "__main__":
    for chosen in [Path(name) for name in sys.argv[1:]] or sorted(HERE.glob("*.ipynb")):
        start = time.perf_counter()
        execute(chosen)
        print(f"{chosen.name}: {time.perf_counter() - start:.0f} s")
