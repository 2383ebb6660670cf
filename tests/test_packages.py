"""The distributions under the frameworks' own names: built as wheels, and used from them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import run_blocks

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

wheel = pytest.importorskip("hatchling.builders.wheel", reason="hatchling builds the wheels")
ROOT = Path(__file__).parent.parent
PACKAGES = ROOT / "packages"
NAMES = sorted(path.parent.name for path in PACKAGES.glob("*/pyproject.toml"))


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder that all wheels are unpacked into, as pip would do."""
    folder, built = tmp_path_factory.mktemp("site"), tmp_path_factory.mktemp("dist")
    for name in NAMES:
        for file in wheel.WheelBuilder(str(PACKAGES / name)).build(directory=str(built)):
            zipfile.ZipFile(file).extractall(folder)
    return folder


def run(installed, *command):
    source = os.pathsep.join([str(installed), str(ROOT / "src"), *sys.path])
    done = subprocess.run(
        [sys.executable, *command], capture_output=True, text=True, env={**os.environ, "PYTHONPATH": source}
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def metadata(name):
    return tomllib.loads((PACKAGES / name / "pyproject.toml").read_text("utf-8"))


def test_both_work_as_wheels(installed):
    """The release runs the rest of this script on every Python and system."""
    script = (PACKAGES / "smoke.py").read_text("utf-8").rpartition("print(")[0]
    names = (
        "import langchain_lingua, lingua_integrations.langchain as ours\n"
        "assert langchain_lingua.__all__ == dir(langchain_lingua) == ours.__all__\n"
        "assert all(getattr(langchain_lingua, name) is getattr(ours, name) for name in ours.__all__)\n"
        "try:\n    langchain_lingua.Nothing\nexcept AttributeError as error:\n    print('names', error)"
    )
    assert "names" in run(installed, "-c", f"{script}\n{names}")


def test_what_a_wheel_holds(installed):
    """A few files each, typed, and none of a namespace that belongs to others."""
    held = {str(path.relative_to(installed)) for path in installed.rglob("*") if path.is_file()}
    code = {name for name in held if ".dist-info" not in name and "__pycache__" not in name}
    assert code == {
        "langchain_lingua/__init__.py",
        "langchain_lingua/__init__.pyi",
        "langchain_lingua/py.typed",
        "llama_index/postprocessor/lingua/__init__.py",
        "llama_index/postprocessor/lingua/py.typed",
    }


@pytest.mark.parametrize("name", NAMES)
def test_the_example_prints_what_it_says(name):
    """Of each README; the code is checked against the wheel by the test above."""
    ((code, told),) = run_blocks.BLOCK.findall((PACKAGES / name / "README.md").read_text("utf-8"))
    for shim, ours in (
        ("langchain_lingua", "lingua_integrations.langchain"),
        ("llama_index.postprocessor.lingua", "lingua_integrations.llama_index"),
    ):
        code = code.replace(f"from {shim} import", f"from {ours} import")
    assert run_blocks.printed(code) == told


def test_metadata():
    """What the frameworks' indices read, and that versions go together."""
    main = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    extras = main["project"]["optional-dependencies"]
    assert NAMES == ["langchain-lingua", "llama-index-postprocessor-lingua"]
    for name in NAMES:
        project = metadata(name)["project"]
        assert project["name"] == name
        (needed,) = project["dependencies"]
        assert re.fullmatch(r"lingua-integrations\[([a-z-]+)\]>=[\d.]+", needed)[1] in extras
        assert project["requires-python"] == main["project"]["requires-python"]
        assert project["urls"]["Repository"] == main["project"]["urls"]["Repository"]
    hub = metadata("llama-index-postprocessor-lingua")["tool"]["llamahub"]
    assert hub["import_path"] == "llama_index.postprocessor.lingua"
    assert list(hub["class_authors"]) == ["LinguaNodePostprocessor"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert str(citation["version"]) == main["project"]["version"]
    assert citation["repository-code"] == main["project"]["urls"]["Repository"]


def named(lines):
    """What requirements name, as indexes spell it."""
    return {canonicalize_name(Requirement(line).name) for line in lines}


def test_constraints_pin_all_that_is_named_here():
    """So that `make` installs the same versions on every day."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = [line for lines in project["optional-dependencies"].values() for line in lines]
    lines = [line.partition("#")[0].strip() for line in (ROOT / "constraints.txt").read_text().splitlines()]
    assert named(project["dependencies"] + extras) - named(filter(None, lines)) == {"lingua-integrations"}


def test_lower_bounds_are_versions_of_what_users_install():
    done = subprocess.run([sys.executable, ROOT / ".ci" / "lower_bounds.py"], capture_output=True, text=True)
    lines = done.stdout.splitlines()
    assert all("==" in line and ">" not in line for line in lines)
    assert {"numpy", "torch", "langchain", "llama-index-core", "typer"} <= named(lines)


@pytest.mark.parametrize("file", sorted((ROOT / ".github").rglob("*.yml")), ids=lambda file: file.name)
def test_workflows_and_forms_are_read(file):
    """Valid YAML; no workflow can write by default; those it runs are commands that are there."""
    content = yaml.safe_load(file.read_text("utf-8"))
    if file.parent.name == "workflows":
        assert content["permissions"] == {"contents": "read"}
        targets = re.findall(r"run: make ([\w-]+)", file.read_text("utf-8"))
        made = (ROOT / "Makefile").read_text("utf-8")
        assert all(re.search(rf"^{target}:", made, re.MULTILINE) for target in targets)
    else:
        assert content
