"""Run the Python blocks of pages, each as a file of its own: `python run_blocks.py PAGE...`.

In one process, so that torch and the models are loaded once. What a block prints goes to standard output; the
first that fails, or prints nothing, ends the run.
"""

from __future__ import annotations

import io
import re
import runpy
import sys
import tempfile
from contextlib import redirect_stdout
from pathlib import Path

BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


def main() -> None:
    """Run them; the exit status is 1 where one fails."""
    for page in map(Path, sys.argv[1:]):
        for number, code in enumerate(BLOCK.findall(page.read_text("utf-8")), 1):
            name = f"--- {page.name} {number}"
            try:
                shown = printed(code)
            except BaseException:
                print(f"{name} fails:\n{code}")
                raise
            if not shown.strip():
                raise SystemExit(f"{name} prints nothing:\n{code}")
            print(f"{name}\n{shown}")


def printed(code: str) -> str:
    """What a block prints."""
    shown = io.StringIO()
    with tempfile.TemporaryDirectory() as folder, redirect_stdout(shown):
        script = Path(folder) / "example.py"
        script.write_text(code, "utf-8")
        runpy.run_path(str(script), run_name="__main__")
    return shown.getvalue()


if __name__ == "__main__":
    main()
