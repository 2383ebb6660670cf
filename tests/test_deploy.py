"""deploy/: what the Dockerfile runs is run as a script, and the other files name what there is."""

from __future__ import annotations

import ast
import json
import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from starlette.routing import Route
from typer.testing import CliRunner

from lingua_integrations.cli.app import app
from lingua_integrations.core.store.catalogue import CATALOGUE
from lingua_integrations.serve import Settings, create_app

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"


def steps():
    """The instructions of the Dockerfile and their arguments."""
    lines = (DEPLOY / "Dockerfile").read_text("utf-8").splitlines()
    for line in lines:
        if line.strip() and not line.startswith("#"):
            name, _, rest = line.partition(" ")
            yield name, rest


def commands():
    """Every command of `lingua` that deploy/ runs, as words."""
    for name, rest in steps():
        if name == "RUN" and (found := re.search(r"\blingua .*", rest)):
            yield shlex.split(found[0])
        elif name == "CMD":
            yield json.loads(rest)
    for args in re.findall(r"args: \[(.*)\]", (DEPLOY / "kubernetes.yaml").read_text("utf-8")):
        yield [word.strip(' "') for word in args.split(",")]


@pytest.mark.parametrize("words", list(commands()), ids=" ".join)
def test_commands_are_known(words):
    """With their options, and the models by their names."""
    assert words[0] == "lingua"
    if words[1] == "models":
        assert words[2] in ("pull", "verify")
        assert words[3] in CATALOGUE
    names = words[1:3] if words[1] == "models" else words[1:2]
    shown = CliRunner().invoke(app, [*names, "--help"], env={"COLUMNS": "200"}, terminal_width=200)
    assert shown.exit_code == 0
    assert all(word in shown.output for word in words if word.startswith("--"))


def test_what_is_copied_and_installed_is_there():
    declared = (ROOT / "pyproject.toml").read_text("utf-8")
    for name, rest in steps():
        if name == "COPY" and not rest.startswith("--from"):
            *sources, _ = rest.split()
            assert all((ROOT / source).exists() for source in sources)
        for extras in re.findall(r"\.\[([a-z,]+)\]", rest):
            assert all(re.search(rf"^{extra} = \[", declared, re.MULTILINE) for extra in extras.split(","))


def test_the_image_needs_no_network():
    """What the default method asks for is in it, and it is told to fetch nothing."""
    text = (DEPLOY / "Dockerfile").read_text("utf-8")
    assert {words[3] for words in commands() if words[1:3] == ["models", "pull"]} >= {
        "all-minilm-l6-v2",
        "multilingual-e5-small",
    }
    assert "LINGUA_OFFLINE=1" in text.rpartition("FROM")[2]
    assert "USER 10001" in text.rpartition("FROM")[2]


def test_probes_ask_what_there_is():
    paths = {route.path for route in create_app(Settings(token=None)).routes if isinstance(route, Route)}
    text = (DEPLOY / "kubernetes.yaml").read_text("utf-8")
    asked = re.findall(r"\bpath: (/[a-z/]+)", text)
    assert len(asked) == 4
    assert set(asked) <= paths
    grace, ends = re.search(r'--grace, "(\d+)"', text), re.search(r"GracePeriodSeconds: (\d+)", text)
    assert int(grace[1]) + 5 < int(ends[1])


def test_scripts_name_what_there_is():
    """They are not run here, since gunicorn and Ray are not installed; see docs/deploy.md."""
    for file in DEPLOY.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("lingua_integrations"):
                module = __import__(node.module, fromlist=["*"])
                assert all(hasattr(module, alias.name) for alias in node.names)


@pytest.mark.skipif(
    "DEPLOY" not in os.environ, reason="installs everything anew: DEPLOY=1 pytest tests/test_deploy.py"
)
def test_the_dockerfile_as_a_script(tmp_path):
    """Without Docker: RUN by RUN in a folder of its own, with the wheels of torch that the index has; then the CMD."""
    moved = {
        "/opt/": f"{tmp_path}/opt/",
        "/src": f"{tmp_path}/src",
        "python -m venv": f"{sys.executable} -m venv",
    }
    env = {
        "HOME": str(tmp_path),
        "PATH": os.environ["PATH"],
        "LINGUA_SERVE_TOKEN": "sesame",
        "TORCH_INDEX": "",
    }
    env |= {
        name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_", "REQUESTS_"))
    }
    here = tmp_path

    def placed(text):
        for old, new in moved.items():
            text = text.replace(old, new)
        return text

    for name, rest in steps():
        rest = placed(rest)
        if name == "ENV":
            for pair in rest.split():
                key, _, value = pair.partition("=")
                env[key] = value.replace("$PATH", env["PATH"])
        elif name == "WORKDIR":
            here = Path(rest)
            here.mkdir(parents=True)
        elif name == "COPY" and not rest.startswith("--from"):
            *sources, target = rest.split()
            for source in sources:
                copy = ["cp", "-r", str(ROOT / source), str(here / target) if target != "./" else str(here)]
                subprocess.run(copy, check=True)
        elif name == "RUN":
            rest = rest.replace('--index-url "$TORCH_INDEX" ', "")
            subprocess.run(["bash", "-euo", "pipefail", "-c", rest], env=env, cwd=here, check=True)
        elif name == "CMD":
            command = [*json.loads(rest)[:-1], "0"]
    process = subprocess.Popen(command, env=env, stderr=subprocess.PIPE, text=True)
    try:
        lines = iter(process.stderr.readline, "")
        port = next(found[1] for line in lines if (found := re.search(r"http://0.0.0.0:(\d+)", line)))
        url = f"http://127.0.0.1:{port}"
        while httpx.get(f"{url}/health/ready").status_code != 200:
            assert process.poll() is None
        asked = {
            "contexts": ["Emma is by Jane Austen. It rained."],
            "question": "Who wrote Emma?",
            "rate": 0.7,
        }
        assert httpx.post(f"{url}/v1/compress", json=asked).status_code == 401
        answer = httpx.post(
            f"{url}/v1/compress", json=asked, headers={"x-lingua-token": "sesame"}, timeout=60
        )
        assert answer.json()["contexts"][0]["text"] == "Emma is by Jane Austen."
        process.send_signal(signal.SIGTERM)
        assert process.wait(40) == 0
    finally:
        process.kill()
        process.stderr.close()
