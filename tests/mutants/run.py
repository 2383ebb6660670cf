"""Change the source by hand, one change at a time, and see whether a test notices: `python tests/mutants/run.py`.

Each mutant is applied to a copy of the source, and the tests that should notice are run against it. A mutant that
they let through survives, and its line is printed. `--only WORD` runs those whose file or change has the word,
and `--skip N` goes on where a run was cut off.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from mutants import MUTANTS, Mutant

ROOT = Path(__file__).parents[2]


def survives(mutant: Mutant) -> bool:
    """Whether the mutant's tests pass all the same."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(shutil.copytree(ROOT / "src", Path(folder) / "src"))
        file = source / "lingua_integrations" / mutant.file
        text = file.read_text("utf-8")
        if text.count(mutant.old) != 1:
            raise SystemExit(f"{mutant.file} has {text.count(mutant.old)} times: {mutant.old}")
        file.write_text(text.replace(mutant.old, mutant.new), "utf-8")
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-m", "not model"]
        environment = os.environ | {"PYTHONPATH": str(source), "OMP_NUM_THREADS": "1", "EXAMPLES": "15"}
        tests = [str(ROOT / "tests" / name) for name in mutant.tests.split()]
        with suppress(subprocess.TimeoutExpired):  # a change that never ends is noticed
            done = subprocess.run(
                [*command, *tests], cwd=ROOT, env=environment, capture_output=True, timeout=300
            )
            return done.returncode == 0
    return False


def main() -> int:
    """Run them all; the exit status is the number of survivors."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="")
    parser.add_argument("--skip", type=int, default=0, help="of the first ones, so many")
    parser.add_argument("--at-once", type=int, default=2)
    wanted = parser.parse_args()
    chosen = [one for one in MUTANTS if wanted.only in f"{one.file} {one.old} {one.new}"][wanted.skip :]
    lived = []
    with ThreadPoolExecutor(wanted.at_once) as pool:
        for one, lives in zip(chosen, pool.map(survives, chosen), strict=True):
            if lives:
                why = f" ({one.why})" if one.why else ""
                print(f"survives: {one.file}: {one.old!r} -> {one.new!r}{why}", flush=True)
                lived.append(one)
    print(f"{len(chosen) - len(lived)} of {len(chosen)} killed")
    return len([one for one in lived if not one.why])


if __name__ == "__main__":
    sys.exit(main())
