"""What a result shows, and what a call refuses."""

from __future__ import annotations

import json

import pytest

from lingua_integrations import BudgetTooSmall, CompressionConfig, Context, MustKeep, PromptCompressor
from lingua_integrations.errors import InvalidRequest, LinguaError

TEXTS = ["The cat sat on the mat, and ran.", "A dog & <b>another</b> dog slept in the house all day long."]


@pytest.fixture
def result(tiny_scorer):
    return PromptCompressor(tiny_scorer, "rag").compress(
        TEXTS, question="cat?", instruction="Read.", target_tokens=6
    )


def test_repr_says_what_happened(result):
    """Tokens, ratio, contexts and seconds at a glance."""
    assert repr(result).startswith(
        f"CompressionResult({result.tokens_before} -> {result.tokens_after} of 6 o200k_base"
    )
    assert "contexts" in repr(result)


def test_dropped_contexts_say_why(result):
    """A context that is not in the output has a reason."""
    assert [gone.index for gone in result.dropped] == [1]
    assert "ranked 2 of 2" in result.dropped[0].reason


def test_to_dict_is_json(result):
    """Plain types only, the derived numbers and the seconds included."""
    plain = json.loads(json.dumps(result.to_dict()))
    assert plain["prompt"] == result.prompt
    assert plain["rate"] == pytest.approx(result.rate)
    assert set(plain["seconds"]) == {"count", "select", "prune", "fit"}
    start, end = plain["contexts"][0]["spans"][0]
    assert TEXTS[0][start:end] in plain["contexts"][0]["text"]


def test_a_result_prints_the_saving(result):
    """A line for people; the representation has the budget, the counter and the seconds as well."""
    assert (
        str(result)
        == f"{result.tokens_before} -> {result.tokens_after} tokens ({result.ratio:.1f}x), 1 of 2 contexts"
    )
    assert repr(result).startswith(f"CompressionResult({result.tokens_before} -> {result.tokens_after} of ")


def test_html_strikes_out_and_escapes(tiny_scorer):
    """Hostile documents stay text."""
    html = PromptCompressor(tiny_scorer, "rag").compress([TEXTS[1]], rate=0.8)._repr_html_()
    assert "<b>another" not in html
    assert "&lt;b&gt;another" in html
    assert "<del>" in html


def test_prompt_joins_what_is_left(result):
    """Instruction and question stay whole in contexts scope."""
    assert result.prompt == f"Read.\n\n{result.texts[0]}\n\ncat?"
    assert result.instruction.unchanged
    assert result.question.unchanged


def test_nothing_to_do(tiny_scorer):
    """No contexts, or all of it fits: handed on with a note, without a model."""
    compressor = PromptCompressor(tiny_scorer, "rag")
    assert compressor.compress([], rate=0.5).texts == []
    short = compressor.compress(["a b c"], target_tokens=100)
    assert short.texts == ["a b c"]
    assert short.note == "fits the budget as it is"
    assert short.model is None


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        ({"rate": 0}, r"rate must be in \(0, 1\]"),
        ({"rate": 1.01}, r"rate must be in \(0, 1\]"),
        ({"rate": float("nan")}, r"rate must be in \(0, 1\]"),
        ({"rate": 0.5, "target_tokens": 5}, "either rate or target_tokens"),
        ({"target_tokens": 0}, "at least 1"),
        ({"target_tokens": 2.5}, "whole number"),
    ],
)
def test_bad_budgets(tiny_scorer, request_, said):
    """Named errors, and the inputs are as they were."""
    texts = list(TEXTS)
    with pytest.raises(InvalidRequest, match=said):
        PromptCompressor(tiny_scorer, "rag").compress(texts, **request_)
    assert texts == TEXTS


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"rate": 0.0}, "rate"),
        ({"question_rate": 2}, "question_rate"),
        ({"target_tokens": -1}, "target_tokens"),
        ({"coarse_factor": 0.5}, "coarse_factor"),
        ({"segment_tokens": 0}, "segment_tokens"),
        ({"overhead_tokens": -1}, "overhead_tokens"),
        ({"separator": " - "}, "white space"),
        ({"unit": "word"}, "unit must be one of atom, token"),
        ({"ranker": "magic"}, "ranker must be one of"),
    ],
)
def test_bad_settings(settings, said):
    """A configuration is checked where it is written."""
    with pytest.raises(InvalidRequest, match=said):
        CompressionConfig.rag().with_(**settings)


def test_bad_contexts(tiny_scorer):
    """One string instead of a list, something that is no text, spans outside the text."""
    compressor = PromptCompressor(tiny_scorer, "rag")
    with pytest.raises(InvalidRequest, match="contexts is a string"):
        compressor.compress("a text", rate=0.5)
    with pytest.raises(InvalidRequest, match=r"must be a string, not int\. The adapters"):
        compressor.compress([3], rate=0.5)
    with pytest.raises(InvalidRequest, match=r'By name: PromptCompressor\(config="a-method"\)'):
        PromptCompressor("extractive-bm25")
    with pytest.raises(InvalidRequest, match="not a span of a text with 3 characters"):
        Context("abc", keep=((2, 4),))
    with pytest.raises(InvalidRequest, match=r"Context\.rate"):
        Context("abc", rate=0)


def test_budget_too_small_names_the_smallest_that_works(tiny_scorer):
    """For units, for what must stay, for the prompt's outer parts, with overhead: one less fails."""
    long = "internationalization-of-antidisestablishmentarianism " * 3
    cases = [
        (CompressionConfig.rag(), {"contexts": [long]}),
        (CompressionConfig.rag().with_(overhead_tokens=10), {"contexts": [long]}),
        (CompressionConfig.rag(), {"contexts": [Context(TEXTS[0], keep=((0, 20),))]}),
        (CompressionConfig.rag(), {"contexts": [Context(TEXTS[0], rate=1.0), TEXTS[1]]}),
        (
            CompressionConfig.paper(),
            {"contexts": TEXTS, "instruction": "Read all of this.", "question": "Where?"},
        ),
    ]
    for config, request_ in cases:
        compressor = PromptCompressor(tiny_scorer, config)
        with pytest.raises(BudgetTooSmall) as caught:
            compressor.compress(**request_, target_tokens=1)
        smallest = caught.value.smallest
        assert str(smallest) in str(caught.value)
        result = compressor.compress(**request_, target_tokens=smallest)
        assert result.tokens_after <= smallest - config.overhead_tokens
        with pytest.raises(BudgetTooSmall):
            compressor.compress(**request_, target_tokens=smallest - 1)
    assert isinstance(caught.value, LinguaError)


def test_contexts_with_a_rate_of_their_own_may_take_all_there_is(tiny_scorer, o200k):
    """To the last token: the others are left out, and that is no error."""
    compressor = PromptCompressor(tiny_scorer, "rag")
    contexts = [Context(TEXTS[0], rate=1.0), TEXTS[1]]
    assert compressor.compress(contexts, target_tokens=o200k(TEXTS[0])).texts == [TEXTS[0]]


def test_blank_texts_do_not_take_the_budget(tiny_scorer, o200k):
    """Where they leave no room for others, they are left out."""
    blank = " \n\t" * 30
    assert o200k(blank) > 6
    result = PromptCompressor(tiny_scorer, "rag").compress([blank, TEXTS[0]], target_tokens=6)
    assert [context.index for context in result.contexts] == [1]
    assert result.dropped[0].reason.startswith("blank")


def test_no_unit_at_all_is_too_little_for_any_overhead(tiny_scorer):
    """An empty text, and a budget that templates alone take up."""
    compressor = PromptCompressor(tiny_scorer, CompressionConfig.rag().with_(overhead_tokens=7))
    with pytest.raises(BudgetTooSmall) as caught:
        compressor.compress([""], target_tokens=1)
    assert compressor.compress([""], target_tokens=caught.value.smallest).texts == [""]
    with pytest.raises(BudgetTooSmall):
        compressor.compress([""], target_tokens=caught.value.smallest - 1)


def test_a_rate_of_its_own(tiny_scorer):
    """A context with rate 1 stays whole, one with its own rate is selected, the rest shares what is left."""
    texts = [
        Context(TEXTS[0], rate=1.0),
        Context(TEXTS[1] * 6, rate=0.3),
        "An unrelated text about the sea. " * 6,
    ]
    result = PromptCompressor(tiny_scorer, "rag").compress(texts, rate=0.4)
    by_index = {context.index: context for context in result.contexts}
    assert by_index[0].unchanged
    assert by_index[1].tokens_after == pytest.approx(0.3 * by_index[1].tokens_before, abs=4)


def test_titles_help_to_rank(tiny_scorer):
    """A title is read by the ranker, and neither compressed nor counted."""
    texts = [
        Context(f"It has {n} rooms and a garden of its own." * 3, title=title)
        for n, title in [(3, "Bath"), (4, "Hartfield")]
    ]
    result = PromptCompressor(tiny_scorer, CompressionConfig.rag().with_(coarse_factor=1)).compress(
        texts, question="How many rooms has Hartfield?", rate=0.5
    )
    assert [context.index for context in result.contexts] == [1]
    assert "Hartfield" not in result.texts[0]


def test_contexts_go_whole_where_all_have_too_much_to_keep():
    """They would be few enough for k times the budget, but what must stay of them would not fit."""
    texts = ["Lions sleep all day in the warm grass.", "Emma is by Jane Austen.", "Emma came out in 1815."]
    config = CompressionConfig(ranker="bm25", coarse_factor=2.0, must_keep=MustKeep(first=1))
    result = PromptCompressor(config=config).compress(texts, question="Who wrote Emma?", target_tokens=15)
    assert result.texts == texts[1:]
    assert [dropped.index for dropped in result.dropped] == [0]


def test_a_ranker_of_the_users_own(tiny_scorer):
    """Any object with rank() decides about whole contexts."""

    class Last:
        def rank(self, question, texts):
            import numpy as np

            return np.arange(len(texts), dtype=float)

    texts = [f"Text number {n} is as long as any other text here." for n in range(4)]
    compressor = PromptCompressor(tiny_scorer, CompressionConfig.rag().with_(coarse_factor=1), ranker=Last())
    result = compressor.compress(texts, question="number 0?", rate=0.25)
    assert [context.index for context in result.contexts] == [3]


def test_in_another_order_all_is_accounted_for():
    """What was left out is listed as it came, and the best contexts are selected whatever their order."""

    class Backwards:
        def rank(self, question, texts):
            return [float(text.split()[1]) for text in texts]

    config = CompressionConfig(scorer="relevance", order="relevance", coarse_factor=1.0, floor=None)
    texts = [f"Number {n} is a sentence of its own." for n in (3, 1, 4, 2, 5)]
    result = PromptCompressor(config=config, ranker=Backwards()).compress(texts, question="which?", rate=0.4)
    assert [context.index for context in result.contexts] == [4, 2]
    assert [gone.index for gone in result.dropped] == [0, 1, 3]
    assert [gone.reason for gone in result.dropped] == [f"not selected: ranked {n} of 5" for n in (3, 5, 4)]
