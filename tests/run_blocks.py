"""Run the Python blocks of pages, each as a file of its own: `python run_blocks.py [--write] PAGE...`.

In one process, so that torch and the models are loaded once. What a block prints goes to standard output; the
first that fails, or prints nothing, ends the run. Where a block of text follows, it must be what the block
prints, seconds aside; with ``--write`` the page is changed instead.
"""

from __future__ import annotations

import io
import os
import re
import runpy
import sys
import tempfile
from contextlib import redirect_stdout
from pathlib import Path
from unittest import mock

BLOCK = re.compile(r"^```python\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL)
SECONDS = re.compile(r"\d+\.\d\d s\b")
EXACT = sys.version_info[:2] == (3, 11)  # the examples read Python's manual, which changes with each version


def main() -> None:
    """Run them; the exit status is 1 where one fails."""
    for page in [Path(name) for name in sys.argv[1:] if name != "--write"]:
        run(page, write="--write" in sys.argv)


def run(page: Path, *, write: bool = False) -> int:
    """Run the blocks of a page, print what they print, and return how many there are.

    Raises:
        SystemExit: a block prints nothing, or something else than the page says.
    """
    text = page.read_text("utf-8")
    blocks = [*BLOCK.finditer(text)]
    for number, block in enumerate(blocks, 1):
        code, told = block.groups()
        name = f"--- {page.name} {number}"
        try:
            shown = printed(code)
        except BaseException:
            print(f"{name} fails:\n{code}")
            raise
        if not shown.strip():
            raise SystemExit(f"{name} prints nothing:\n{code}")
        print(f"{name}\n{shown}")
        if told is not None and EXACT and without_seconds(told) != without_seconds(shown):
            if not write:
                raise SystemExit(f"{name} prints something else than the page says:\n{told}")
            whole = block.group()
            text = text.replace(whole, f"{whole.removesuffix(f'{told}```{chr(10)}')}{shown.strip()}\n```\n")
            page.write_text(text, "utf-8")
    return len(blocks)


def without_seconds(shown: str) -> str:
    """What is printed, whatever the machine."""
    return SECONDS.sub("0.00 s", "\n".join(line.rstrip() for line in shown.strip().splitlines()))


def printed(code: str) -> str:
    """What a block prints. What it does to the environment is undone."""
    shown = io.StringIO()
    with tempfile.TemporaryDirectory() as folder, redirect_stdout(shown), mock.patch.dict(os.environ):
        script = Path(folder) / "example.py"
        script.write_text(code, "utf-8")
        runpy.run_path(str(script), run_name="__main__")
    return shown.getvalue()


if __name__ == "__main__":
    main()
