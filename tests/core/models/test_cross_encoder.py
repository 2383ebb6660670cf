"""Cross-encoders as their authors mean them: activation, labels, direction, and answers of yes or no."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from transformers import (
    AutoModelForSequenceClassification,
    AutoTokenizer,
    BertConfig,
    BertForSequenceClassification,
    Qwen3ForCausalLM,
    set_seed,
)

import tiny_hub as hub
from lingua_integrations import PromptCompressor
from lingua_integrations.core.models.labels import RELEVANT, label_of
from lingua_integrations.core.prune.rankers.cross_encoder import CrossEncoderRanker
from lingua_integrations.core.store.resolve import kind_of, kinds_of
from lingua_integrations.errors import InvalidRequest, UnsupportedModel

QUESTION, TEXTS = "Who wrote Emma?", ["Its author was Jane Austen.", "It rained.", "the novel cost $ 5"]


def change(folder, file="config.json", **values):
    path = Path(folder) / file
    known = json.loads(path.read_text()) if path.exists() else {}
    path.write_text(json.dumps(known | values))


@pytest.fixture
def folder(tiny_encoders, tmp_path):
    """One label, of which nothing else is said."""
    return shutil.copytree(tiny_encoders["cross-encoder"], tmp_path / "model")


def logits_of(folder):
    """Independently: of the pairs."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    with torch.inference_mode():
        rows = [model(**tokenizer(QUESTION, text, return_tensors="pt")).logits[0].tolist() for text in TEXTS]
    return np.array(rows)


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("config.json", {"sentence_transformers": {"activation_fn": "torch.nn.modules.linear.Identity"}}),
        ("config.json", {"sbert_ce_default_activation_function": "torch.nn.modules.linear.Identity"}),
        ("config_sentence_transformers.json", {"activation_fn": "torch.nn.modules.linear.Identity"}),
    ],
)
def test_the_activation_is_the_files(folder, file, told):
    """Of one label the sigmoid where they are silent, as in sentence-transformers."""
    logits = logits_of(folder)[:, 0]
    assert CrossEncoderRanker(str(folder), dtype="float32").rank(QUESTION, TEXTS) == pytest.approx(
        1 / (1 + np.exp(-logits)), abs=1e-4
    )
    change(folder, file, **told)
    assert CrossEncoderRanker(str(folder), dtype="float32").rank(QUESTION, TEXTS) == pytest.approx(
        logits, abs=1e-4
    )


@pytest.mark.parametrize("named", ["torch.nn.Softplus", "custom.activations.Sigmoid"])
def test_another_activation_is_refused(folder, named):
    change(folder, sentence_transformers={"activation_fn": named})
    with pytest.raises(UnsupportedModel, match=named):
        CrossEncoderRanker(str(folder)).rank(QUESTION, TEXTS)


def labelled(folder, labels):
    """A cross-encoder with these labels."""
    set_seed(2)
    config = BertConfig.from_pretrained(folder)
    config.id2label, config.label2id = dict(enumerate(labels)), {one: i for i, one in enumerate(labels)}
    BertForSequenceClassification(config).eval().save_pretrained(folder)


@pytest.mark.parametrize(
    ("labels", "sign"),
    [
        (["irrelevant", "relevant"], 1),
        (["relevant", "irrelevant"], -1),
        (["YES", "NO"], -1),
        (["LABEL_0", "LABEL_1"], 1),
    ],
)
def test_which_of_two_labels_means_relevant(folder, labels, sign):
    """By their names, not by their order; the score is its logit over the other's."""
    labelled(folder, labels)
    logits = logits_of(folder)
    expected = sign * (logits[:, 1] - logits[:, 0])
    assert CrossEncoderRanker(str(folder), dtype="float32").rank(QUESTION, TEXTS) == pytest.approx(
        expected, abs=1e-4
    )


def test_the_default_prompt_stands_in_front_of_the_question(folder):
    plain = CrossEncoderRanker(str(folder), dtype="float32").rank("the cat: " + QUESTION, TEXTS)
    told = {"prompts": {"usual": "the cat: "}, "default_prompt_name": "usual"}
    change(folder, "config_sentence_transformers.json", **told)
    assert CrossEncoderRanker(str(folder), dtype="float32").rank(QUESTION, TEXTS) == pytest.approx(plain)


@pytest.mark.parametrize(
    "labels", [("contradiction", "entailment", "neutral"), ("a", "b"), ("yes_a", "yes_b")]
)
def test_labels_that_do_not_say_are_refused(labels):
    with pytest.raises(UnsupportedModel, match="means relevant"):
        label_of(SimpleNamespace(id2label=dict(enumerate(labels))), RELEVANT)


@pytest.fixture(scope="module")
def reranker(tmp_path_factory):
    """A Qwen3 that is asked for yes or no."""
    folder = tmp_path_factory.mktemp("hub") / "reranker"
    set_seed(5)
    model = Qwen3ForCausalLM(hub.qwen3(architectures=["Qwen3ForCausalLM"])).eval()
    model.save_pretrained(folder)
    hub.tokenizer(8192).save_pretrained(folder)
    return folder


def asked(reranker, text, task="Given a web search query, retrieve relevant passages that answer the query"):
    """Independently: the chat as text, and how much likelier "yes" is than "no" behind it."""
    chat = (
        "<|im_start|>system\nJudge whether the Document meets the requirements based on the Query and the "
        'Instruct provided. Note that the answer can only be "yes" or "no".<|im_end|>\n<|im_start|>user\n',
        f"<Instruct>: {task}\n<Query>: {QUESTION}\n<Document>: {text}",
        "<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n",
    )
    model = Qwen3ForCausalLM.from_pretrained(reranker).eval()
    with torch.inference_mode():
        logits = model(hub.row(*map(hub.ids_of, chat))).logits[0, -1]
    return (logits[5] - logits[6]).item()


def test_yes_over_no(reranker):
    """The probability of the first of two tokens behind the chat that Qwen3-Reranker was trained on."""
    expected = [1 / (1 + np.exp(-asked(reranker, text))) for text in TEXTS]
    ranker = CrossEncoderRanker(str(reranker), dtype="float32")
    assert ranker.rank(QUESTION, TEXTS) == pytest.approx(expected, abs=1e-4)
    assert np.ptp(expected) > 1e-3
    assert np.isfinite(ranker.rank(QUESTION, ["It rained. " * 5000, ""])).all()


def test_the_files_may_name_other_tokens(reranker, tmp_path):
    """A module of sentence-transformers does, which tells the kind of model, too."""
    folder = shutil.copytree(reranker, tmp_path / "model")
    assert kinds_of(str(folder)) == ("causal language model", "cross-encoder")
    kinds = ("Transformer", "LogitScore")
    modules = [
        {"path": f"{i}_{kind}" if i else "", "type": f"sentence_transformers.x.{kind}"}
        for i, kind in enumerate(kinds)
    ]
    (folder / "modules.json").write_text(json.dumps(modules))
    (folder / "1_LogitScore").mkdir()
    change(folder, "1_LogitScore/config.json", true_token_id=6, false_token_id=5)
    assert kind_of(str(folder)) == "cross-encoder"
    other = CrossEncoderRanker(str(folder), dtype="float32").rank(QUESTION, TEXTS)
    assert other == pytest.approx(
        1 - CrossEncoderRanker(str(reranker), dtype="float32").rank(QUESTION, TEXTS), abs=1e-4
    )


def test_the_files_may_name_another_task(reranker, tmp_path):
    folder = shutil.copytree(reranker, tmp_path / "model")
    told = {"prompts": {"code": "Find the function."}, "default_prompt_name": "code"}
    change(folder, "config_sentence_transformers.json", **told)
    expected = 1 / (1 + np.exp(-asked(folder, TEXTS[0], "Find the function.")))
    assert CrossEncoderRanker(str(folder), dtype="float32").rank(QUESTION, TEXTS)[0] == pytest.approx(
        expected, abs=1e-4
    )


def test_it_ranks_sentences(reranker):
    """Through the public path: a language model that may be a reranker is one where the method says so."""
    compressor = PromptCompressor.from_pretrained(str(reranker), "extractive-cross-encoder", dtype="float32")
    result = compressor.compress(["The author was Jane Austen. Rain fell."], question=QUESTION, rate=0.8)
    assert result.texts[0] in ("The author was Jane Austen.", "Rain fell.")
    with pytest.raises(InvalidRequest, match="Name the method"):
        PromptCompressor.from_pretrained(str(reranker))


def test_a_model_of_another_kind_is_no_cross_encoder(tiny_encoders):
    with pytest.raises(
        InvalidRequest, match="of the kind 'embedding'; this configuration needs 'cross-encoder'"
    ):
        PromptCompressor.from_pretrained(tiny_encoders["encoder"], "extractive-cross-encoder")
