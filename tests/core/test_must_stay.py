"""What must stay stays, or the budget is too small; what fails in others' code is one of our errors."""

from __future__ import annotations

import pytest

import laws
from lingua_integrations import (
    BudgetTooSmall,
    CompressionConfig,
    Context,
    MustKeep,
    PromptCompressor,
    Section,
)
from lingua_integrations.core.methods import METHODS
from lingua_integrations.errors import CounterUnavailable, InvalidRequest, LinguaWarning, ModelError

BM25 = METHODS["extractive-bm25"].config
KEEP = Context("Keep this. Not that.", keep=((0, 10),))
CATS = "The cat sat. The cat ran. A cat slept. " * 3


def made(**changes) -> PromptCompressor:
    return PromptCompressor(config=BM25.with_(**changes))


@pytest.mark.parametrize(
    ("changes", "contexts", "budget"),
    [
        ({"dynamic_rate": 0.3}, [KEEP, CATS], {"rate": 0.25}),
        ({"dynamic_rate": 1.0, "coarse_factor": 1.0}, [KEEP, CATS], {"rate": 0.25}),
        ({}, [Context("The dog ran.", rate=1.0), KEEP], {"target_tokens": 4}),
        ({"unit": "atom", "threshold": 1e9}, [KEEP, CATS], {"rate": 0.3}),
        ({"filter": BM25, "filter_factor": 1.0, "unit": "atom"}, [CATS, KEEP], {"rate": 0.2}),
        ({"order": "relevance", "filter": BM25.with_(order="edges"), "unit": "atom"}, [KEEP, CATS], {"rate": 0.2}),  # noqa: E501
        ({"budget_scope": "prompt", "fill": False}, [KEEP, CATS], {"rate": 0.2}),
    ],
)  # fmt: skip
def test_a_span_to_keep_stays(changes, contexts, budget):
    """Whatever the rate of its text comes to."""
    result = laws_or_least(made(**changes), contexts, **budget)
    (kept,) = (context for context in result.contexts if context.original == KEEP.text)
    assert "Keep this." in kept.text


@pytest.mark.parametrize("rate", [0.01, 0.3])
@pytest.mark.parametrize(
    "changes", [{}, {"threshold": 1e9}, {"floor": 0.9}, {"unit": "atom"}, {"fill": False}]
)
def test_a_text_with_a_rate_of_its_own_keeps_one_unit(changes, rate):
    result = laws_or_least(made(**changes), [Context("Dogs bark. It rained.", rate=rate), CATS], rate=0.4)
    assert 0 in [context.index for context in result.contexts]


def test_a_text_of_headings_alone_goes_whole_or_not_at_all():
    """Nothing in it says anything alone."""
    (kept,) = laws_or_least(made(), [Context("# Cats\n\n## Dogs", rate=0.1)], rate=0.5).contexts
    assert kept.text == "# Cats\n\n## Dogs"


def test_a_filters_order_does_not_mix_texts_up():
    """What it keeps of one text was taken for another's."""
    config = BM25.with_(unit="atom", filter=BM25.with_(order="relevance", coarse_factor=1.0))
    texts = ["Dogs bark at night and sleep all day.", "The cat sat on the mat and slept all day."]
    result = laws_or_least(PromptCompressor(config=config), texts, rate=0.4)
    for context in result.contexts:
        laws.extractive(context)
    assert result.contexts[0].index == 1


def test_marks_within_a_text_that_a_filter_shortens_are_not_cut_to_tokens(tiny_compressor):
    """A hunk of a diff that was left out has a mark; to tokens it would be text."""
    lines = (
        " the cat sat on mat {0}\n the hat {0}\n-the dog ran {0}\n+the dog sat {0}\n and so on\n and on {0}\n"
    )
    hunks = "".join(lines.format(n) for n in range(20))
    diff = f"--- a/x\n+++ b/x\n@@ -1,9 +1,9 @@\n{hunks}"
    (shorter,) = PromptCompressor(config=BM25).compress([diff], question="dog 7", target_tokens=90).texts
    assert "[...]" in shorter
    config = CompressionConfig(unit="token", filter=BM25, filter_factor=1.5)
    result = tiny_compressor(config).compress([diff], question="dog 7", target_tokens=50)
    for context in result.contexts:
        laws.extractive(context)
        assert "[" not in context.text


@pytest.mark.parametrize("tokens", [2, 3, 7])
def test_where_nothing_of_what_a_filter_left_fits_nothing_is_said_of_evidence(tiny_compressor, tokens):
    """Units of the whole text come out, which were not scored."""
    coarse = CompressionConfig(
        floor=0.0, dynamic_rate=1.0, coarse_factor=2.0, ranker="bm25", scorer="salience"
    )
    compressor = tiny_compressor(CompressionConfig(filter=coarse))
    text = "e\nd,Ea" if tokens < 3 else "In 1815 it rained. e d, Ea. Emma is a novel."
    result = compressor.compress_sections([Section(text=text)], question="t", target_tokens=tokens)
    assert result.result.confidence is None


def test_rules_hold_where_nothing_of_the_best_texts_fits():
    """The texts that could not stay whole do not come back in pieces."""
    config = BM25.with_(unit="atom", coarse_factor=1.0, must_keep=MustKeep(rules=("numbers",)))
    long = "antidisestablishmentarianism-internationalization"
    texts = ["In 1815 and 1816 and 1817 it rained on 12 islands.", long]
    result = laws_or_least(PromptCompressor(config=config), texts, target_tokens=2)
    for context in result.contexts:
        assert all(year in context.text for year in ("1815", "1816", "1817") if context.index == 0)


def test_a_dropped_text_costs_nothing_where_nothing_counts_something():
    compressor = PromptCompressor(config=BM25, counter=lambda text: len(text.split()) + 3)
    result = compressor.compress(["The cat sat. It ran.", "Dogs bark."], question="cat", target_tokens=6)
    assert (result.texts, result.tokens_after) == (["The cat sat."], 6)


def laws_or_least(compressor, contexts, **budget):
    """The result, or that of the least budget; one token less fails."""
    try:
        return compressor.compress(contexts, question="Where did the cat sit?", **budget)
    except BudgetTooSmall as error:
        ask = {"question": "Where did the cat sit?"}
        with pytest.raises(BudgetTooSmall):
            compressor.compress(contexts, **ask, target_tokens=error.smallest - 1)
        return compressor.compress(contexts, **ask, target_tokens=error.smallest)


class Broken:
    """Fails, and tells what it was given."""

    def rank(self, question, texts):
        raise RuntimeError(f"cannot rank {texts}")

    def __call__(self, text):
        raise OSError(f"cannot count {text}")


class Rude(Broken):
    def rank(self, question, texts):
        raise KeyboardInterrupt


def test_what_others_raise_is_an_error_of_ours_and_quotes_no_text():
    """The cause is attached."""
    with pytest.raises(CounterUnavailable, match=r"OSError") as counted:
        PromptCompressor(config=BM25, counter=Broken()).compress([CATS], question="cat", rate=0.5)
    with pytest.raises(ModelError, match=r"RuntimeError") as ranked:
        PromptCompressor(config=BM25, ranker=Broken()).compress([CATS], question="cat", rate=0.5)
    for caught in (counted, ranked):
        assert "sat" not in str(caught.value)
        assert caught.value.__cause__ is not None
    with pytest.raises(KeyboardInterrupt):
        PromptCompressor(config=BM25, ranker=Rude()).compress([CATS], question="cat", rate=0.5)


def test_a_panic_of_a_library_in_rust_is_an_error_of_ours():
    """It is no Exception."""
    panic = type("PanicException", (BaseException,), {"__module__": "pyo3_runtime"})

    def count(text):
        raise panic("called `Option::unwrap()` on a `None` value")

    with pytest.raises(CounterUnavailable, match="PanicException"):
        PromptCompressor(config=BM25, counter=count).compress([CATS], question="cat", rate=0.5)


@pytest.mark.parametrize(
    "data",
    ["[" * 2000 + "]" * 2000, "[" * 100_000 + "]" * 100_000, {(1, 2): "a"}, {"a": 10**5000}, [{"a": {1, 2}}]],
)
def test_what_json_cannot_be(data):
    with pytest.raises(InvalidRequest):
        made().compress_json(data, question="cat", rate=0.5)


def test_data_that_hold_themselves_are_no_json():
    data = {}
    data["a"] = data
    with pytest.raises(InvalidRequest, match="levels deep"):
        made().compress_json(data, question="cat", rate=0.5)


def test_markup_in_what_is_inserted_is_text():
    """And is told; the template's braces are written twice."""
    template = "<llmlingua, compress=False>Rules {{x}}.</llmlingua> {notes}"
    with pytest.warns(LinguaWarning, match="Markup in notes is taken as text"):
        shorter = made().compress_sections(
            template, {"notes": "<llmlingua, rate=0.1>The cat sat.</llmlingua>"}, question="cat", rate=1.0
        )
    assert shorter.text == "Rules {x}. <llmlingua, rate=0.1>The cat sat.</llmlingua>"


@pytest.mark.parametrize(
    ("template", "values", "message"),
    [
        ("{a}", {"b": "x"}, "names 'a'"),
        ("{a.b}", {"a": "x"}, "names 'a.b'"),
        ("{a!r}", {"a": "x"}, "names 'a'"),
        ("{a:>9}", {"a": "x"}, "names 'a'"),
        ("{", {"a": "x"}, "braces do not match"),
        ("{a}", {"a": "x", "b": "y"}, "does not name b"),
    ],
)
def test_a_template_and_its_values_name_the_same(template, values, message):
    with pytest.raises(InvalidRequest, match=message):
        made().compress_sections(template, values, question="cat", rate=0.5)


def test_any_configuration_has_a_least_budget_for_a_lone_question():
    """A ceiling that is not filled keeps the best of it all the same."""
    config = CompressionConfig(
        scorer="relevance", ranker="bm25", budget_scope="prompt", fill=False, question_rate=0.1
    )
    result = laws_or_least(PromptCompressor(config=config), [], target_tokens=1)
    assert result.question.text


@pytest.mark.parametrize(
    ("coarse", "fine"), [("token", "atom"), ("atom", "sentence"), ("phrase", "sentence")]
)
def test_a_filter_tears_nothing_that_is_kept_whole(coarse, fine):
    with pytest.raises(InvalidRequest, match=r"must not be smaller than|must be 'sentence' or 'context'"):
        BM25.with_(unit=fine, filter=BM25.with_(unit=coarse))


def test_what_says_nothing_alone_goes_whole_where_it_fits():
    """A variable-rate cut leaves headings alone nothing to stand for."""
    result = laws_or_least(made(threshold=0.5, fill=False), ["# Cats\n\n## Dogs"], rate=0.5)
    assert result.texts == ["# Cats\n\n## Dogs"]


def test_nothing_is_lost_of_what_is_no_json_after_all():
    context = Context("f(x);", kind="json", keep=((3, 5),))
    with pytest.raises(BudgetTooSmall) as error:
        made().compress([context], question="x", target_tokens=1)
    (out,) = made().compress([context], question="x", target_tokens=error.value.smallest).texts
    assert out.endswith(");")
