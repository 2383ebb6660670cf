"""A tiny scorer tuned towards another: nearer to it, resumable, and never in another model's place."""

from __future__ import annotations

import errno
import json
import re
import shutil
import sys

import numpy as np
import pytest
import torch
import transformers
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr
from transformers import LlamaForCausalLM

from lingua_integrations import PromptCompressor
from lingua_integrations.alignment.align import Alignment
from lingua_integrations.alignment.examples import IGNORED, example, examples
from lingua_integrations.alignment.loop import last_checkpoint, split, train
from lingua_integrations.alignment.pairs import Message, Pair
from lingua_integrations.alignment.recipes import RECIPES, Recipe
from lingua_integrations.alignment.report import Comparison, agreement, compare, likelihoods, origin
from lingua_integrations.alignment.responders import LocalResponder
from lingua_integrations.alignment.training import Training
from lingua_integrations.alignment.tuning import loaded
from lingua_integrations.core.models.causal import CausalLM
from lingua_integrations.core.store import folders as store
from lingua_integrations.core.store import user_models as made
from lingua_integrations.core.store.resolve import resolve
from lingua_integrations.errors import (
    InvalidRequest,
    MissingExtra,
    ModelDamaged,
    ModelError,
    UnknownModel,
    UnsupportedModel,
)

QUICK = Recipe(epochs=2, learning_rate=5e-3, batch=8, max_tokens=64, held_out=0.2)
WORDS = "the cat sat on a mat and ran 1969 in Python".split()


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty store."""
    monkeypatch.setenv("LINGUA_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture(scope="session")
def small(tmp_path_factory, tiny_tokenizer, tiny_model):
    """A folder with the scorer that is to be tuned: as tiny as the target, with other weights."""
    folder = tmp_path_factory.mktemp("small") / "small"
    transformers.set_seed(7)
    LlamaForCausalLM(tiny_model.config).save_pretrained(folder)
    tiny_tokenizer.save_pretrained(folder)
    return str(folder)


@pytest.fixture(scope="session")
def pairs(target):
    """What the target says: samples of its own distribution."""
    rng = np.random.default_rng(0)
    prompts = [(Message("user", " ".join(rng.choice(WORDS, 4))),) for _ in range(160)]
    responder = LocalResponder(target, max_tokens=40, batch=40)
    said = [one for at in range(0, len(prompts), 40) for one in responder.respond(prompts[at : at + 40])]
    return [Pair(prompt, one.text) for prompt, one in zip(prompts, said, strict=True) if one.text.strip()]


def plain_pairs(number):
    return [Pair((Message("user", f"the cat {i}"),), f"sat on {i} mats and ran") for i in range(number)]


def rows_of(pairs, tokenizer):
    return [row for _, row in examples(pairs, tokenizer, 64)[0]]


def tune(scorer, pairs, out, work, recipe=QUICK, **more):
    return Alignment(out, work, scorer, recipe, **more).tune(pairs, progress=False)


def weights(folder):
    return LlamaForCausalLM.from_pretrained(folder).state_dict()


def correlation(scorer, target, text):
    """Of the surprisals of tokens, which the two share."""
    rows = [(np.zeros(0, dtype=np.int64), scorer.encode(text).ids)]
    return spearmanr(scorer.surprisals(rows)[0], target.surprisals(rows)[0]).statistic


def test_aligned_to_its_target(home, tmp_path, small, target, pairs):
    """Held-out responses are likelier by a nat, and surprisals rank more as the target's do."""
    recipe = QUICK.with_(epochs=12)
    alignment = Alignment("aligned", tmp_path / "work", small, recipe)
    tuned = alignment.tune(pairs, progress=False)
    assert tuned.curve.gain > 1
    found = likelihoods(small, "aligned", tuned.held_out, recipe)
    assert found.before.mean - found.after.mean > 1
    assert found.verdict == "better"
    before, after = (
        np.mean([correlation(CausalLM(name), CausalLM(target), pair.response) for pair in tuned.held_out])
        for name in (small, "aligned")
    )
    assert after > before + 0.1
    table = compare(Comparison("aligned", tmp_path / "work", target))
    assert re.search(r"nats per token .* better", table)
    assert table == (tmp_path / "work" / "report.md").read_text()
    assert origin("aligned") == (small, recipe)


def test_the_tuned_model_serves_everywhere(home, tmp_path, small):
    before = {name: value.clone() for name, value in weights(small).items()}
    tuned = tune(small, plain_pairs(12), "my-scorer", tmp_path / "work")
    result = PromptCompressor.from_pretrained("my-scorer", "llmlingua").compress(
        ["the cat sat " * 20], rate=0.5
    )
    assert result.model.startswith("my-scorer@")
    assert resolve("my-scorer").folder == tuned.folder
    assert "my-scorer" in store.names()
    assert store.status("my-scorer").state == "ready"
    assert all(torch.equal(value, before[name]) for name, value in weights(small).items())
    assert not all(torch.equal(value, before[name]) for name, value in weights(tuned.folder).items())


def test_low_rank_updates_are_merged(home, tmp_path, small):
    """What is saved is a plain model of the same shape, without peft."""
    recipe = QUICK.with_(lora_rank=4)
    tuned = tune(small, plain_pairs(24), "low", tmp_path / "work", recipe=recipe)
    assert not list(tuned.folder.glob("adapter*"))
    old, new = weights(small), weights(tuned.folder)
    assert {name: value.shape for name, value in new.items()} == {
        name: value.shape for name, value in old.items()
    }
    assert tuned.curve.gain > 0
    moved = {name for name, value in new.items() if not torch.equal(value, old[name])}
    assert moved
    assert not [name for name in moved if "embed" in name or "norm" in name]


def test_the_same_seed_gives_the_same_weights(home, tmp_path, small):
    for name in ("one", "two"):
        tune(small, plain_pairs(12), name, tmp_path / name)
    tune(small, plain_pairs(12), "other", tmp_path / "o", recipe=QUICK.with_(seed=1))
    digests = [resolve(name).digest for name in ("one", "two", "other")]
    files = [
        store.manifest_of(name)["files"]["model.safetensors"]["sha256"] for name in ("one", "two", "other")
    ]
    assert files[0] == files[1] != files[2]
    assert len(set(digests)) == 2


class Interrupting:
    """Collates, and stops for good at a batch of that number."""

    def __init__(self, tokenizer, at=None):
        self.collate = transformers.DataCollatorForSeq2Seq(tokenizer)
        self.at, self.seen = at, 0

    def __call__(self, rows):
        self.seen += 1
        if self.seen == self.at:
            raise KeyboardInterrupt
        return self.collate(rows)


@pytest.mark.parametrize("lora_rank", [None, 4])
def test_a_run_that_was_cut_off_goes_on(tmp_path, small, lora_rank):
    """In the middle of its third epoch: the rest is done, and the weights are those of a run in one go."""
    tokenizer = transformers.AutoTokenizer.from_pretrained(small)
    tokenizer.pad_token = "<s>"
    recipe = QUICK.with_(epochs=4, patience=4, lora_rank=lora_rank)
    rows = split(rows_of(plain_pairs(40), tokenizer), recipe, key=str)

    def trained(work, at=None):
        transformers.set_seed(0)
        model = loaded(resolve(small), recipe)
        collate = Interrupting(tokenizer, at)
        curve = train(model, rows, collate, recipe, tmp_path / work, start="small", progress=False)
        return model, curve, collate.seen

    model, curve, batches = trained("whole")
    with pytest.raises(KeyboardInterrupt):
        trained("cut", at=batches * 2 // 3)
    assert last_checkpoint(tmp_path / "cut" / "checkpoints")
    again, later, fewer = trained("cut")
    assert fewer < batches / 2
    assert later == curve
    assert all(torch.equal(one, two) for one, two in zip(model.parameters(), again.parameters(), strict=True))


def test_a_full_disk_at_a_checkpoint(tmp_path, small, monkeypatch):
    """The checkpoint before it is whole, and the same call continues from there."""
    tokenizer = transformers.AutoTokenizer.from_pretrained(small)
    tokenizer.pad_token = "<s>"
    recipe = QUICK.with_(epochs=3, patience=3)
    rows = split(rows_of(plain_pairs(20), tokenizer), recipe, key=str)
    collate = transformers.DataCollatorForSeq2Seq(tokenizer)
    real, calls = torch.save, []

    def filling(*args, **options):
        calls.append(args)
        if len(calls) > 4:  # in the second checkpoint
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(*args, **options)

    model = LlamaForCausalLM.from_pretrained(small)
    with monkeypatch.context() as patched, pytest.raises(ModelError, match="Free some space"):
        patched.setattr(torch, "save", filling)
        train(model, rows, collate, recipe, tmp_path, start="small", progress=False)
    first = last_checkpoint(tmp_path / "checkpoints")
    assert first
    assert len(list((tmp_path / "checkpoints").iterdir())) == 2  # one of them is torn
    curve = train(model, rows, collate, recipe, tmp_path, start="small", progress=False)
    assert len(curve.after) == 3


def test_what_is_different_is_not_gone_on_with(tmp_path, small):
    """Other rows, another recipe: the old checkpoints are no use."""
    tokenizer = transformers.AutoTokenizer.from_pretrained(small)
    tokenizer.pad_token = "<s>"
    rows = split(rows_of(plain_pairs(20), tokenizer), QUICK, key=str)
    counts = []
    for recipe in (QUICK, QUICK, QUICK.with_(learning_rate=1e-3)):
        collate = Interrupting(tokenizer)
        model = LlamaForCausalLM.from_pretrained(small)
        train(model, rows, collate, recipe, tmp_path, start="small", progress=False)
        counts.append(collate.seen)
    assert counts[1] < counts[0] == counts[2]


@pytest.mark.parametrize("name", ["", "a/b", "../a", ".hidden", "a b", "x.lock", "é" * 101])
def test_no_name_for_a_model(home, name):
    with pytest.raises(InvalidRequest, match="not a valid model name"):
        made.check_name(name)


def test_never_in_another_ones_place(home, tmp_path, small):
    """A taken name is refused before anything is paid for, and with --replace only one's own may go."""
    tune(small, plain_pairs(8), "mine", tmp_path / "work")
    before = resolve("mine").digest
    with pytest.raises(InvalidRequest, match="already"):
        Alignment("mine", tmp_path / "work")
    with pytest.raises(InvalidRequest, match="one of our own"):
        Alignment("smollm2-135m-q4_1", tmp_path / "work", replace=True)
    assert resolve("mine").digest == before
    changed = QUICK.with_(seed=3)
    tune(small, plain_pairs(8), "mine", tmp_path / "work", recipe=changed, replace=True)
    assert resolve("mine").digest != before


def test_what_was_replaced_is_loaded_anew(home, tmp_path, small):
    """A scorer by that name reads with the new weights, also one that has read with the old ones."""

    def nats(scorer):
        return scorer.surprisals([(np.zeros(0, dtype=np.int64), scorer.encode("the cat sat").ids)])[0]

    tune(small, plain_pairs(8), "mine", tmp_path / "work")
    scorer = CausalLM("mine")
    before, called = nats(scorer), scorer.name
    tune(small, plain_pairs(8), "mine", tmp_path / "work", QUICK.with_(seed=3), replace=True)
    assert scorer.name == CausalLM("mine").name != called
    assert not np.array_equal(nats(scorer), before)
    np.testing.assert_array_equal(nats(scorer), nats(CausalLM(str(store.folder_of("mine")))))


def test_a_save_that_fails_leaves_the_old_model(home, tmp_path, small):
    tune(small, plain_pairs(8), "mine", tmp_path / "work")
    before = resolve("mine").digest

    def failing(folder):
        (folder / "config.json").write_text("{}")
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(ModelError, match="cannot be written"):
        made.keep("mine", failing, made.Making("half"), replace=True)
    assert resolve("mine").digest == before
    assert [path.name for path in (home / "models").iterdir() if path.is_dir()] == ["mine"]


def test_damaged_and_removed(home, tmp_path, small):
    tuned = tune(small, plain_pairs(8), "mine", tmp_path / "work")
    (tuned.folder / "config.json").write_text("{")
    with pytest.raises(ModelDamaged, match=r"train it again.*lingua models remove mine"):
        resolve("mine")
    assert store.status("mine").state == "damaged"
    assert store.remove("mine")
    with pytest.raises(UnknownModel):
        resolve("mine")


def test_too_little_to_learn_from(home, tmp_path, small):
    with pytest.raises(InvalidRequest, match="two different rows or more"):
        tune(small, plain_pairs(1), "mine", tmp_path / "work")


def test_a_prompt_that_leaves_no_room(home, tmp_path, small):
    """It is rejected by its place; the others are learnt from."""
    long = Pair((Message("user", "cat " * 100),), "sat")
    rows = [*plain_pairs(4), long, *plain_pairs(4)]
    tuned = tune(small, rows, "mine", tmp_path / "work")
    (rejected,) = tuned.rejected
    assert rejected.line == 5
    assert "leaves no room in 64" in rejected.why
    assert tuned.learnt + len(tuned.held_out) == 8


words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join)


@given(prompt=words, response=words, room=st.integers(2, 60))
def test_only_the_response_is_learnt(tiny_tokenizer, prompt, response, room):
    """Learnt tokens are the response's, from its beginning on; everything else is ignored."""
    pair = Pair((Message("user", prompt),), response)
    try:
        one = example(pair, tiny_tokenizer, room)
    except ValueError:
        assert 1 + len(tiny_tokenizer(prompt)["input_ids"]) >= room
        return
    learnt = [label for label in one["labels"] if label != IGNORED]
    assert len(one["input_ids"]) == len(one["labels"]) <= room
    assert one["input_ids"][-len(learnt) :] == learnt
    assert response.startswith(tiny_tokenizer.decode(learnt))
    assert one["input_ids"][0] == tiny_tokenizer.bos_token_id


def test_chat_templates_are_respected(tiny_tokenizer):
    """The prompt stands in the template, up to where the assistant speaks; the response ends the turn."""
    from copy import deepcopy

    tokenizer = deepcopy(tiny_tokenizer)
    tokenizer.add_special_tokens({"eos_token": "</s>"})
    tokenizer.chat_template = (
        "{{ bos_token }}{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}"
        "{% if add_generation_prompt %}<assistant>{% endif %}"
    )
    pair = Pair((Message("system", "Be brief."), Message("user", "the cat")), "sat on a mat")
    one = example(pair, tokenizer, 200)
    assert (
        tokenizer.decode(one["input_ids"]) == "<s><system>Be brief.<user>the cat<assistant>sat on a mat</s>"
    )
    learnt = [label for label in one["labels"] if label != IGNORED]
    assert tokenizer.decode(learnt) == "sat on a mat</s>"
    plain = example(pair, tokenizer, 200, "plain")
    assert tokenizer.decode(plain["input_ids"]) == "<s>Be brief.\n\nthe catsat on a mat</s>"


def test_what_was_cut_teaches_no_end(tiny_tokenizer):
    from copy import deepcopy

    tokenizer = deepcopy(tiny_tokenizer)
    tokenizer.add_special_tokens({"eos_token": "</s>"})
    whole, cut = (
        example(Pair((Message("user", "the"),), "cat sat", one), tokenizer, 50) for one in (True, False)
    )
    assert whole["labels"] == [*cut["labels"], tokenizer.eos_token_id]


def test_a_run_that_diverges_is_not_kept(home, tmp_path, small):
    with pytest.raises(InvalidRequest, match="diverged"):
        recipe = QUICK.with_(learning_rate=1e30)
        tune(small, plain_pairs(40), "mine", tmp_path / "work", recipe=recipe)
    assert not store.is_user_model("mine")


def test_agreement_by_hand():
    """Ranks 1 2 3 4 and 2 1 3 4: 1 - 6 (1 + 1) / (4 x 15) = 0.8; both halves are {3, 4}."""
    assert agreement(np.array([1.0, 2, 3, 4]), np.array([2.0, 1, 3, 4])) == (0.8, 1.0)
    assert agreement(np.array([1.0, 2, 3, 4]), np.array([4.0, 3, 2, 1])) == (-1.0, 0.0)
    assert agreement(np.array([1.0, 2, 3]), np.array([3.0, 2, 1])) == (-1.0, 0.5)


def test_recipes():
    assert RECIPES["paper"].epochs == 8
    assert RECIPES["paper"].learning_rate == 1e-4
    for change in ({"epochs": 0}, {"held_out": 1.0}, {"learning_rate": 0.0}, {"lora_rank": 0}):
        with pytest.raises(InvalidRequest):
            Recipe(**change)
    with pytest.raises(InvalidRequest, match="no speed"):
        Recipe().with_(speed=3)


def test_the_manifest_says_where_it_comes_from(home, tmp_path, small):
    tune(small, plain_pairs(8), "mine", tmp_path / "work")
    facts = json.loads((home / "models" / "mine" / "lingua.json").read_text())["made"]["facts"]
    assert facts["from digest"] == resolve(small).digest
    assert facts["recipe"]["learning_rate"] == 5e-3


@given(st.lists(st.integers(0, 9), min_size=1, max_size=40), st.integers(0, 5))
def test_what_is_judged_by_is_never_learnt(rows, seed):
    """Rows of one key stay together; each is on one side."""
    recipe = Recipe(seed=seed, held_out=0.3)
    if len(set(rows)) < 2:
        with pytest.raises(InvalidRequest, match="two different"):
            split(rows, recipe, key=int)
        return
    learnt, held_out = split(rows, recipe, key=int)
    assert sorted(learnt + held_out) == sorted(rows)
    assert learnt and held_out and not set(learnt) & set(held_out)


def test_one_run_in_a_folder(home, tmp_path, small):
    """A second one would delete the first one's checkpoints."""
    alignment = Alignment("mine", tmp_path / "work", small)
    with alignment._alone(), pytest.raises(InvalidRequest, match="Another run is using"):
        Alignment("other", tmp_path / "work", small).tune(plain_pairs(8))
    with alignment._alone(), pytest.raises(InvalidRequest, match="Another run is using"):
        Alignment("other", tmp_path / "work", small).train_classifier([])


def test_what_is_not_installed_is_told_first(home, tmp_path, small, monkeypatch):
    """Before anybody is paid."""
    monkeypatch.setitem(sys.modules, "peft", None)
    with pytest.raises(MissingExtra, match="peft"):
        Alignment("mine", tmp_path, small, Recipe(lora_rank=4))


def test_what_is_not_safe_to_load_is_not_trained(tmp_path, small, home):
    """Before anything is loaded: an adapter would change the model, and this one is of nobody knows what."""
    folder = shutil.copytree(small, tmp_path / "model")
    (folder / "adapter_config.json").write_text("{}")
    with pytest.raises(UnsupportedModel, match="contains an adapter"):
        Training("mine", tmp_path / "work", str(folder)).begin()
