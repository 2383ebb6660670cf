"""The command line."""

from __future__ import annotations

import sys
from importlib.util import find_spec

from lingua_integrations.errors import MissingExtra


def main() -> None:
    """Run `lingua`; where it cannot run, say in one line what to install, and exit with 1."""
    for package in ("typer", "rich"):
        if find_spec(package) is None:
            sys.exit(f"lingua: {MissingExtra(package, 'cli')}")
    from lingua_integrations.cli.app import app

    app(prog_name="lingua")
