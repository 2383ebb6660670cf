"""deploy/: what the Dockerfile runs is run as a script, and the other files name what there is."""

from __future__ import annotations

import ast
import importlib
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from starlette.routing import Route
from typer.testing import CliRunner

from lingua_integrations.cli.app import app
from lingua_integrations.core.prune.rankers.embedding import DEFAULT_EMBEDDING
from lingua_integrations.core.store.catalogue import CATALOGUE
from lingua_integrations.serve import Settings, create_app

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
EMMA = "Emma is by Jane Austen. It came out in 1815. It was well received by readers of the time."


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


@pytest.mark.model
def test_ray_serves_it(monkeypatch):
    """Real Ray in local mode: two replicas, which have their models when the first request comes."""
    ray = pytest.importorskip("ray", reason="ray is not installed: see docs/deploy.md")
    serve = pytest.importorskip("ray.serve", reason="ray[serve] is not installed: see docs/deploy.md")
    monkeypatch.syspath_prepend(str(ROOT))
    service = importlib.import_module("deploy.ray_serve").service
    environment = {"env_vars": {"PYTHONPATH": str(ROOT)}}
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, runtime_env=environment)
    try:
        serve.run(service)
        asked = {"contexts": [EMMA], "question": "Who wrote Emma?", "target_tokens": 8}
        for _ in range(4):
            answer = httpx.post("http://127.0.0.1:8000/v1/compress", json=asked, timeout=60).json()
            assert [one["text"] for one in answer["contexts"]] == ["Emma is by Jane Austen."]
            assert sum(answer["seconds"].values()) < 5
    finally:
        serve.shutdown()
        ray.shutdown()


def test_the_image_needs_no_network():
    """What the default method asks for is in it, and it is told to fetch nothing."""
    text = (DEPLOY / "Dockerfile").read_text("utf-8")
    assert {words[3] for words in commands() if words[1:3] == ["models", "pull"]} >= {DEFAULT_EMBEDDING}
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


class Build:
    """What `docker build` does, in a folder instead of an image, with torch from the usual index.

    Where DEPLOY names a folder of installed packages, only what is not there is installed.
    """

    def __init__(self, folder):
        self.folder = self.here = folder
        kept = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_"))}
        self.env = {"HOME": str(folder), "PATH": os.environ["PATH"], "LINGUA_SERVE_TOKEN": "sesame", **kept}
        self.does = {
            "ENV": self.set,
            "WORKDIR": self.enter,
            "COPY": self.copy,
            "RUN": self.run,
            "CMD": self.take_command,
        }

    def step(self, name, rest):
        """Do what an instruction says, if it is one that does something here."""
        rest = re.sub(r"(?<![\w.])/(opt|src)\b", rf"{self.folder}/\1", rest)
        if name in self.does and not rest.startswith("--from"):
            self.does[name](rest)

    def set(self, rest):
        for pair in rest.split():
            name, _, value = pair.partition("=")
            self.env[name] = value.replace("$PATH", self.env["PATH"])

    def enter(self, rest):
        self.here = Path(rest)
        self.here.mkdir(parents=True)

    def copy(self, rest):
        *sources, target = rest.split()
        for source in sources:
            place = self.here if target == "./" else self.here / target
            subprocess.run(["cp", "-r", str(ROOT / source), str(place)], check=True)

    def run(self, rest):
        code = rest.replace('--index-url "$TORCH_INDEX" ', "")
        code = code.replace("python -m venv", f"{sys.executable} -m venv")
        subprocess.run(["bash", "-euo", "pipefail", "-c", code], env=self.env, cwd=self.here, check=True)
        installed = Path(os.environ["DEPLOY"])
        for site in self.folder.glob("opt/lingua/lib/*/site-packages") if installed.is_dir() else ():
            (site / "installed.pth").write_text(f"{installed}\n")

    def take_command(self, rest):
        self.command = [*json.loads(rest)[:-1], "0"]  # any port


@pytest.mark.skipif(
    "DEPLOY" not in os.environ, reason="installs everything anew: DEPLOY=1 pytest tests/test_deploy.py"
)
def test_the_dockerfile_as_a_script(tmp_path):
    """Without Docker: RUN by RUN in a folder of its own; then the CMD is asked, and stopped."""
    build = Build(tmp_path)
    for name, rest in steps():
        build.step(name, rest)
    process = subprocess.Popen(build.command, env=build.env, stderr=subprocess.PIPE, text=True)
    try:
        lines = iter(process.stderr.readline, "")
        port = next(found[1] for line in lines if (found := re.search(r"http://0.0.0.0:(\d+)", line)))
        asked = {
            "contexts": ["Emma is by Jane Austen. It rained."],
            "question": "Who wrote Emma?",
            "rate": 0.7,
        }
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120) as client:
            while client.get("/health/ready").status_code != 200:
                assert process.poll() is None
                time.sleep(0.2)
            assert client.post("/v1/compress", json=asked).status_code == 401
            answer = client.post("/v1/compress", json=asked, headers={"x-lingua-token": "sesame"})
            assert answer.json()["contexts"][0]["text"] == "Emma is by Jane Austen."
        process.send_signal(signal.SIGTERM)
        assert process.wait(40) == 0
    finally:
        process.kill()
        process.stderr.close()
