"""Structured prompts: sections, the reference's markup, JSON."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import laws
from lingua_integrations import BudgetTooSmall, CompressionConfig, PromptCompressor
from lingua_integrations.core.sections import MarkupError, Section, parse_markup
from lingua_integrations.core.structured import frame_of_json
from lingua_integrations.core.text.data.literals import is_json
from lingua_integrations.errors import InvalidRequest

PROSE = "The quick brown fox jumps over the lazy dog near the old river bank. " * 6


@pytest.fixture
def compressor(tiny_compressor):
    return tiny_compressor(CompressionConfig.rag().with_(segment_tokens=40))


@settings(max_examples=50)
@given(
    sections=st.lists(
        st.builds(Section, text=laws.prose | laws.anything, compress=st.booleans()), min_size=1, max_size=5
    ),
    rate=st.floats(0.1, 1.0),
)
def test_sections_that_stay_are_byte_equal(tiny_compressor, o200k, sections, rate):
    """The budget bounds the whole text; what stays stays, white space at the edges of all sections, too."""
    compressor = tiny_compressor(CompressionConfig.rag().with_(segment_tokens=20))
    shorter = laws.or_least(compressor.compress_sections, sections, rate=rate)
    assert o200k(shorter.text) <= shorter.result.budget
    rest = shorter.text
    for section in sections:
        if not section.compress:
            assert section.text in rest
            rest = rest[rest.index(section.text) + len(section.text) :]


def test_markup(compressor, o200k):
    """Each section keeps its own share; the one that must not be compressed is whole."""
    prompt = (
        f"<llmlingua, compress=False>Rules: answer briefly.\n\n</llmlingua>"
        f"<llmlingua, rate=0.2>{PROSE}</llmlingua>\n"
        f"<llmlingua, rate=0.8>{PROSE}</llmlingua>Question?"
    )
    shorter = compressor.compress_sections(prompt, rate=0.55)
    assert shorter.text.startswith("Rules: answer briefly.\n\n")
    assert "llmlingua" not in shorter.text
    one, other = shorter.result.contexts[1], shorter.result.contexts[3]
    assert one.tokens_after < 0.3 * one.tokens_before
    assert other.tokens_after > 0.7 * other.tokens_before


def test_a_prompt_that_fits_is_itself(compressor):
    """At a rate of 1 nothing but the marks is gone."""
    prompt = "a <llmlingua, compress=False> b\n</llmlingua> c "
    assert compressor.compress_sections(prompt, rate=1.0).text == "a  b\n c "


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("one\ntwo <llmlingua, rate=0.5>three", 2, 5, "never closed"),
        ("one</llmlingua>", 1, 4, "closes nothing"),
        ("<llmlingua>a\n<llmlingua>", 2, 1, "inside another"),
        ("x\n\n<llmlingua, rate=2>a</llmlingua>", 3, 13, "rate must be in"),
        ("<llmlingua, rte=0.5>a</llmlingua>", 1, 13, "no setting"),
        ("<llmlingua, rate=a>a</llmlingua>", 1, 13, "no setting"),
        ("<llmlingua, compress=no>a</llmlingua>", 1, 13, "no setting"),
    ],
)
def test_wrong_markup(text, line, column, message):
    """An error says where, by line and column."""
    with pytest.raises(MarkupError, match=message) as refused:
        parse_markup(text)
    assert (refused.value.line, refused.value.column) == (line, column)
    assert f"line {line}, column {column}" in str(refused.value)


def test_sections_that_stay_can_exceed_the_budget(compressor):
    with pytest.raises(BudgetTooSmall):
        compressor.compress_sections([Section(PROSE, compress=False), Section(PROSE)], target_tokens=20)


DATA = {
    "id": 12345678901234567890,
    "name": "ACME-7",
    "items": [
        {"title": "First item of the long list that we have here today", "body": PROSE, "price": 3.50},
        {"title": "Second", "body": PROSE + 'He said "no"\n\t\\ and left.', "tags": ["a", None, True]},
    ],
}


def shape(data):
    """The data with its strings blotted out."""
    if isinstance(data, dict):
        return {key: shape(value) for key, value in data.items()}
    if isinstance(data, list):
        return [shape(value) for value in data]
    return str if isinstance(data, str) else data


@pytest.mark.parametrize("rate", [0.3, 0.6, 0.9])
@pytest.mark.parametrize("as_text", [True, False])
def test_json_stays_json(compressor, o200k, rate, as_text):
    """Keys, numbers, structure and short strings stay; the budget bounds the text with its escapes."""
    before = json.dumps(DATA)
    shorter = compressor.compress_json(before if as_text else DATA, rate=rate)
    data = json.loads(shorter.text)
    assert shape(data) == shape(DATA)
    assert json.dumps(DATA) == before
    assert data["name"] == "ACME-7" and data["items"][1]["title"] == "Second"
    assert o200k(shorter.text) <= shorter.result.budget
    assert o200k(shorter.text) >= 0.95 * shorter.result.budget
    for context in shorter.result.contexts:
        laws.extractive(context)


def test_json_rules(compressor):
    """A rule per path: stays, or a share of its own; the last that matches holds."""
    rules = {"items.*": False, "items.*.body": 0.4}
    data = json.loads(compressor.compress_json(DATA, rules, rate=0.6).text)
    assert data["items"][0]["title"] == DATA["items"][0]["title"]
    assert len(data["items"][0]["body"]) < 0.6 * len(PROSE)


@settings(max_examples=40)
@given(
    data=st.recursive(
        st.none() | st.booleans() | st.integers() | laws.prose,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=8,
    ),
    rate=st.floats(0.1, 1.0),
)
def test_any_json(tiny_compressor, o200k, data, rate):
    data = {"data": data}
    compressor = tiny_compressor(CompressionConfig.rag().with_(segment_tokens=20))
    shorter = laws.or_least(compressor.compress_json, data, rate=rate)
    assert shape(json.loads(shorter.text)) == shape(data)
    assert o200k(shorter.text) <= shorter.result.budget


def test_json_may_have_endless_numbers():
    """Longer than Python makes numbers of."""
    text = f"[{'9' * 5000}]"
    assert is_json(text)
    assert PromptCompressor(config="extractive-bm25").compress_json(text, rate=1.0).text == text


@pytest.mark.parametrize(
    ("text", "rules", "message"),
    [
        ('{"a": }', {}, "line 1, column 7"),
        ('{"a": "b", "a": "c"}', {}, "a key twice"),
        ({"a": [float("nan")]}, {}, "cannot express nan, which is at a.0"),
        ({"a": {1, 2}}, {}, "cannot express"),
        ('{"a": "b"}', {"c.*": False}, "has a path like 'c"),
        ('{"a": "b"}', {"a": 2.0}, "must be in"),
    ],
)
def test_wrong_json(compressor, text, rules, message):
    with pytest.raises(InvalidRequest, match=message):
        compressor.compress_json(text, rules, rate=0.5)


def test_what_goes_is_decided_by_the_scorer_whatever_the_frame_costs():
    """A frame that takes most of the budget leaves little to the texts; the best of them stays."""
    answer = "The cat sat on the mat."
    noise = "Dogs bark at night. It rained again. Nobody went out. The sea was calm."
    data = {f"{'quite_a_long_key_' * 8}{i}": noise for i in range(4)} | {"last": f"{noise} {answer}"}
    compressor = PromptCompressor(config="extractive-bm25")
    bare = compressor.counter.count(json.dumps(dict.fromkeys(data, "…"), separators=(",", ":")))
    assert bare > sum(compressor.counter.count(text) for text in data.values())
    shorter = compressor.compress_json(data, question="Where did the cat sit?", target_tokens=bare + 8)
    assert json.loads(shorter.text)["last"].endswith(answer)


def test_numbers_are_written_as_they_were(compressor):
    """And names, escapes and empty things; only strings get shorter, and white space between goes."""
    text = (
        '{ "a": 1.10, "b": [1e400, 12345678901234567890, -0, {}, []], "\\u00e9": null, "c": "' + PROSE + '" }'
    )
    shorter = compressor.compress_json(text, rate=0.6)
    assert shorter.text.startswith('{"a":1.10,"b":[1e400,12345678901234567890,-0,{},[]],"é":null,"c":"')
    assert len(json.loads(shorter.text)["c"]) < len(PROSE)
    with pytest.raises(InvalidRequest, match="a key twice"):
        compressor.compress_json('{"a": 1, "a": 2}', rate=0.5)


@given(
    data=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda x: st.lists(x) | st.dictionaries(st.text(), x),
    )
)
def test_json_is_written_as_json(data):
    """The same as the standard library writes it, without white space."""
    _, frame = frame_of_json(data, {"*": False} if list(_all_strings(data)) else {})
    assert frame([]) == json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _all_strings(data):
    if isinstance(data, str):
        yield data
    for one in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from _all_strings(one)


def test_what_is_not_quite_json_comes_out_as_it_came(o200k):
    """NaN and half a surrogate pair, which Python reads and writes, and which no UTF-8 can carry."""
    text = json.dumps({"score": float("nan"), "top": float("-inf"), "half": "\ud83d", "body": PROSE})
    shorter = PromptCompressor(config="extractive-bm25").compress_json(text, question="fox?", rate=0.5).text
    shorter.encode("utf-8")
    head = json.dumps({"score": float("nan"), "top": float("-inf"), "half": "\ud83d"}, separators=(",", ":"))
    assert shorter.startswith(head[:-1])
    assert o200k(shorter) <= 0.5 * o200k(text)


def test_two_values_under_one_key_are_json_still():
    """Or an adapter would take the text for prose, and cut through its quotes."""
    assert is_json('{"a": 1, "a": 2}')
    assert not is_json("{see below}")
