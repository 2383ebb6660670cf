"""Texts that are scored apart from one another: by surprisal, and by the contrast to the question."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from lingua_integrations import Context, PromptCompressor
from lingua_integrations.core.budget.counting import as_counter
from lingua_integrations.core.config import RESTRICTION, CompressionConfig
from lingua_integrations.core.methods import METHODS
from lingua_integrations.core.models.causal import CausalLM
from lingua_integrations.core.models.remembered import in_memory
from lingua_integrations.core.prune.rankers.perplexity import QuestionPerplexityRanker
from lingua_integrations.core.prune.sources import Titled, Together, Told, contrasts_apart, surprisals_apart
from lingua_integrations.core.request import Part
from lingua_integrations.core.text.atoms import segment

SHORT = "the cat sat on the mat and ran, 1969 漢字 🎉 don't"
LONG = "a mat ran; the cat sat. " * 14
QUESTION = "who sat on the mat?"
SEGMENT = 60


def part(text, title=None):
    return Part(Context(text, title=title), as_counter("o200k_base").count(text), segment, lambda _: ())


def direct(scorer, before, ids):
    """Surprisals of ``ids`` after ``before``, by one plain forward pass."""
    with torch.inference_mode():
        logits = scorer.loaded.model(torch.tensor([[*scorer.loaded.start, *before, *ids]])).logits[0]
    rows = torch.log_softmax(logits.double(), -1)[len(before) : -1]
    return np.array([-row[token].item() for row, token in zip(rows, ids, strict=True)])


def test_each_text_stands_under_its_title_alone(tiny_scorer):
    """The prefix, the title, then the text: nothing of the texts before it."""
    prefix = tiny_scorer.encode("a cat").ids
    parts = [part(LONG[:60]), part(SHORT, "the mat")]
    apart = surprisals_apart(tiny_scorer, under_titles(tiny_scorer, parts), SEGMENT, prefix, {})
    tokens, stream = apart.of(1, parts[1])
    assert isinstance(stream, Told)
    head = tiny_scorer.encode("the mat\n").ids
    assert stream.score(tokens.ids) == pytest.approx(
        direct(tiny_scorer, [*prefix, *head], tokens.ids), abs=1e-4
    )
    assert "".join(SHORT[start:end] for start, end in tokens.spans if start < 30)[:30] == SHORT[:30]


def test_a_text_of_many_segments_gets_a_stream(tiny_scorer):
    """Within it later segments are scored given what was kept."""
    only = part(LONG)
    tokens, stream = surprisals_apart(
        tiny_scorer, under_titles(tiny_scorer, [only]), SEGMENT, tokens_of(tiny_scorer, ""), {}
    ).of(0, only)
    assert not isinstance(stream, Told)
    assert stream.score(tokens.ids[:20]) == pytest.approx(direct(tiny_scorer, [], tokens.ids[:20]), abs=1e-4)


def test_the_contrast_of_a_text(tiny_scorer):
    """ln p given question and title minus ln p given the title, from the ranking's pass or without it."""
    parts = [part(SHORT, "the mat"), part(LONG)]
    for ranked in (True, False):
        ranking = QuestionPerplexityRanker(tiny_scorer).ranking(QUESTION, [f"the mat\n{SHORT}", LONG])
        read = ranking.read if ranked else {}
        texts = under_titles(tiny_scorer, parts)
        apart = contrasts_apart(tiny_scorer, texts, SEGMENT, QUESTION, read)
        head, asked = (
            tokens_of(tiny_scorer, "the mat\n"),
            tokens_of(tiny_scorer, f"{QUESTION} {RESTRICTION}\n\n"),
        )
        tokens, stream = apart.of(0, parts[0])
        expected = direct(tiny_scorer, head, tokens.ids) - direct(tiny_scorer, [*asked, *head], tokens.ids)
        assert stream.score(tokens.ids) == pytest.approx(expected, abs=1e-4)
        tokens, stream = apart.of(1, parts[1])
        piece = tokens.ids[:20]
        expected = direct(tiny_scorer, [], piece) - direct(tiny_scorer, asked, piece)
        assert stream.score(piece) == pytest.approx(expected, abs=1e-4)


def test_the_ranking_reads_each_text_once(tiny_scorer, monkeypatch):
    """The side of the contrast without the question costs no pass of its own."""
    rows = []
    read = tiny_scorer.read
    monkeypatch.setattr(
        tiny_scorer, "read", lambda texts, **how: rows.append(len(texts)) or read(texts, **how)
    )
    texts = [SHORT, LONG[:100], SHORT[:30], LONG[50:120]]
    PromptCompressor(tiny_scorer, "longllmlingua").compress(texts, question=QUESTION, rate=0.4)
    ranked, again, asked = rows
    assert (ranked, again) == (4, 0)
    assert 0 < asked <= 4


@pytest.mark.parametrize("prefix", ["", "a cat and"])
def test_remembered_scores_do_not_depend_on_the_neighbours(tiny_model, tiny_tokenizer, prefix):
    """A text that is read again beside others, or after them, has the same bits."""
    mine, found = part(SHORT), []
    for before in ([], [part(LONG[:90]), part(SHORT[:9])], [part(SHORT[3:])]):
        scorer = CausalLM.from_objects(tiny_model, tiny_tokenizer, scores=in_memory())
        head = tokens_of(scorer, prefix)
        apart = surprisals_apart(scorer, under_titles(scorer, [*before, mine]), SEGMENT, head, {})
        found.append(apart.nats[len(before)])
    assert (found[0] == found[1]).all()
    assert (found[0] == found[2]).all()


def test_which_presets_read_texts_apart():
    """The paper's, and `rag`, score every segment given all that was kept before it."""
    apart = {name for name, method in METHODS.items() if method.config.independent}
    assert apart == {"llmlingua", "longllmlingua"}
    assert not CompressionConfig.paper().independent


def tokens_of(scorer, text):
    return scorer.encode(text).ids


def under_titles(scorer, parts):
    return {place: Titled.of(scorer, one) for place, one in enumerate(parts)}


def test_one_stream_through_all_texts(tiny_scorer):
    """Each after what was kept of those before it, with what stands between two of them; some stay whole."""
    joint = tiny_scorer.encode("\n\n").ids
    sources = Together(tiny_scorer, tiny_scorer.stream(joint[:0]), joint)
    first, whole, last = part("the cat sat"), part("a mat ran; the cat"), part("1969 on the mat")
    tokens, stream = sources.of(0, first)
    stream.score(tokens.ids)
    stream.keep(np.ones(len(tokens.ids), dtype=bool))
    sources.after()
    sources.whole(whole)
    sources.after()
    tokens, stream = sources.of(2, last)
    found = stream.score(tokens.ids[:3])
    stream.keep(np.array([True, False, True]))
    before = np.r_[tiny_scorer.encode(first.text).ids, joint, tiny_scorer.encode(whole.text).ids, joint]
    assert found == pytest.approx(direct(tiny_scorer, before, tokens.ids[:3]), abs=1e-4)
    after = np.r_[before, tokens.ids[[0, 2]]]  # what led up to the segment was kept, once
    expected = direct(tiny_scorer, after, tokens.ids[3:])
    assert stream.score(tokens.ids[3:]) == pytest.approx(expected, abs=1e-4)


def test_two_joints_stand_after_a_text_that_is_not_read():
    """What stands between texts adds up until something is read."""

    class Read:
        def score(self, ids):
            self.ids = ids.tolist()
            return np.zeros(len(ids))

    stream = Read()
    together = Together(None, stream, np.array([7, 8]))
    together.after()
    together.after()
    together._stream.score(np.array([1]))
    assert stream.ids == [7, 8, 7, 8, 1]
