"""Late interaction: its formula, written down once more, and what holds for any weights and any text."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load_file, save_file
from torch.nn import functional
from transformers import BertModel

import laws
from lingua_integrations import Context, PromptCompressor
from lingua_integrations.core.models.interaction import Interaction, load_interaction
from lingua_integrations.core.models.late_reader import LateReader
from lingua_integrations.core.prune.rankers.late_interaction import LateInteractionRanker, parts_of
from lingua_integrations.core.prune.rankers.lexical import BM25Ranker
from lingua_integrations.core.prune.scorers.relevance import RelevanceScorer
from lingua_integrations.core.text.documents import read
from lingua_integrations.errors import InvalidRequest, ModelDamaged, UnsupportedModel

QUESTION = "Who wrote Emma?"
HALF = 0.01  # what half precision may change
SENTENCES = ["Emma came out in 1815.", "The author was Jane Austen.", "It rained."]
OTHER = ["Ulysses came out in 1922.", "Joyce wrote it."]


@pytest.fixture(scope="module")
def ranker(tiny_encoders, tiny_interaction):
    return LateInteractionRanker(tiny_encoders["encoder"], weights=tiny_interaction)


def states_of(model, tokenizer, *stretches):
    """States of both layers for stretches of text between the special tokens."""
    ids = [one for text in stretches for one in tokenizer(text, add_special_tokens=False).input_ids]
    with torch.inference_mode():
        row = torch.tensor([[tokenizer.cls_token_id, *ids, tokenizer.sep_token_id]])
        layers = model(row, output_hidden_states=True).hidden_states
    return layers[1][0], layers[2][0]


def by_hand(folder, file, tokenizer, title, sentences):
    """Scores of sentences and of their text, token by token, in torch."""
    weights = {name: torch.from_numpy(one).double() for name, one in load_file(file).items()}
    model, mix = BertModel.from_pretrained(folder).eval(), weights["mix"]
    text = " ".join(sentences)
    lead = 1 + len(tokenizer(f"{title}\n", add_special_tokens=False).input_ids)
    spans = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True).offset_mapping
    first, last = states_of(model, tokenizer, f"{title}\n", text)
    asked_first, asked_last = states_of(model, tokenizer, QUESTION)

    def state(low, high):
        return torch.cat([functional.layer_norm(one.double(), (32,)) for one in (low, high)])

    asked = [state(low, high) for low, high in zip(asked_first, asked_last, strict=True)]
    told = [state(low, high) for low, high in zip(first, last, strict=True)]
    left = [weights["text"] @ one + weights["text_bias"] for one in told]
    right = [weights["question"] @ one + weights["question_bias"] for one in asked]
    near = [[float(functional.cosine_similarity(a, b, 0)) for b in right] for a in left]
    shares = torch.softmax(torch.stack([weights["token_weights"] @ one for one in asked]), 0)
    meaning = asked_last.double().mean(0)
    ends = [text.index(sentence) + len(sentence) for sentence in sentences]
    # White space belongs to the sentence behind it.
    owner = [-1] * lead + [sum(begin >= end for end in ends) for begin, _ in spans] + [-1]

    def score(tokens, column):
        most = sum(float(shares[j, column]) * max(near[i][j] for i in tokens) for j in range(len(asked)))
        mean = torch.stack([last[i].double() for i in tokens]).mean(0)
        alike = float(functional.cosine_similarity(mean, meaning, 0))
        return float(mix[2 * column]) * most + float(mix[2 * column + 1]) * alike

    parts = [score([i for i, own in enumerate(owner) if own == n], 0) for n in range(len(sentences))]
    return parts, score(list(range(len(told))), 1)


def z(values):
    return (np.array(values) - np.mean(values)) / np.std(values)


def test_scores_are_those_of_the_formula(tiny_encoders, tiny_interaction, ranker):
    """On random weights, against the formula in another library, with BM25 added as fusion adds it."""
    folder, tokenizer = tiny_encoders["encoder"], ranker.reader.loaded.tokenizer
    titles, texts = ["Emma", "Ulysses"], [SENTENCES, OTHER]
    found = [
        by_hand(folder, tiny_interaction, tokenizer, title, sentences)
        for title, sentences in zip(titles, texts, strict=True)
    ]
    units = [read(" ".join(sentences)) for sentences in texts]
    assert [len(one) for one in units] == [3, 2]
    pieces = [f"{title}\n{one}" for title, some in zip(titles, texts, strict=True) for one in some]
    wholes = [f"{title}\n{one.text}" for title, one in zip(titles, units, strict=True)]
    words = BM25Ranker()
    own = 0.8 * z([*found[0][0], *found[1][0]]) + 0.2 * z(words.rank(QUESTION, pieces))
    whole = 0.8 * z([found[0][1], found[1][1]]) + 0.2 * z(words.rank(QUESTION, wholes))
    parts, texts_ = ranker.rank_units(QUESTION, units, titles)
    np.testing.assert_allclose(parts, own, atol=2e-3)
    np.testing.assert_allclose(texts_, whole, atol=2e-3)
    scores = RelevanceScorer(ranker).score(units, QUESTION, titles)
    np.testing.assert_allclose(np.concatenate(scores), own + whole[[0, 0, 0, 1, 1]], atol=2e-3)


def head(random, width=6, layers=2, d=4):
    normal = random.normal
    return Interaction(
        tuple(range(1, layers + 1)),
        normal(size=(d, width)),
        normal(size=d),
        normal(size=(d, width)),
        normal(size=d),
        normal(size=(2, width)),
        np.abs(normal(size=4)),
    )


@given(seed=st.integers(0, 999), n=st.integers(1, 4), tokens=st.integers(0, 9), asked=st.integers(1, 5))
def test_a_part_is_judged_by_its_own_tokens(seed, n, tokens, asked):
    """Whatever the others say; no part is better than the factors allow, and one without tokens is worst."""
    random = np.random.default_rng(seed)
    weights = head(random)
    question = weights.of_question(random.normal(size=(asked, 6)))
    states, owners = random.normal(size=(tokens, 6)), random.integers(-1, n, size=tokens)
    found = weights.compare(question, weights.of_text(states, owners, n))
    most = weights.mix[0] + weights.mix[1]
    assert (np.abs(found.parts) <= most + HALF).all()
    for part in range(n):
        own = owners == part
        alone = weights.of_text(states[own], np.zeros(own.sum(), dtype=int), 1)
        assert weights.compare(question, alone).parts[0] == pytest.approx(found.parts[part], abs=HALF)
        assert own.any() or found.parts[part] == pytest.approx(-most)
    order = random.permutation(tokens)
    again = weights.compare(question, weights.of_text(states[order], owners[order], n))
    np.testing.assert_allclose(again.parts, found.parts, atol=HALF)
    assert again.whole == pytest.approx(found.whole, abs=HALF)


def test_a_text_of_the_questions_own_tokens_is_as_good_as_can_be():
    """Where both projections are one, and so every token finds itself."""
    random = np.random.default_rng(0)
    one = head(random)
    same = Interaction(
        one.layers, one.text, one.text_bias, one.text, one.text_bias, one.token_weights, one.mix
    )
    states = random.normal(size=(3, 6))
    found = same.compare(same.of_question(states), same.of_text(states, np.zeros(3, dtype=int), 1))
    assert found.parts[0] == pytest.approx(same.mix[:2].sum(), abs=HALF)
    assert found.whole == pytest.approx(same.mix[2:].sum(), abs=HALF)


def test_a_text_is_read_once(tiny_encoders, tiny_interaction, monkeypatch):
    """For one question and the next, by one ranker and by another with the same weights."""
    rankers = [LateInteractionRanker(tiny_encoders["encoder"], weights=tiny_interaction) for _ in range(2)]
    texts, titles = [read(f"{' '.join(SENTENCES)} Once."), read(f"{' '.join(OTHER)} Twice.")], ["Emma", None]
    passes = []
    run = LateReader.passes
    monkeypatch.setattr(LateReader, "passes", lambda *given: passes.append(len(given[1])) or run(*given))
    first = rankers[0].rank_units(QUESTION, texts, titles)
    assert len(passes) == 2  # the question, and both texts
    again = rankers[1].rank_units(QUESTION, texts, titles)
    assert len(passes) == 3  # the question
    np.testing.assert_array_equal(np.concatenate(first), np.concatenate(again))
    rankers[0].rank_units(QUESTION, texts, ["Emma", "Ulysses"])
    assert len(passes) == 5  # a text under another title is another text
    rankers[0].rank(QUESTION, [one.text for one in texts])
    assert len(passes) == 7  # and so is one in other parts


def test_a_long_text_is_read_in_windows(tiny_encoders, ranker):
    """Every token once, each window with the title in front and none longer than the model's 64 tokens."""
    reader = LateReader(tiny_encoders["encoder"])
    text = " ".join(SENTENCES * 20)
    laid = reader.laid(text, read(text).starts.tolist(), "Emma")
    (found,) = reader.read_texts([laid], [1, 2])
    inside = found.spans[found.spans[:, 0] >= 0]
    assert inside.tolist() == laid.spans.tolist()
    around = len(laid.before) + len(laid.after)
    assert (len(found.states) - len(inside)) % around == 0
    assert len(found.states) > 64
    assert found.states.shape[1] == 64
    parts, whole = ranker.rank_units(QUESTION, [read(text)], ["Emma"])
    assert len(parts) == 60
    assert len(whole) == 1
    assert np.isfinite(parts).all()


def test_what_closes_a_unit_belongs_to_it():
    """The brace behind a record is no part of its own."""
    units = read('{"a": {"b": 1, "c": 2}, "d": [3, 4]}', kind="json")
    closers = np.flatnonzero(units.structure.closes >= 0)
    assert len(closers)
    spans = np.stack([units.starts, units.ends], axis=1)
    found = parts_of(spans, units)
    assert found[closers].tolist() == units.structure.closes[closers].tolist()
    others = np.setdiff1d(np.arange(len(units)), closers)
    assert found[others].tolist() == others.tolist()


def test_texts_without_words_are_ranked(ranker):
    """Nothing to read is no error, and no text is no score."""
    assert ranker.rank(QUESTION, []).tolist() == []
    assert len(ranker.rank(QUESTION, ["", " ", "Emma"])) == 3
    parts, whole = ranker.rank_units(QUESTION, [read(""), read("Emma came.")], [None, None])
    assert (len(parts), len(whole)) == (1, 2)


@given(texts=st.lists(st.text(max_size=80), min_size=1, max_size=4))
def test_the_method_keeps_the_laws(tiny_compressor, o200k, texts):
    compressor = tiny_compressor("extractive-late-interaction")
    result = laws.or_least(compressor.compress, texts, rate=0.5, question=QUESTION)
    if result is not None and not isinstance(result, int):
        laws.provenance(result, texts)
        for part in result.contexts:
            laws.extractive(part)


def test_weights_that_do_not_belong_here_are_refused(tmp_path, tiny_encoders, tiny_interaction):
    """Another file, half a file, another reader, a server."""
    with pytest.raises(ModelDamaged, match="Install it again"):
        load_interaction(tiny_interaction, digest="0" * 64)
    with pytest.raises(ModelDamaged, match="no weights"):
        load_interaction(tmp_path / "none.safetensors", digest=None)
    weights = load_file(tiny_interaction)
    save_file({"text": weights["text"]}, tmp_path / "half.safetensors", metadata={"layers": "[1, 2]"})
    with pytest.raises(ModelDamaged, match="no weights"):
        load_interaction(tmp_path / "half.safetensors", digest=None)
    save_file(weights, tmp_path / "other.safetensors", metadata={"layers": json.dumps([1, 3])})
    other = LateInteractionRanker(tiny_encoders["encoder"], weights=tmp_path / "other.safetensors")
    with pytest.raises(UnsupportedModel, match="multilingual-e5-small"):
        other.rank(QUESTION, ["Emma"])
    served = PromptCompressor.from_pretrained("tei+http://host", "extractive-late-interaction")
    with pytest.raises(InvalidRequest, match="reads with multilingual-e5-small"):
        served.compress([Context("Emma. It rained.")], question=QUESTION, rate=0.5)


def test_the_shipped_weights_are_those_that_are_named():
    """The digest in the code is that of the file, and it fits the reader's layers."""
    found = load_interaction()
    assert found.layers == (6, 12)
    assert found.text.shape == found.question.shape == (128, 768)


@pytest.mark.model
def test_with_its_weights_it_finds_the_sentence_in_any_language():
    """The real reader and the weights that come with the package; no word is shared."""
    compressor = PromptCompressor(config="extractive-late-interaction")
    texts = ["Emma came out in 1815. The author was Jane Austen. It rained.", "Ulysses is by James Joyce."]
    for question in ("Who wrote Emma?", "誰が「エマ」を書きましたか?", "من كتب رواية إيما؟"):
        result = compressor.compress(texts, question=question, target_tokens=8)
        assert result.contexts[0].text == "The author was Jane Austen."
    assert "late-interaction@" in str(result.model)
