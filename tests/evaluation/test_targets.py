"""Who reads the prompt: local models, chat models of both frameworks; and the peer in its own process."""

from __future__ import annotations

import json
import pickle
import sys

import numpy as np
import pytest
from langchain_core.language_models import FakeListChatModel, FakeListLLM
from llama_index.core.llms import MockLLM

from lingua_integrations import Context
from lingua_integrations.core.models.causal import CausalLM
from lingua_integrations.core.models.loading import unload
from lingua_integrations.errors import InvalidRequest, ModelUnavailable
from lingua_integrations.evaluation import peer
from lingua_integrations.evaluation.cases import Case, Task
from lingua_integrations.evaluation.measuring import Judge
from lingua_integrations.evaluation.targets import ChatTarget, LocalTarget, target_of

CASE = Case("1", "Who wrote Emma?", (Context("Emma is by Jane Austen.", title="Emma"),), ("Jane Austen",))


@pytest.fixture
def local(tiny_scorer):
    target = LocalTarget("tiny", generate=True)
    target._model = tiny_scorer
    return target


def test_a_local_model_goes_on_greedily(local, tiny_scorer):
    """Each token is the likeliest one after what stands there."""
    said = local.say("The quick", 4)
    ids = tiny_scorer.encode("The quick").ids
    for _ in range(4):
        after = tiny_scorer.surprisals(
            [(ids, np.array([token])) for token in range(tiny_scorer.loaded.model.config.vocab_size)]
        )
        ids = np.r_[ids, int(np.argmin([one[0] for one in after]))]
    tokenizer = tiny_scorer.loaded.tokenizer
    assert said == tokenizer.decode(ids[-4:], skip_special_tokens=True)
    assert local.read("The quick", " brown").nats > 0
    assert local.say("The quick " * 10_000, 4) is None
    local.generate = False
    assert local.say("The quick", 4) is None


def test_a_local_model_stays_when_others_are_unloaded(tiny_model, tiny_tokenizer, tmp_path):
    """A run unloads what its contenders use at each rate; the target is not loaded again each time."""
    tiny_model.save_pretrained(tmp_path)
    tiny_tokenizer.save_pretrained(tmp_path)
    target = LocalTarget(str(tmp_path))
    before = target._model.loaded
    unload()
    assert target._model.loaded is before
    assert CausalLM(str(tmp_path), dtype="float32").loaded is not before, "a contender pays for its own"
    again = pickle.loads(pickle.dumps(target))
    assert len(pickle.dumps(target)) < 10_000, "without weights"
    assert again.read("The quick", " brown") == target.read("The quick", " brown")


def test_the_same_prompt_is_read_once(local, monkeypatch):
    asked = []
    reading = LocalTarget._reading
    monkeypatch.setattr(LocalTarget, "_reading", lambda *row: asked.append(row[1:]) or reading(*row))
    seen = [local.read("The quick", answer) for answer in (" brown", " brown", " fox")]
    assert seen[0] == seen[1] != seen[2]
    assert asked == [("The quick", " brown"), ("The quick", " fox")]


@pytest.mark.parametrize(
    "model",
    [
        FakeListChatModel(responses=["Jane Austen\nShe did."]),
        FakeListLLM(responses=["Jane Austen\nShe did."]),
    ],
)
def test_chat_models_of_langchain(model):
    seen = Judge(ChatTarget(model)).seen(Task("t", (CASE,)), CASE, "prompt")
    assert seen == {"nats": None, "said": "Jane Austen\nShe did.", "match": 1.0, "f1": 1.0}
    assert ChatTarget(model).name == type(model).__name__


def test_llms_of_llama_index():
    """MockLLM says what it is asked."""
    target = ChatTarget(MockLLM())
    assert target.say("Who?", 9) == "Who?"
    assert target.read("a", "b") is None


def test_what_is_said_is_judged_by_the_layout(local):
    def seen(layout, said, answer):
        judge = Judge(ChatTarget(FakeListChatModel(responses=[said])), alike=lambda one, other: 0.5)
        case = Case("1", "q", (), (answer,))
        return judge.seen(Task("t", (case,), layout), case, "prompt")

    worked = seen(
        "demonstrations", " 2 + 2 is 4.\nThe answer is 4.\n\nQuestion: b", "\nIt is 4.\nThe answer is 4"
    )
    assert (worked["match"], "f1" in worked) == (1.0, False)
    article = seen("continuation", "the cat sat", " the cat slept")
    assert (article["rouge"], article["similarity"]) == (pytest.approx(2 / 3), 0.5)


def test_wrong_targets():
    with pytest.raises(InvalidRequest, match="int is neither a LangChain chat model"):
        ChatTarget(7)
    with pytest.raises(InvalidRequest, match="nobody:gpt cannot be asked"):
        target_of("nobody:gpt")
    assert isinstance(target_of("smollm2-135m-q4_1"), LocalTarget)
    assert isinstance(target_of(r"C:\\models\\mine"), LocalTarget)


FAKE = """
from statistics import NormalDist  # as torch does: the standard library's, not the one beside the worker

class PromptCompressor:
    def __init__(self, model, device_map, model_config, use_llmlingua2):
        print("loading", model)
        self.numbers = f"{model_config['torch_dtype']} {device_map}"
    def compress_prompt(self, texts, question, rate, concate_question, **settings):
        if question == "die":
            raise SystemExit(3)
        print("noise on stdout")
        made_by = f"{settings.get('rank_method')} {self.numbers}"
        return {"compressed_prompt": f"{question} {len(texts)} {rate} {made_by}"}
"""


@pytest.fixture
def faked(tmp_path, monkeypatch):
    """The peer's process with a fake of its package, over a folder that looks like a model."""
    (tmp_path / "llmlingua.py").write_text(FAKE)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(peer, "_environment", lambda name: sys.executable)
    model = tmp_path / "model"
    model.mkdir()
    (model / "config.json").write_text(json.dumps({"rope_parameters": {"rope_theta": 5.0}}))
    (model / "tokenizer_config.json").write_text("{}")
    (model / "tokenizer.json").write_text("{}")
    (model / "model.safetensors").write_bytes(b"")
    return peer.contenders("llmlingua", str(model))


def test_a_peer_answers_from_its_own_process(faked):
    short, long = faked
    assert (short.name, long.name) == ("llmlingua 0.2.2", "longllmlingua 0.2.2")
    outcome = long.run(CASE, 0.25)
    assert outcome.texts == ((None, "Who wrote Emma? 1 0.25 longllmlingua torch.float32 cpu"),)
    assert outcome.spans is None
    assert outcome.seconds < 1
    assert outcome.tokens_after > 0
    assert short.run(CASE, 0.5).texts[0][1].endswith("None torch.float32 cpu")
    assert Task("t", (CASE,)).prompt(CASE, outcome.texts).startswith("Who wrote Emma? 1 0.25")
    with pytest.raises(ModelUnavailable, match="ended with 3"):
        short.run(Case("2", "die", CASE.contexts, ("x",)), 0.5)


def test_unknown_peers():
    with pytest.raises(InvalidRequest, match="There is no peer 'x'"):
        peer.contenders("x", "model")
