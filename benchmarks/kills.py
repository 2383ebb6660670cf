"""A model's download and conversion, killed at many moments: `python benchmarks/kills.py`.

A pull into an empty store is timed first. Then processes that pull are killed (SIGKILL), the first soon after
its start, the last near its end. After each kill the model must be missing or complete, never in part; at
last a pull that nobody kills must find nothing in its way, and leave nothing of the others behind.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tqdm import tqdm


def pulling(model: str, home: Path) -> subprocess.Popen[bytes]:
    """A process that pulls a model into a store, in a group of its own: what it starts dies with it."""
    command = [sys.executable, "-m", "lingua_integrations", "models", "pull", model]
    environment = os.environ | {"LINGUA_HOME": str(home)}
    return subprocess.Popen(
        command,
        env=environment,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def state(model: str, home: Path) -> str:
    """What the store says of a model: "missing", or "complete" where every file has its digest."""
    code = (
        "from lingua_integrations.core.store import folders\n"
        f"found = folders.status({model!r}).state\n"
        f"print('missing' if found == 'missing' else folders.faults({model!r}, thorough=True) or 'complete')"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"LINGUA_HOME": str(home)},
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stdout.strip()


def leftovers(home: Path) -> list[str]:
    """Names of folders that pulls before had begun."""
    return sorted(path.name for path in (home / "models").glob(".*") if path.is_dir())


def main() -> int:
    """Print what each kill left; the exit status is the number of faults."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="multilingual-e5-small")
    parser.add_argument("--kills", type=int, default=20)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        begin = time.monotonic()
        assert pulling(args.model, Path(folder) / "timed").wait() == 0, "the model cannot be pulled"
        seconds = time.monotonic() - begin
        home, faults = Path(folder) / "killed", 0
        for number in tqdm(range(args.kills), "kills"):
            process = pulling(args.model, home)
            moment = seconds * (number + 0.5) / args.kills
            try:
                process.wait(moment)
                told = "had ended"
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                told = "killed"
            found = state(args.model, home)
            faults += found not in ("missing", "complete")
            tqdm.write(f"{moment:6.1f} s  {told}: {found}, {len(leftovers(home))} folders begun")
            if found == "complete":
                shutil.rmtree(home / "models" / args.model)
        ended = pulling(args.model, home).wait()
        faults += ended != 0 or state(args.model, home) != "complete" or leftovers(home) != []
        print(f"{args.kills} kills in a pull of {seconds:.0f} s; at last {state(args.model, home)}")
        print(f"{faults} faults")
    return faults


if __name__ == "__main__":
    sys.exit(main())
