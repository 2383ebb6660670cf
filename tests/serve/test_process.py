"""`lingua serve` as a process of its own, and whom it listens to."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager

import httpx
import pytest
from typer.testing import CliRunner

from lingua_integrations.cli import serve as command
from lingua_integrations.cli.app import app

TEXTS = ["Emma is by Jane Austen. It came out in 1815.", "Ulysses is by James Joyce."]
ASKED = {"contexts": TEXTS, "question": "Who wrote Emma?", "target_tokens": 8}


@contextmanager
def lingua_serve(*options, **environment):
    """The process, and its URL."""
    run = [
        sys.executable,
        "-m",
        "lingua_integrations",
        "serve",
        "-m",
        "extractive-bm25",
        "--port",
        "0",
        *options,
    ]
    env = {**os.environ, **environment}
    process = subprocess.Popen(run, stderr=subprocess.PIPE, text=True, env=env)
    watchdog = threading.Timer(60, process.kill)
    watchdog.start()
    try:
        lines = iter(process.stderr.readline, "")
        url = next(found[0] for line in lines if (found := re.search(r"http://127[\d.]+:\d+", line)))
        yield process, url
    finally:
        watchdog.cancel()
        process.kill()
        process.wait()
        process.stderr.close()


def test_it_is_asked_and_stops_when_it_is_told_to():
    """What is at work may finish; the exit status says that all is well."""
    with lingua_serve("--rate", "0.4") as (process, url), httpx.Client(base_url=url, timeout=30) as client:
        assert client.get("/health/live").status_code == 200
        answer = client.post("/v1/compress", json=ASKED).json()
        assert [one["text"] for one in answer["contexts"]] == ["Emma is by Jane Austen."]
        assert client.post("/v1/compress", json=ASKED, headers={"host": "evil.example"}).status_code == 421
        long = {"contexts": ["It rained in the town again. " * 4_000], "question": "Where?", "rate": 0.1}
        answers = []
        asking = threading.Thread(
            target=lambda: answers.append(httpx.post(f"{url}/v1/compress", json=long, timeout=30))
        )
        asking.start()
        while asking.is_alive() and "in_work 1.0" not in client.get("/metrics").text:
            pass
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        asking.join()
        assert answers[0].status_code == 200


@pytest.fixture
def served(monkeypatch):
    """What would be served, and where."""
    seen = []
    monkeypatch.delenv("LINGUA_SERVE_TOKEN", raising=False)
    monkeypatch.setattr(command, "_run", lambda settings, host, *_: seen.append((settings, host)))
    runner = CliRunner()
    return lambda *options: (runner.invoke(app, ["serve", "-m", "extractive-bm25", *options]), seen)


def test_nobody_else_gets_in_without_a_token(served, monkeypatch):
    for host in ("0.0.0.0", "::", "example.org"):
        done, seen = served("--host", host)
        assert (done.exit_code, seen) == (2, [])
        assert "LINGUA_SERVE_TOKEN" in done.stderr
    assert served("--host", "0.0.0.0", "--open")[0].exit_code == 0
    monkeypatch.setenv("LINGUA_SERVE_TOKEN", "sesame")
    _, seen = served("--host", "0.0.0.0")
    assert [(settings.token, settings.hosts) for settings, _ in seen] == [(None, None), ("sesame", None)]


def test_on_this_machine_it_goes_by_the_names_of_this_machine(served):
    _, ((settings, host),) = served()
    assert (host, "localhost" in settings.hosts, "127.0.0.1" in settings.hosts) == ("127.0.0.1", True, True)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--exclude", "sql"], "--upstream"),
        (["--upstream", "api.openai.com"], "https://"),
        (["--rate", "3"], "rate must be"),
        (["-m", "bm25"], "extractive-bm25"),
        (["--threads", "0"], "threads"),
        (["--max-megabytes", "0"], "bytes"),
    ],
)
def test_what_contradicts_itself_is_refused_before_anything_is_served(served, options, says):
    done, seen = served(*options)
    assert (done.exit_code, seen) == (2, [])
    assert says in done.stderr
