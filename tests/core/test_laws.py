"""Laws 1 to 6 over any Unicode, on a tiny random model (DESIGN: laws)."""

from __future__ import annotations

import copy
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import laws
from lingua_integrations import CompressionConfig, Context, PromptCompressor
from lingua_integrations.core.text.atoms import segment
from lingua_integrations.core.text.documents import read
from lingua_integrations.core.text.words import finer

rates = st.floats(0.05, 1.0)
configs = st.builds(
    CompressionConfig.rag().with_,
    segment_tokens=st.sampled_from([5, 20, 100]),
    ranker=st.sampled_from(["bm25", "perplexity"]),
    coarse_factor=st.sampled_from([1.0, 2.0, 10.0]),
    unit_score=st.sampled_from(["mean", "max", "sum"]),
    fill=st.booleans(),
)
questions = st.one_of(st.none(), laws.prose)


def compress(scorer, inputs, config, **request):
    """The result, or that of the least budget that works."""
    return laws.or_least(PromptCompressor(scorer, config).compress, inputs, **request)


@given(inputs=laws.texts, question=questions, rate=rates, config=configs)
def test_laws_of_atoms(tiny_scorer, o200k, inputs, question, rate, config):
    """Budget, extractive, whole atoms and provenance hold for any text."""
    before = copy.deepcopy(inputs)
    result = compress(tiny_scorer, inputs, config, question=question, rate=rate)
    assert inputs == before
    laws.budget(result, o200k)
    laws.provenance(result, inputs)
    for context in result.contexts:
        laws.extractive(context)
        laws.whole_atoms(context)


@given(inputs=laws.texts, rate=rates)
def test_laws_of_tokens(tiny_scorer, o200k, inputs, rate):
    """Sub-word units keep the same laws, but for whole atoms."""
    result = compress(tiny_scorer, inputs, CompressionConfig.rag().with_(unit="token"), rate=rate)
    laws.budget(result, o200k)
    laws.provenance(result, inputs)
    for context in result.contexts:
        laws.extractive(context)


@given(inputs=laws.texts, instruction=laws.prose, question=laws.prose, rate=rates)
def test_prompt_scope(tiny_scorer, o200k, inputs, instruction, question, rate):
    """In prompt scope the budget bounds the joined prompt, and every part is extractive."""
    paper = CompressionConfig.paper()
    result = compress(tiny_scorer, inputs, paper, instruction=instruction, question=question, rate=rate)
    assert o200k(result.prompt) == result.tokens_after <= result.budget
    for part in [result.instruction, *result.contexts, result.question]:
        if part is not None:
            laws.extractive(part)


@given(inputs=laws.texts, rate=rates, config=configs.filter(lambda config: config.fill))
def test_no_unit_that_fits_is_left_out(tiny_scorer, o200k, inputs, rate, config):
    """With fill, adding any dropped unit that needs no other breaks the budget."""
    assume(all(finer(read(text), segment).structure is None for text in inputs))
    result = compress(tiny_scorer, inputs, config, rate=rate)
    spare = result.budget - result.tokens_after
    for context in result.contexts:
        units = segment(context.original)
        kept = [any(s <= a < e for s, e in context.spans) for a in units.starts.tolist()]
        for unit in [i for i, stays in enumerate(kept) if not stays]:
            more = units.join(_indices([*kept[:unit], True, *kept[unit + 1 :]]))
            assert o200k(more) - context.tokens_after > spare, units.strings()[unit]


@given(inputs=laws.texts, config=configs)
def test_rate_one_is_the_identity(tiny_scorer, inputs, config):
    """A rate of 1 hands everything on as it came, without asking the model."""
    result = PromptCompressor(tiny_scorer, config).compress(inputs, rate=1.0)
    assert result.texts == inputs
    assert result.model is None


@given(first=laws.texts, second=laws.texts, rate=rates)
def test_same_call_same_output(tiny_scorer, first, second, rate):
    """Neither repetition nor another call in between changes a result."""
    config = CompressionConfig.rag().with_(segment_tokens=20)
    once = compress(tiny_scorer, first, config, rate=rate)
    compress(tiny_scorer, second, config, rate=rate)
    assert compress(tiny_scorer, first, config, rate=rate) == once


def test_threads_get_the_same_answers(tiny_scorer):
    """One compressor serves many threads."""
    compressor = PromptCompressor(tiny_scorer, "rag")
    inputs = [
        [f"{'The cat sat on the mat, number '} {n}. " * 9, "Dogs run far, 12 miles. " * n]
        for n in range(1, 9)
    ]
    alone = [compressor.compress(texts, question="cat?", rate=0.4) for texts in inputs]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda texts: compressor.compress(texts, question="cat?", rate=0.4), inputs))
    assert together == alone


async def test_async_gives_the_same_answer(tiny_scorer):
    """`acompress` is `compress` off the event loop."""
    compressor = PromptCompressor(tiny_scorer, "rag")
    texts = ["The quick brown fox jumps over the lazy dog. " * 8]
    assert await compressor.acompress(texts, rate=0.3) == compressor.compress(texts, rate=0.3)


@pytest.mark.parametrize("rate", [0.05, 0.3, 0.6, 0.9])
@pytest.mark.parametrize(
    "text",
    [
        "three short words",
        "The year 2024 was good: revenue grew 12.5% to $3,400. " * 40,
        "在2019年，他用Python写了一个程序。这很好。" * 40,
        "word " * 5000,
        "a " + "x" * 4000 + " b " + "https://example.org/" + "y" * 900 + " c d e f",
    ],
    ids=["short", "prose", "chinese", "beyond-the-window", "huge-units"],
)
def test_shapes_of_input(tiny_scorer, o200k, text, rate):
    """Short, long, longer than the scorer's window, Chinese, units larger than a segment."""
    result = compress(tiny_scorer, [text], CompressionConfig.rag(), rate=rate)
    laws.budget(result, o200k)
    laws.filled(result, o200k, lambda t: segment(t).strings())
    for context in result.contexts:
        laws.extractive(context)
        laws.whole_atoms(context)
        assert "\ufffd" not in context.text


# Most texts have a part that needs another one.
@settings(max_examples=15, suppress_health_check=[HealthCheck.filter_too_much])
@given(inputs=st.lists(laws.prose.filter(str.strip), min_size=1, max_size=4), rate=st.floats(0.2, 0.9))
def test_the_budget_is_used_up(tiny_scorer, o200k, inputs, rate):
    """Where there is much of small units that need no others, 0.97 of the budget comes out."""
    long = [(text + "\n") * (1 + 1500 // (1 + o200k(text))) for text in inputs]
    assume(all(finer(read(text), segment).structure is None for text in long))
    result = compress(tiny_scorer, long, CompressionConfig.rag(), rate=rate)
    assume(laws.filled(result, o200k, lambda text: segment(text).strings()))


def test_many_windows(tiny_scorer, o200k):
    """One document of 20 windows keeps the law, too."""
    text = "".join(f"Line {n}: the cat number {n * 7919 % 1000} sat, and ran.\n" for n in range(800))
    assert o200k(text) > 20 * tiny_scorer.window
    result = PromptCompressor(tiny_scorer, "rag").compress([text], rate=0.3)
    laws.budget(result, o200k)
    assert result.tokens_after >= 0.97 * result.budget
    laws.extractive(result.contexts[0])


@given(inputs=st.lists(laws.prose, min_size=1, max_size=4), rate=rates, data=st.data())
def test_what_must_stay_stays(tiny_scorer, inputs, rate, data):
    """Spans to keep survive, or the error says with which budget they would."""
    contexts = []
    for text in inputs:
        spans = [m.span() for m in laws.regex.finditer(r"\S+", text)]
        keep = data.draw(st.lists(st.sampled_from(spans), max_size=3)) if spans else []
        contexts.append(Context(text, keep=tuple(keep)))
    result = compress(tiny_scorer, contexts, CompressionConfig.rag(), rate=rate)
    for context in result.contexts:
        for start, end in contexts[context.index].keep:
            assert any(s <= start and end <= e for s, e in context.spans)
    for gone in result.dropped:
        assert not contexts[gone.index].keep


def _indices(mask):
    import numpy as np

    return np.flatnonzero(np.asarray(mask, dtype=bool))
