"""Execute notebooks in place and store what they show: ``python notebooks/execute.py [NOTEBOOK ...]``."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import nbformat
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient

HERE = Path(__file__).parent
# Bars and chatter are not for a stored page.
QUIET = {
    "TQDM_DISABLE": "1",
    "TRANSFORMERS_VERBOSITY": "error",
    "PYTHONWARNINGS": "ignore:IProgress not found",  # tqdm, where there are no widgets
}


def started(folder: Path) -> KernelManager:
    """A quiet kernel that runs in a folder. Whoever starts it shuts it down."""
    kernel = KernelManager(kernel_name="python3")
    kernel.start_kernel(cwd=str(folder), env=os.environ | QUIET)
    return kernel


def execute(path: Path, kernel: KernelManager) -> None:
    """Run all cells in a kernel, whose variables are cleared first, and write the notebook with its outputs.

    Raises:
        CellExecutionError: a cell failed; the file is left as it was.
    """
    notebook = nbformat.read(path, as_version=4)
    client = kernel.blocking_client()
    client.start_channels()
    client.wait_for_ready(timeout=120)
    client.execute_interactive("get_ipython().reset(new_session=True)", silent=True)
    client.stop_channels()
    # Without the timing: every run would change every cell.
    NotebookClient(notebook, km=kernel, timeout=600, coalesce_streams=True, record_timing=False).execute()
    notebook.metadata["language_info"] = {"name": "python"}  # and not the version of this machine
    nbformat.write(notebook, path)


if __name__ == "__main__":
    for chosen in [Path(name) for name in sys.argv[1:]] or sorted(HERE.glob("*.ipynb")):
        start = time.perf_counter()
        fresh = started(chosen.parent)
        try:
            execute(chosen, fresh)
        finally:
            fresh.shutdown_kernel(now=True)
        print(f"{chosen.name}: {time.perf_counter() - start:.0f} s")
