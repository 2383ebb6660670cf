"""LinguaExampleSelector: whole demonstrations to a budget, shorter fields inside, both few-shot templates."""

from __future__ import annotations

import copy
import pickle
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_core.example_selectors import BaseExampleSelector, LengthBasedExampleSelector
from langchain_core.prompts import (
    ChatPromptTemplate,
    FewShotChatMessagePromptTemplate,
    FewShotPromptTemplate,
    PromptTemplate,
)

import laws
from lingua_integrations import BudgetTooSmall, CompressionConfig, MustKeep, PromptCompressor, usage
from lingua_integrations.core.prune.rankers.lexical import BM25Ranker
from lingua_integrations.errors import InvalidRequest, LinguaWarning
from lingua_integrations.langchain import LinguaExampleSelector
from slow import beats_during

EXAMPLES = [
    {"question": "How many legs have two cats?", "answer": "One cat has 4 legs, so 2 * 4 = 8. The sum is 8."},
    {"question": "What is half of ten apples?", "answer": "Ten apples in halves: 10 / 2 = 5. The sum is 5."},
    {"question": "How many legs has a spider?", "answer": "A spider has eight of them, and so it is 8."},
    {"question": "What do three pens at $2 cost?", "answer": "Each is $2, so 3 * 2 = 6. The sum is 6."},
]
WRITTEN = PromptTemplate.from_template("Q: {question}\nA: {answer}")
INPUT = {"question": "How many legs have three cats?"}


def text_of(examples):
    return "\n\n".join(WRITTEN.format(**example) for example in examples)


def selector(**settings):
    if "target_tokens" not in settings:
        settings = {"rate": 0.6} | settings
    defaults = {"examples": EXAMPLES, "example_prompt": WRITTEN, "ranker": BM25Ranker(), "min_tokens": 0}
    return LinguaExampleSelector(**defaults | settings)


class Cats(BaseExampleSelector):
    """A selector of someone else's: whatever has cats or spiders in it."""

    def add_example(self, example):
        EXAMPLES.append(example)

    def select_examples(self, input_variables):
        return [EXAMPLES[0], EXAMPLES[2]]


async def test_whole_demonstrations_the_best_that_fit(o200k):
    """Copies, in their order, sync as async; none is left out that would still fit."""
    before = copy.deepcopy(EXAMPLES)
    results = []
    one = selector(on_result=results.append)
    chosen = one.select_examples(INPUT)
    assert chosen == await one.aselect_examples(INPUT)
    assert before == EXAMPLES
    assert EXAMPLES[0] in chosen
    assert 0 < len(chosen) < 4
    assert [EXAMPLES.index(example) for example in chosen] == sorted(map(EXAMPLES.index, chosen))
    assert all(example is not EXAMPLES[EXAMPLES.index(example)] for example in chosen)
    budget = int(0.6 * o200k(text_of(EXAMPLES)))
    assert o200k(text_of(chosen)) == results[0].tokens_after <= budget == results[0].budget
    rest = [example for example in EXAMPLES if example not in chosen]
    for example in rest:
        assert o200k(text_of([*chosen, example])) > budget


@settings(max_examples=40)
@given(
    examples=st.lists(
        st.fixed_dictionaries({"question": laws.prose, "answer": laws.prose}), min_size=1, max_size=5
    ),
    rate=st.floats(0.1, 1.0),
    fields=st.sampled_from([(), ("answer",), ("question", "answer")]),
)
def test_the_budget_holds_whatever_the_examples(tiny_scorer, o200k, examples, rate, fields):
    """With and without shorter fields; what stands outside of the fields stays."""
    examples = [{**example, "id": f"<{i}>"} for i, example in enumerate(examples)]
    template = PromptTemplate.from_template("{id} {question} -> {answer}")
    one = LinguaExampleSelector(
        examples=examples,
        example_prompt=template,
        ranker=BM25Ranker(),
        fields=fields,
        rate=rate,
        min_tokens=0,
        when_too_small="raise",
        compressor=PromptCompressor(tiny_scorer, "rag"),
    )
    budget = max(1, int(rate * o200k("\n\n".join(template.format(**example) for example in examples))))
    try:
        chosen = one.select_examples(INPUT)
    except BudgetTooSmall as error:
        assert error.budget == budget < error.smallest
        below = one.model_copy(update={"rate": None, "target_tokens": error.smallest - 1})
        with pytest.raises(BudgetTooSmall):
            below.select_examples(INPUT)
        budget = error.smallest
        one = one.model_copy(update={"rate": None, "target_tokens": budget})
        chosen = one.select_examples(INPUT)
    assert o200k("\n\n".join(template.format(**example) for example in chosen)) <= budget
    for example in chosen:
        original = examples[int(example["id"][1:-1])]
        for field in ("question", "answer"):
            if field not in fields:
                assert example[field] == original[field]


def test_shorter_fields_leave_room_for_more(o200k):
    """With fields to compress more demonstrations come through, at the same budget; the call counts once."""
    compressor = PromptCompressor(config="steps")
    whole = selector(rate=0.7, compressor=compressor).select_examples(INPUT)
    results = []
    inside = selector(rate=0.7, compressor=compressor, fields=("answer",), on_result=results.append)
    with usage() as total:
        chosen = inside.select_examples(INPUT)
    assert len(chosen) > len(whole)
    assert [example["question"] for example in chosen] == [
        example["question"] for example in EXAMPLES if example["question"] in {c["question"] for c in chosen}
    ]
    assert o200k(text_of(chosen)) <= 0.7 * o200k(text_of(EXAMPLES))
    assert any(example not in EXAMPLES for example in chosen)
    assert all(example["answer"] for example in chosen)
    assert (total.calls, total.tokens_before) == (1, o200k(text_of(EXAMPLES)))
    assert total.tokens_after == o200k(text_of(chosen)) == results[0].tokens_after


def test_fewer_where_so_many_leave_no_room(tiny_scorer, o200k):
    """Rules may keep too much of twice the budget; then fewer come through, in the end whole ones."""
    config = CompressionConfig.rag().with_(must_keep=MustKeep(patterns=(r"\w+",)))
    one = selector(
        rate=0.5, fields=("answer",), compressor=PromptCompressor(tiny_scorer, config)
    ).select_examples(INPUT)
    assert one
    assert o200k(text_of(one)) <= 0.5 * o200k(text_of(EXAMPLES))
    assert all(example in EXAMPLES for example in one)


async def test_another_selector_chooses_first():
    one = selector(examples=Cats(), rate=1.0)
    assert one.select_examples(INPUT) == [EXAMPLES[0], EXAMPLES[2]] == await one.aselect_examples(INPUT)
    nested = LengthBasedExampleSelector(examples=EXAMPLES, example_prompt=WRITTEN, max_length=30)
    assert all(
        example in EXAMPLES[:2] for example in selector(examples=nested, rate=1.0).select_examples(INPUT)
    )


async def test_adding_examples():
    """To the own list, not to the caller's; to the selector behind it."""
    given = EXAMPLES[:1]
    one = selector(examples=given, rate=1.0)
    one.add_example(EXAMPLES[1])
    await one.aadd_example(EXAMPLES[2])
    assert len(given) == 1
    assert one.select_examples(INPUT) == EXAMPLES[:3]
    behind = LengthBasedExampleSelector(examples=[], example_prompt=WRITTEN)
    outer = selector(examples=behind)
    outer.add_example(EXAMPLES[0])
    await outer.aadd_example(EXAMPLES[1])
    assert behind.examples == EXAMPLES[:2]


BRACES = [
    {"question": "What is {x} in {'a': {1}}?", "answer": "A set {1}, and `{x}` is its name."},
    {"question": "And what is {}?", "answer": "An empty dict {}."},
]


async def test_in_the_string_template():
    """Values with braces in them come through as they are."""
    prompt = FewShotPromptTemplate(
        example_selector=selector(examples=BRACES, rate=1.0, double_braces=True),
        example_prompt=WRITTEN,
        suffix="Q: {question}\nA:",
        input_variables=["question"],
    )
    text = prompt.format(**INPUT)
    assert text == text_of(BRACES) + f"\n\nQ: {INPUT['question']}\nA:"
    assert await prompt.aformat(**INPUT) == text
    assert prompt.invoke(INPUT).to_string() == text


def test_in_a_template_of_jinja2():
    """What would be read as a mark there comes through as it is, halves of marks included."""
    hard = [
        {"question": "What is {{ x }}?", "answer": "{% if x %}{# no #}{ {{ } {"},
        {"question": "{", "answer": "%"},
    ]
    written = PromptTemplate.from_template("Q: {{question}}\nA: {{answer}}", template_format="jinja2")
    prompt = FewShotPromptTemplate(
        example_selector=selector(examples=hard, rate=1.0, double_braces=True, template_format="jinja2"),
        example_prompt=written,
        suffix="Q: {{question}}\nA:",
        template_format="jinja2",
        input_variables=["question"],
    )
    shown = [f"Q: {one['question']}\nA: {one['answer']}" for one in hard]
    assert prompt.format(**INPUT) == "\n\n".join([*shown, f"Q: {INPUT['question']}\nA:"])


def test_a_format_without_double_braces_is_refused():
    with pytest.raises(InvalidRequest, match="double_braces"):
        selector(examples=BRACES, template_format="jinja2")


async def test_in_the_chat_template():
    chat = FewShotChatMessagePromptTemplate(
        example_selector=selector(examples=BRACES, rate=1.0),
        example_prompt=ChatPromptTemplate([("human", "{question}"), ("ai", "{answer}")]),
        input_variables=["question"],
    )
    prompt = ChatPromptTemplate([("system", "Be brief."), chat, ("human", "{question}")])
    messages = prompt.invoke(INPUT).to_messages()
    assert [one.content for one in messages[1:5]] == [text for one in BRACES for text in one.values()]
    assert (await prompt.ainvoke(INPUT)).to_messages() == messages


def test_what_they_are_ranked_by():
    """The input variables asked for, or all that are text."""
    seen = []

    class Listening:
        def rank(self, question, texts):
            seen.append(question)
            return np.zeros(len(texts))

    variables = {"question": "a", "style": "b", "number": 3}
    selector(ranker=Listening()).select_examples(variables)
    selector(ranker=Listening(), input_keys=("question", "none")).select_examples(variables)
    assert seen == ["a\nb", "a"]


def test_small_prompts_stay(o200k):
    """Below `min_tokens`, which is of all demonstrations as they are written, nothing is chosen."""
    results = []
    tokens = o200k(text_of(EXAMPLES))
    for above in (1000, tokens + 1):
        assert selector(min_tokens=above, on_result=results.append).select_examples(INPUT) == EXAMPLES
        assert f"min_tokens={above}" in results[-1].note
    chosen = selector(min_tokens=tokens, on_result=results.append).select_examples(INPUT)
    assert 0 < len(chosen) < len(EXAMPLES)
    assert results[-1].note is None
    assert selector(examples=[]).select_examples(INPUT) == []


@pytest.mark.parametrize("fields", [(), ("answer",), ("question", "answer")])
def test_where_not_one_fits(fields, o200k):
    """The least that works over the budget, or all of them as they were, or an error that says the least."""
    results = []
    few = {"fields": fields, "target_tokens": 3, "on_result": results.append}
    with pytest.raises(BudgetTooSmall, match="not one demonstration fits") as caught:
        selector(**few, when_too_small="raise").select_examples(INPUT)
    least = caught.value.smallest
    with pytest.warns(LinguaWarning, match=f"smallest that works is {least}. That result was passed on"):
        (chosen,) = selector(**few).select_examples(INPUT)
    assert 3 < o200k(WRITTEN.format(**chosen)) == results[0].tokens_after <= results[0].budget == least
    assert "the least that works" in results[0].note
    assert selector(fields=fields, target_tokens=least).select_examples(INPUT) == [chosen]
    with pytest.raises(BudgetTooSmall):
        selector(fields=fields, target_tokens=least - 1, when_too_small="raise").select_examples(INPUT)
    gone = {one.index: one.original for one in results[0].dropped}
    (left,) = {context.index for context in results[0].contexts}
    assert {left, *gone} == {0, 1, 2, 3}
    assert all(gone[i] == WRITTEN.format(**EXAMPLES[i]) for i in gone)
    assert chosen.keys() == EXAMPLES[left].keys()
    assert all(chosen[field] and chosen[field] in EXAMPLES[left][field] for field in chosen)
    for lenient in (
        {"when_too_small": "passthrough"},
        {"when_too_small": "raise", "on_error": "passthrough"},
    ):
        with pytest.warns(LinguaWarning, match="passed on uncompressed: .*not one demonstration fits"):
            assert selector(**few, **lenient).select_examples(INPUT) == EXAMPLES
    assert len(results) == 2
    assert (results[1].tokens_after, results[1].dropped) == (o200k(text_of(EXAMPLES)), ())


def test_failing():
    """A demonstration without the field is named, and `spread` is no setting of the selector."""
    with pytest.raises(InvalidRequest, match="no text in the field 'rationale'"):
        selector(rate=0.3, fields=("rationale",)).select_examples(INPUT)
    with pytest.raises(ValueError, match="There is no setting"):
        selector(spread="each")


async def test_the_event_loop_stays_free():
    class Slow:
        def rank(self, question, texts):
            time.sleep(0.3)
            return np.zeros(len(texts))

    assert await beats_during(selector(ranker=Slow()).aselect_examples(INPUT)) > 5


@pytest.mark.model
def test_with_defaults_on_real_weights(o200k):
    """By similarity, by perplexity, and with shorter answers."""
    budget = int(0.6 * o200k(text_of(EXAMPLES)))
    for how in ({}, {"rank_by": "perplexity"}, {"fields": ("answer",)}):
        one = LinguaExampleSelector(examples=EXAMPLES, example_prompt=WRITTEN, rate=0.6, min_tokens=0, **how)
        chosen = one.select_examples(INPUT)
        assert chosen == one.select_examples(INPUT)
        assert 0 < o200k(text_of(chosen)) <= budget
        if "rank_by" not in how:
            assert EXAMPLES[0]["question"] in [example["question"] for example in chosen]
    config = CompressionConfig.paper().with_(budget_scope="contexts")
    paper = LinguaExampleSelector(
        examples=EXAMPLES,
        example_prompt=WRITTEN,
        rate=0.6,
        min_tokens=0,
        rank_by="perplexity",
        fields=("answer",),
        config=config,
    )
    assert 0 < o200k(text_of(paper.select_examples(INPUT))) <= budget


def test_a_single_one_is_shortened_where_no_more_fit(o200k):
    """The best of them, although others are shorter; its place is in the result."""
    results = []
    long = {"question": "How many legs have 2 cats?", "answer": "One cat has 4 legs. " * 12 + "The sum is 8."}
    few = [EXAMPLES[1], long, EXAMPLES[3]]
    one = selector(examples=few, fields=("answer",), target_tokens=19, on_result=results.append)
    ((chosen),) = one.select_examples(INPUT)
    assert (chosen["question"], chosen["answer"]) == (long["question"], "The sum is 8.")
    assert [context.index for context in results[0].contexts] == [1]
    assert sorted(gone.index for gone in results[0].dropped) == [0, 2]
    assert o200k(WRITTEN.format(**chosen)) == results[0].tokens_after <= results[0].budget == 19
    assert results[0].tokens_before == o200k(text_of(few))


def test_no_field_loses_all_its_text():
    """A demonstration without its answer, or without its question, would teach nonsense."""
    one = selector(fields=("question", "answer"), rate=0.5)
    chosen = one.select_examples(INPUT)
    assert all(example["question"] and example["answer"] for example in chosen)
    with pytest.raises(BudgetTooSmall) as caught:
        selector(fields=("question", "answer"), target_tokens=8, when_too_small="raise").select_examples(
            INPUT
        )
    smallest = caught.value.smallest
    assert caught.value.budget == 8
    (chosen,) = selector(fields=("question", "answer"), target_tokens=smallest).select_examples(INPUT)
    assert chosen["question"]
    assert chosen["answer"]


def test_the_rate_is_the_given_compressors(o200k):
    """Unless the selector names one itself; a copy has examples of its own; pickles come back."""
    given = PromptCompressor(config=CompressionConfig(scorer="tail", rate=0.3, coarse_factor=None))
    one = LinguaExampleSelector(
        examples=EXAMPLES,
        example_prompt=WRITTEN,
        rank_by="similarity",
        ranker=BM25Ranker(),
        min_tokens=0,
        compressor=given,
    )
    results = []
    one.on_result = results.append
    one.select_examples(INPUT)
    assert results[0].budget == int(0.3 * o200k(text_of(EXAMPLES)))
    copied = one.model_copy()
    copied.add_example({"question": "Why?", "answer": "So."})
    assert len(one.examples) == 4
    loaded = pickle.loads(pickle.dumps(selector(ranker=None, method="steps", fields=("answer",))))
    assert (loaded.examples, loaded.method) == (EXAMPLES, "steps")


@pytest.mark.parametrize(
    "without_effect",
    [
        {"method": "rag"},
        {"model": "smollm2-135m-q4_1"},
        {"coarse_factor": 2.0},
        {"rank_by": "perplexity"},
    ],
    ids=str,
)
def test_what_would_have_no_effect_is_refused(without_effect):
    """Methods are for the text of fields, and a ranker of the user's own ranks instead of `rank_by`."""
    with pytest.raises(InvalidRequest, match=next(iter(without_effect))):
        selector(**without_effect)


def test_a_pickle_says_what_it_leaves_out(caplog):
    """A ranker of the user's own and a callback are live."""
    pickle.dumps(selector(on_result=print))
    assert "leaves out what is live: on_result, ranker" in caplog.text
