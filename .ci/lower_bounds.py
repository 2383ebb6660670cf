"""Prints constraints for `make lower-bounds`: what users install, as low as pyproject.toml allows."""

from __future__ import annotations

import sys
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

EXTRAS = "models", "langchain", "agents", "llama-index", "cli"


def lowest(project: dict) -> list[str]:
    """The bounds of a `[project]` table as versions, those of ours left out.

    >>> extras = dict.fromkeys(EXTRAS, ["lingua-integrations[models]"])
    >>> lowest({"dependencies": ["numpy>=2.0"], "optional-dependencies": extras})
    ['numpy==2.0']
    """
    extras = [line for name in EXTRAS for line in project["optional-dependencies"][name]]
    needed = [line for line in project["dependencies"] + extras if ">=" in line]
    return [line.replace(">=", "==") for line in needed]


if __name__ == "__main__":
    text = (Path(__file__).parent.parent / "pyproject.toml").read_text("utf-8")
    sys.stdout.write("\n".join(lowest(tomllib.loads(text)["project"])) + "\n")
