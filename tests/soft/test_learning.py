"""Digests and prefixes that are learnt beside a tiny frozen target, kept, and read."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import LlamaForCausalLM

from lingua_integrations.alignment import soft
from lingua_integrations.alignment.recipes import Recipe
from lingua_integrations.alignment.soft import Example, Lesson, train_digester, train_prefix
from lingua_integrations.core.models.causal import CausalLM
from lingua_integrations.core.store.resolve import resolve
from lingua_integrations.errors import (
    InvalidRequest,
    LinguaError,
    ModelDamaged,
    UnknownModel,
    UnsupportedModel,
)
from lingua_integrations.soft.digester import Digester
from lingua_integrations.soft.prefix import Prefix
from lingua_integrations.soft.reader import SoftReader
from lingua_integrations.soft.saved import load

SIZES = {"count": 4, "piece": 32, "layers": 1, "heads": 4}
RECIPE = Recipe(epochs=6, learning_rate=1e-2, batch=8, max_tokens=64, held_out=0.2, patience=6)
SHORT = RECIPE.with_(epochs=2)
WORDS = "the cat sat on a mat and ran".split()
ANSWERS = {"Python": " 1969", "1969": " the mat"}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A store of this module's own."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("home")
        patch.setenv("LINGUA_HOME", str(folder))
        yield folder


def context(word, seed):
    """Words in any order, one of which decides the answer."""
    rng = np.random.default_rng(seed)
    words = [*rng.choice(WORDS, 20)]
    words.insert(int(rng.integers(20)), word)
    return " ".join(words)


EXAMPLES = [Example(context(word, i), " so", ANSWERS[word]) for i in range(40) for word in ANSWERS]


@pytest.fixture(scope="module")
def learnt(home, tmp_path_factory, target):
    """A digester that was trained."""
    lesson = Lesson("digester", tmp_path_factory.mktemp("work"), target, recipe=RECIPE)
    return train_digester(lesson, EXAMPLES, progress=False, **SIZES)


@pytest.fixture
def reader(learnt):
    return SoftReader(digester=load("digester", Digester), device="cpu", dtype="float32")


def prompt(text):
    return f"<context>{text}</context> so"


def test_training_lowers_the_loss_of_held_out_answers(learnt):
    assert learnt.curve.gain > 1
    assert len(learnt.held_out) == 16


def test_the_answer_is_expected_after_its_own_context(learnt, reader):
    """More than after the other one: the digests tell of what they were made of, and are no mere prefix."""
    found = []
    for one in learnt.held_out:
        other = next(two.context for two in learnt.held_out if two.answer != one.answer)
        right, wrong = (reader.nats(prompt(text), one.answer).mean() for text in (one.context, other))
        found.append(wrong - right)
    assert np.mean(found) > 0.5


def test_the_target_stays_as_it_is(home, tmp_path, target, monkeypatch):
    """Bit for bit, and without gradients; only the digester has some."""
    before = resolve(target).digest
    seen = []
    make = soft.frozen
    monkeypatch.setattr(soft, "frozen", lambda name: seen.append(make(name)) or seen[-1])
    weights = {name: one.clone() for name, one in make(target).model.state_dict().items()}
    train_digester(
        Lesson("other", tmp_path, target, recipe=RECIPE.with_(epochs=1)),
        EXAMPLES[:20],
        progress=False,
        **SIZES,
    )
    (model,) = (one.model for one in seen)
    assert all(torch.equal(one, weights[name]) for name, one in model.state_dict().items())
    assert all(one.grad is None and not one.requires_grad for one in model.parameters())
    assert not model.training
    assert resolve(target).digest == before


def test_gradients_reach_only_what_learns(target):
    model = soft.frozen(target)
    digester = Digester(soft.DigesterSizes(32, 32, **SIZES))
    digester.begin(model.model.get_input_embeddings().weight)
    pupil = soft._Pupil(digester, model, lambda *context: soft.digest(digester, model, 0, *context))
    rows = [soft._row(one, model, model, 32, RECIPE) for one in EXAMPLES[:3]]
    pupil(**soft._collated(rows))["loss"].backward()
    assert {name.partition(".")[0] for name, _ in pupil.named_parameters()} == {"learnt"}
    assert all(one.grad is not None and one.grad.isfinite().all() for one in digester.parameters())
    assert all(one.grad is None for one in model.model.parameters())


@pytest.mark.parametrize("layer", [0, 1, 2])
def test_padding_does_not_change_the_loss(target, layer):
    """A batch's loss is the mean over its rows' tokens, each as if it were alone."""
    model = soft.frozen(target)
    torch.manual_seed(0)
    digester = Digester(soft.DigesterSizes(32, 32, **SIZES))

    pupil = soft._Pupil(digester, model, lambda *context: soft.digest(digester, model, layer, *context))
    some = [Example("the cat", " so", " mat"), EXAMPLES[0], Example("a" * 30, " and so on", " 1969 ran")]
    rows = [soft._row(one, model, model, 32, RECIPE) for one in some]
    learnt = [sum(label != soft.IGNORED for label in row["labels"]) for row in rows]
    with torch.no_grad():
        together = pupil(**soft._collated(rows))["loss"]
        alone = [pupil(**soft._collated([row]))["loss"] for row in rows]
    wanted = sum(n * loss for n, loss in zip(learnt, alone, strict=True)) / sum(learnt)
    torch.testing.assert_close(together, wanted, rtol=1e-4, atol=1e-4)


def of_the_curve(reader, held_out):
    """The loss as training measures it: the mean over batches of eight rows, of each the mean over tokens."""
    found = [reader.nats(prompt(one.context), one.answer) for one in held_out]
    return np.mean([np.concatenate(found[i : i + 8]).mean() for i in range(0, len(found), 8)])


def test_a_digester_that_was_kept_is_the_one_that_was_trained(learnt, reader):
    """The loaded one has the curve's best loss, and two of them agree bit for bit."""
    assert of_the_curve(reader, learnt.held_out) == pytest.approx(min(learnt.curve.after), abs=1e-3)
    again = SoftReader(digester=load(str(learnt.folder), Digester), device="cpu", dtype="float32")
    text = prompt(learnt.held_out[0].context)
    assert torch.equal(reader.rows(text), again.rows(text))


def test_the_states_of_another_model_can_be_read(home, tmp_path, target, tiny_model, tiny_tokenizer):
    """Of another width, and after its layers: what is read is what was trained on."""
    scorer = tmp_path / "scorer"
    torch.manual_seed(3)
    LlamaForCausalLM(
        tiny_model.config.__class__(**tiny_model.config.to_dict() | {"hidden_size": 48})
    ).save_pretrained(scorer)
    tiny_tokenizer.save_pretrained(scorer)
    lesson = Lesson("states", tmp_path / "work", target, SHORT, scorer=str(scorer), layer=1)
    learnt = train_digester(lesson, EXAMPLES[:40], progress=False, **SIZES)
    found = load("states", Digester)
    assert (found.learnt.sizes.states, found.learnt.sizes.width, found.layer) == (48, 32, 1)
    reader = SoftReader(digester=found, device="cpu", dtype="float32")
    assert of_the_curve(reader, learnt.held_out) == pytest.approx(min(learnt.curve.after), abs=1e-3)


def test_rows_of_a_prompt(learnt, reader, target):
    """Start token, digests for each piece of a context, embeddings of the rest; short contexts as text."""
    long, start = " ".join(WORDS * 10), 1
    model = CausalLM(target, dtype="float32", device="cpu")
    pieces = -(-len(model.encode(long).ids) // 32)
    assert pieces > 1
    text = len(model.encode("so").ids)
    assert len(reader.rows(f"<context>{long}</context>so")) == start + 4 * pieces + text
    assert (
        len(reader.rows(f"<context>{long}</context>so<context>{long}</context>")) == start + 8 * pieces + text
    )
    assert torch.equal(
        reader.rows("<context>cat</context>so"), torch.cat([reader.rows("cat"), reader.rows("so")[1:]])
    )


def test_without_contexts_it_is_the_target(reader, target, tiny_tokenizer):
    """The same surprisals, and the same greedy answer, as of the target that reads token ids."""
    scorer = CausalLM(target, dtype="float32", device="cpu")
    before, after = (scorer.encode(text).ids for text in ("the cat", " sat on a mat"))
    (wanted,) = scorer.surprisals([(before, after)])
    np.testing.assert_allclose(reader.nats("the cat", " sat on a mat"), wanted, atol=1e-3)
    ids = torch.from_numpy(np.r_[scorer.loaded.start, before])[None]
    greedy = LlamaForCausalLM.from_pretrained(target).generate(
        ids, attention_mask=torch.ones_like(ids), max_new_tokens=8, do_sample=False, pad_token_id=0
    )
    assert reader.say("the cat", 8) == tiny_tokenizer.decode(
        greedy[0, ids.shape[1] :], skip_special_tokens=True
    )


def test_the_same_call_gives_the_same_answer(reader):
    text = prompt(EXAMPLES[0].context)
    assert reader.say(text, 8) == reader.say(text, 8)
    drawn = {reader.say(text, 8, temperature=2.0, seed=seed) for seed in range(4)}
    assert len(drawn) > 1
    assert reader.say(text, 8, temperature=2.0, seed=3) in drawn
    assert reader.nats(text, "").shape == (0,)


def test_a_prefix_repairs_a_rounded_model(home, tmp_path, tiny_model, tiny_tokenizer):
    """The texts are what the whole model says; the rounded one expects them better behind the prefix."""
    rounded = LlamaForCausalLM(tiny_model.config)
    rounded.load_state_dict(tiny_model.state_dict())
    with torch.no_grad():
        for name, one in rounded.named_parameters():
            if "proj" in name:
                step = one.abs().amax(1, keepdim=True) / 2
                one.copy_((one / step).round() * step)
    folder = tmp_path / "rounded"
    rounded.save_pretrained(folder)
    tiny_tokenizer.save_pretrained(folder)
    torch.manual_seed(0)
    said = tiny_model.generate(
        torch.zeros(64, 1, dtype=torch.long), max_new_tokens=24, do_sample=True, pad_token_id=0
    )
    examples = [Example("", "", tiny_tokenizer.decode(one[1:])) for one in said]
    examples = [one for one in dict.fromkeys(examples) if one.answer.strip()]
    lesson = Lesson("prefix", tmp_path / "work", str(folder), recipe=SHORT)
    learnt = train_prefix(lesson, examples, progress=False, count=4)
    assert learnt.curve.gain > 0.05
    reader = SoftReader(prefix=load("prefix", Prefix), device="cpu", dtype="float32")
    assert len(reader.rows("")) == 1 + 4
    with pytest.raises(InvalidRequest, match="no digester"):
        reader.rows(prompt(EXAMPLES[0].context))


def test_what_was_learnt_for_different_models_does_not_go_together(
    learnt, home, tmp_path, tiny_model, tiny_tokenizer
):
    other = tmp_path / "other"
    changed = LlamaForCausalLM(tiny_model.config)
    changed.save_pretrained(other)
    tiny_tokenizer.save_pretrained(other)
    with pytest.raises(UnsupportedModel, match="other weights"):
        SoftReader(digester=load("digester", Digester), target=str(other))
    lesson = Lesson("elsewhere", tmp_path / "work", str(other), recipe=RECIPE.with_(epochs=1))
    train_prefix(lesson, EXAMPLES[:8], progress=False, count=2)
    with pytest.raises(InvalidRequest, match="different models"):
        SoftReader(digester=load("digester", Digester), prefix=load("elsewhere", Prefix))


def test_a_target_that_moved_is_named_anew(learnt, target, tmp_path, reader):
    moved = shutil.copytree(target, tmp_path / "moved")
    found = SoftReader(digester=load("digester", Digester), target=str(moved), device="cpu", dtype="float32")
    assert torch.equal(found.rows("cat"), reader.rows("cat"))


DAMAGES = {
    "sizes": lambda config: config["sizes"].update(width=64),
    "too many layers": lambda config: config["sizes"].update(layers=10**9),
    "a size that cannot be": lambda config: config["sizes"].update(heads=0),
    "no sizes": lambda config: config.pop("sizes"),
    "a size more": lambda config: config["sizes"].update(more=1),
    "no target": lambda config: config.pop("target"),
    "a layer that is none": lambda config: config.update(layer="first"),
    "sizes that are none": lambda config: config.update(sizes=[1]),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_configuration_that_its_weights_contradict_is_refused(learnt, tmp_path, damage):
    folder = shutil.copytree(learnt.folder, tmp_path / "copy")
    config = json.loads((folder / "config.json").read_text())
    DAMAGES[damage](config)
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(ModelDamaged):
        load(str(folder), Digester)


@pytest.mark.parametrize("damage", ["cut", "missing", "spare", "renamed"])
def test_weights_that_are_not_there_are_refused(learnt, tmp_path, damage):
    folder = shutil.copytree(learnt.folder, tmp_path / "copy")
    file = folder / "model.safetensors"
    tensors = load_file(file)
    if damage == "cut":
        file.write_bytes(file.read_bytes()[:-8])
    elif damage == "missing":
        file.unlink()
    elif damage == "spare":
        save_file(tensors | {"more": torch.zeros(1)}, file)
    else:
        save_file({name.replace("tokens", "token"): one for name, one in tensors.items()}, file)
    with pytest.raises(ModelDamaged):
        load(str(folder), Digester)


def test_what_is_no_digester_is_refused(learnt, target, home):
    with pytest.raises(UnsupportedModel, match="no digester"):
        load(target, Digester)
    with pytest.raises(UnsupportedModel, match="no prefix"):
        load("digester", Prefix)
    with pytest.raises(UnknownModel):
        load("nothing", Digester)


@pytest.mark.parametrize(
    ("change", "sizes", "examples"),
    [
        ({}, {"heads": 5}, EXAMPLES),
        ({}, {"piece": 4}, EXAMPLES),
        ({"layer": 3}, {}, EXAMPLES),
        ({"layer": -1}, {}, EXAMPLES),
        ({"out": "no name"}, {}, EXAMPLES),
        ({"out": "digester"}, {}, EXAMPLES),
        ({"model": "nothing"}, {}, EXAMPLES),
        ({}, {}, EXAMPLES[:1]),
        ({}, {}, []),
        ({}, {}, [*EXAMPLES[:4], Example("the cat", "", "")]),
        ({}, {}, [*EXAMPLES[:4], Example("", "so", "cat")]),
        ({}, {}, [*EXAMPLES[:4], Example("cat", "so " * 100, "cat")]),
    ],
)
def test_bad_lessons_are_refused(learnt, tmp_path, target, change, sizes, examples):
    """With an error of ours, and nothing is left in the store."""
    lesson = Lesson(**{"out": "bad", "work": tmp_path, "model": target, "recipe": RECIPE} | change)
    with pytest.raises(LinguaError):
        train_digester(lesson, examples, progress=False, **SIZES | sizes)
    with pytest.raises(UnknownModel):
        resolve("bad")


def test_what_does_not_fit_the_window_is_refused(reader):
    with pytest.raises(InvalidRequest, match="512"):
        reader.say("the cat " * 300, 8)
    with pytest.raises(InvalidRequest, match="512"):
        reader.nats("the cat", " sat" * 600)
    with pytest.raises(InvalidRequest, match="Give a digester"):
        SoftReader()
    for options in ({"max_tokens": 0}, {"max_tokens": 2.5}, {"temperature": -1.0}, {"temperature": np.nan}):
        with pytest.raises(InvalidRequest, match="must be"):
            reader.say("the cat", **{"max_tokens": 2} | options)


@pytest.mark.parametrize("text", ["", "\ud800", "漢字 🎉 שלום", "\x00", " " * 50])
def test_any_text_is_a_context(reader, text):
    assert reader.say(f"<context>{text * 10}</context>{text}", 2) is not None
