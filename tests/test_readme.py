"""Every code block of the README and of docs/ is run, or checked against what it names."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lingua_integrations.cli.app import app

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCKS = [
    block
    for page in PAGES
    for block in re.findall(r"^```(\w+)\n(.*?)^```", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
]
SHELL = [
    line.split("#")[0].strip()
    for language, code in BLOCKS
    if language == "bash"
    for line in code.splitlines()
]
LASTING = ("lingua align", "lingua serve", "lingua mcp")
"""Commands that are not run here."""


def test_all_blocks_are_known():
    """A block in a language nobody runs would be a block nobody runs."""
    assert {language for language, _ in BLOCKS} == {"python", "bash"}
    assert {shlex.split(line)[0] for line in SHELL if line} == {"make", "pip", "lingua", "python"}


@pytest.mark.model
@pytest.mark.parametrize("pages", [PAGES[::2], PAGES[1::2]], ids=["one half", "the other"])
def test_python(pages, tmp_path):
    """Pasted into a file, every block runs and prints something."""
    command = [sys.executable, str(ROOT / "tests" / "run_blocks.py"), *map(str, pages)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    for page in pages:
        assert done.stdout.count(f"--- {page.name} ") == page.read_text("utf-8").count("```python")


@pytest.mark.model
@pytest.mark.parametrize(
    "line", [line for line in SHELL if line.startswith("lingua") and not line.startswith(LASTING)]
)
def test_lingua(line, monkeypatch):
    """The command line runs as it stands."""
    monkeypatch.chdir(ROOT)
    done = CliRunner().invoke(app, shlex.split(line)[1:])
    assert done.exit_code == 0, done.output
    assert done.stdout.strip()


@pytest.mark.parametrize("line", [line for line in SHELL if line.startswith(LASTING)])
def test_lingua_that_lasts(line):
    """Too long to run, without an end, or somebody has to be paid: the command knows the options.

    tests/alignment, tests/serve and tests/adapters/test_mcp_server.py run them.
    """
    _, name, *words = shlex.split(line)
    command = [word for word in words[:1] if word in ("report", "classifier")]
    run = [sys.executable, "-m", "lingua_integrations", name, *command, "--help"]
    done = subprocess.run(run, capture_output=True, text=True, cwd=ROOT, env={**os.environ, "COLUMNS": "200"})
    assert done.returncode == 0, done.stderr
    assert all(word in done.stdout for word in words if word.startswith("--"))


@pytest.mark.parametrize("line", [line for line in SHELL if line.startswith("python")])
def test_scripts(line):
    """The script is there and knows the options."""
    script, *options = shlex.split(line)[1:]
    done = subprocess.run([sys.executable, script, "--help"], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert all(option in done.stdout for option in options if option.startswith("--"))


@pytest.mark.parametrize("line", [line for line in SHELL if line.startswith("make")])
def test_make(line):
    """The target is there."""
    done = subprocess.run([*shlex.split(line), "--dry-run"], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr


def test_extras():
    """Every extra that the README names is declared."""
    declared = (ROOT / "pyproject.toml").read_text("utf-8")
    for extra in re.findall(
        r"\[([a-z-]+)\]'?(?=[ ,`]|$)", "\n".join(code for _, code in BLOCKS), re.MULTILINE
    ):
        assert re.search(rf"^{extra} = \[", declared, re.MULTILINE), extra


def test_links():
    """Every relative link leads to a file."""
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
