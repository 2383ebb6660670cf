"""`lingua align`: prices before payments, what is rejected by its line, one line for an error."""

from __future__ import annotations

import json

import langchain.chat_models
import pytest
from langchain_core.language_models import FakeListChatModel
from transformers import LlamaForCausalLM, set_seed
from typer.testing import CliRunner

from lingua_integrations.cli.app import app
from lingua_integrations.core.store import folders as store

QUICK = ("--epochs", "1", "--max-tokens", "64", "--learning-rate", "1e-3")


@pytest.fixture
def small(tmp_path, tiny_tokenizer, tiny_model):
    """A folder with a scorer."""
    folder = tmp_path / "small"
    set_seed(7)
    LlamaForCausalLM(tiny_model.config).save_pretrained(folder)
    tiny_tokenizer.save_pretrained(folder)
    return str(folder)


@pytest.fixture
def lingua(tmp_path, monkeypatch):
    """Runs `lingua align` on an empty store, in a folder of its own."""
    monkeypatch.setenv("LINGUA_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return lambda *words, **options: CliRunner().invoke(app, ["align", *words], **options)


def rows(path, *those):
    path.write_text("".join(json.dumps(row) + "\n" for row in those))
    return str(path)


def prompts(tmp_path, number=6):
    return rows(tmp_path / "prompts.jsonl", *({"prompt": f"the cat {i}"} for i in range(number)))


def test_from_pairs_to_a_report(lingua, tmp_path, small):
    pairs = [{"prompt": f"the cat {i}", "response": f"sat on {i} mats"} for i in range(12)]
    file = rows(tmp_path / "pairs.jsonl", *pairs, {"prompt": "no response"})
    done = lingua("--pairs", file, "--scorer", small, "--out", "mine", *QUICK)
    assert done.exit_code == 0, done.stderr
    assert done.stdout.strip() == str(store.folder_of("mine"))
    assert "pairs.jsonl, line 13: the response is no text" in done.stderr
    assert "11 pairs, 1 held out" in done.stderr
    report = lingua("report", "mine", "--target", small)
    assert report.exit_code == 0, report.stderr
    assert "nats per token of 1 held-out responses" in report.stdout
    assert "rank correlation" in report.stdout
    again = lingua("--pairs", file, "--scorer", small, "--out", "mine", *QUICK)
    assert again.exit_code == 2
    assert "already" in again.stderr
    listed = CliRunner().invoke(app, ["models", "list"], env={"COLUMNS": "200"}).stdout
    assert "mine" in listed
    assert "aligned on 11 responses" in listed
    assert CliRunner().invoke(app, ["models", "verify", "mine"]).exit_code == 0
    assert CliRunner().invoke(app, ["models", "remove", "mine", "--yes"]).exit_code == 0
    assert lingua("report", "mine").exit_code == 2


def test_a_local_target(lingua, tmp_path, small):
    """It is not asked whether it may be paid; its responses stay for the next run."""
    asked = ("--target", small, "--prompts", prompts(tmp_path), "--scorer", small, "--response-tokens", "12")
    done = lingua(*asked, "--out", "mine", "--plain", *QUICK)
    assert done.exit_code == 0, done.stderr
    work = tmp_path / "lingua-align" / "mine"
    before = (work / "responses.jsonl").read_bytes()
    assert len(before.splitlines()) == 6
    assert lingua(*asked, "--out", "mine", "--plain", "--replace", *QUICK).exit_code == 0
    assert (work / "responses.jsonl").read_bytes() == before


def test_a_hosted_target_is_paid_only_when_told(lingua, tmp_path, small, monkeypatch):
    model = FakeListChatModel(responses=["sat on a mat"])
    seen = []
    monkeypatch.setattr(
        langchain.chat_models,
        "init_chat_model",
        lambda name, **options: seen.append((name, options)) or model,
    )
    asked = (
        "--target",
        "openai:gpt",
        "--prompts",
        prompts(tmp_path),
        "--scorer",
        small,
        "--out",
        "mine",
        *QUICK,
    )
    refused = lingua(*asked, "--price", "1", "10", input="n\n")
    assert refused.exit_code == 1
    assert "6 requests, 24 tokens in, at most 768 out: less than 0.01" in refused.stderr
    dear = lingua(*asked, "--price", "1000", "10000", input="n\n")
    assert "at most 768 out: at most 7.70" in dear.stderr
    assert not (tmp_path / "lingua-align" / "mine" / "responses.jsonl").exists()
    done = lingua(*asked, "--yes")
    assert done.exit_code == 0, done.stderr
    assert seen[-1] == ("openai:gpt", {"max_tokens": 128})


def test_a_dead_target_is_one_line(lingua, tmp_path, small, monkeypatch):
    class Dead(FakeListChatModel):
        def invoke(self, *args, **options):
            raise TypeError("nobody there")

    monkeypatch.setattr(
        langchain.chat_models, "init_chat_model", lambda *args, **options: Dead(responses=[""])
    )
    asked = ("--target", "openai:gpt", "--prompts", prompts(tmp_path), "--scorer", small, "--out", "mine")
    done = lingua(*asked, "--yes")
    assert done.exit_code == 1
    assert "5 times in a row" in done.stderr
    assert "continues from there" in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--target", "openai:gpt"),
        ("--target", "a", "--prompts", "b", "--pairs", "c"),
        ("--pairs", "missing.jsonl"),
        ("--pairs", "missing.jsonl", "--recipe", "large"),
        ("--pairs", "missing.jsonl", "--out", "all-minilm-l6-v2"),
        ("report", "missing"),
        ("classifier",),
        ("classifier", "--labels", "missing.jsonl", "--task", "nq20"),
    ],
)
def test_wrong_usage(lingua, words):
    done = lingua(*words)
    assert done.exit_code == 2
    assert "lingua: " in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_recipe(lingua):
    done = lingua("--pairs", "missing.jsonl", "--recipe", "large")
    assert done.stderr == "lingua: There is no recipe 'large': small, lora, paper.\n"


def test_a_classifier_from_labels(lingua, tmp_path, tiny_encoders):
    labels = rows(
        tmp_path / "labels.jsonl",
        *({"text": f"the cat sat on mat {i}", "kept": [[4, 7]]} for i in range(8)),
        {"text": "the cat", "kept": [[4, 70]]},
    )
    encoder = tiny_encoders["encoder"]
    done = lingua("classifier", "--labels", labels, "--encoder", encoder, "--out", "mine", "--epochs", "1")
    assert done.exit_code == 0, done.stderr
    assert "line 9: the span [4, 70] lies outside the text" in done.stderr
    compressed = CliRunner().invoke(
        app,
        ["compress", "-m", "llmlingua2", "--model", "mine", "--rate", "0.5"],
        input="the cat sat on a mat",
    )
    assert compressed.exit_code == 0, compressed.stderr
