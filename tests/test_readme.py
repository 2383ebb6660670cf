"""Code blocks of README and docs/ are run, or checked against what they name; every link leads somewhere."""

from __future__ import annotations

import re
import runpy
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

import run_blocks
from lingua_integrations import LinguaError, errors
from lingua_integrations.cli.app import app
from lingua_integrations.langchain import LinguaDocumentCompressor

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").glob("*.md"))]
FILES = "https://github.com/lingua-integrations/lingua-integrations/blob/main/"
RAW = "https://raw.githubusercontent.com/lingua-integrations/lingua-integrations/main/"
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
    assert {language for language, _ in BLOCKS} == {"python", "bash", "text"}
    assert {shlex.split(line)[0] for line in SHELL if line} == {"make", "pip", "uv", "lingua", "python"}


def test_the_readme_is_short_and_shows_what_is_printed():
    text = README.read_text("utf-8")
    assert len(text.splitlines()) < 130
    blocks = run_blocks.BLOCK.findall(text)
    assert len(blocks) == 3
    assert all(told.strip() for _, told in blocks)


@pytest.mark.model
@pytest.mark.filterwarnings("default::lingua_integrations.errors.LinguaWarning")  # as where they are pasted
@pytest.mark.parametrize(
    "page", [page for page in PAGES if "```python" in page.read_text("utf-8")], ids=lambda page: page.name
)
def test_python(page, tmp_path, monkeypatch):
    """Pasted into a file, every block runs and prints something. In this process, which has torch already."""
    monkeypatch.chdir(tmp_path)
    assert run_blocks.run(page) == page.read_text("utf-8").count("```python")


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
    done = CliRunner().invoke(app, [name, *command, "--help"], env={"COLUMNS": "200"})
    assert done.exit_code == 0, done.output
    assert all(word in done.stdout for word in words if word.startswith("--"))


@pytest.mark.parametrize("line", [line for line in SHELL if line.startswith("python")])
def test_scripts(line, monkeypatch, capsys):
    """The script is there and knows the options."""
    script, *options = shlex.split(line)[1:]
    monkeypatch.setattr(sys, "argv", [script, "--help"])
    monkeypatch.syspath_prepend(str((ROOT / script).parent))  # as where it is the script
    with pytest.raises(SystemExit) as end:
        runpy.run_path(str(ROOT / script), run_name="__main__")
    assert not end.value.code
    shown = capsys.readouterr().out
    assert all(option in shown for option in options if option.startswith("--"))


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


def headings(page: Path) -> set[str]:
    """The anchors of a page, as Markdown on the web makes them."""
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links(page):
    """Every link to the repository leads to a file that is there, and to a heading of it."""
    text = page.read_text("utf-8")
    for target, anchor in re.findall(r"\]\(([^)#\s]*)(?:#([^)]*))?\)", text):
        if target.startswith(("http", "mailto:")) and not target.startswith((FILES, RAW)):
            continue
        ours = target.startswith((FILES, RAW))
        file = ROOT / target.removeprefix(FILES).removeprefix(RAW) if ours else page.parent / target
        file = file if target else page
        assert file.exists(), f"{page.name}: {target}"
        assert not anchor or anchor in headings(file), f"{page.name}: {target}#{anchor}"


def test_a_package_index_can_show_the_readme():
    """It has no files of ours: every link is absolute, and goes to the repository that the package names."""
    assert all(
        target.startswith("https://") for target in re.findall(r"\]\(([^)]*)\)", README.read_text("utf-8"))
    )
    urls = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["urls"]
    assert FILES.startswith(urls["Repository"])
    assert urls["Changelog"].startswith(FILES)


def test_the_site_has_every_page():
    """`make docs` builds strictly; this is what can be said without building."""
    site = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))
    listed = [page for section in site["nav"] for page in pages_in(section)]
    assert sorted(listed) == sorted(page.name for page in PAGES if page != README)
    assert len(set(listed)) == len(listed)


def pages_in(entry: object) -> list[str]:
    """The pages of a part of the site's navigation."""
    if isinstance(entry, str):
        return [entry]
    inside = entry.values() if isinstance(entry, dict) else entry
    return [page for one in inside for page in pages_in(one)]


def test_every_error_is_explained():
    """docs/errors.md has each by name."""
    text = (ROOT / "docs" / "errors.md").read_text("utf-8")
    named = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, LinguaError)]
    assert len(named) > 8
    assert not [one.__name__ for one in named if f"`{one.__name__}`" not in text]


def test_every_setting_is_explained():
    """docs/settings.md has each field that adapters share."""
    text = (ROOT / "docs" / "settings.md").read_text("utf-8")
    fields = {*LinguaDocumentCompressor.model_fields} - {"show_progress"}
    assert not [name for name in fields if f"`{name}`" not in text]
