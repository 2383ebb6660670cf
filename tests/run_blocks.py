"""Run the Python blocks of a page, each as a file of its own: `python run_blocks.py PAGE`.

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


def main() -> int:
    """Run them; the exit status is 1 where one fails."""
    for number, code in enumerate(BLOCK.findall(Path(sys.argv[1]).read_text("utf-8")), 1):
        with tempfile.TemporaryDirectory() as folder:
            script = Path(folder) / "example.py"
            script.write_text(code, "utf-8")
            shown = io.StringIO()
            with redirect_stdout(shown):
                runpy.run_path(str(script), run_name="__main__")
        if not shown.getvalue().strip():
            raise SystemExit(f"block {number} prints nothing:\n{code}")
        print(f"--- block {number}\n{shown.getvalue()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
