"""Tables in JSON that are no arrays of objects: a row stays whole, and has the names of its columns."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingua_integrations import CompressionConfig, PromptCompressor
from lingua_integrations.core.budget.drafts import Draft, with_needs
from lingua_integrations.core.text.data.json_columns import columns, heads, side_by_side
from lingua_integrations.core.text.data.json_tree import parsed
from lingua_integrations.core.text.documents import read
from lingua_integrations.core.text.landmarks import Landmarks
from lingua_integrations.core.text.spans import Span

MARKER = "[… {lines} lines left out]"
DAYS = [f"2026-{n // 28 + 1:02}-{n % 28 + 1:02}" for n in range(90)]
PRICES = [round(10 + n * 0.31, 2) for n in range(90)]
PAIRS = list(zip(DAYS, PRICES, strict=True))


def kept(data, question, rate=0.2):
    config = CompressionConfig(ranker="bm25", gap_marker=MARKER)
    (found,) = (
        PromptCompressor(config=config).compress([json.dumps(data)], question=question, rate=rate).texts
    )
    return json.loads(found)


def without_marks(array):
    return [one for one in array if not (isinstance(one, str) and one.startswith("… "))]


def chosen(text, data):
    """What comes out where any units are chosen, each with what it needs."""
    units = read(text, "json", gap_marker=MARKER)
    some = data.draw(st.sets(st.sampled_from(units.scored().tolist()), min_size=1, max_size=4))
    nothing = np.zeros(len(units), dtype=bool)
    wanted = np.isin(np.arange(len(units)), list(some))
    draft = with_needs(Draft(units, wanted, np.where(wanted, 1.0, -np.inf), nothing))
    return json.loads(units.join(np.flatnonzero(draft.kept)))


@given(
    st.lists(
        st.tuples(st.integers(0, 99), st.text("abc", max_size=40), st.booleans()), min_size=20, max_size=40
    ),
    st.data(),
)
def test_the_nth_of_all_columns_are_one_row(rows, data):
    """Whatever is chosen: all columns have the same rows, in the same order, and marks at the same places."""
    numbers, words, flags = map(list, zip(*rows, strict=True))
    numbers = [number + 100_000_000 for number in numbers]
    out = chosen(json.dumps({"unit": "kg", "number": numbers, "word": words, "flag": flags}), data)
    if "number" not in out:
        return
    left = list(zip(*(out[name] for name in ("number", "word", "flag")), strict=True))
    marks = [row for row in left if str(row[0]).startswith("… ")]
    assert all(len(set(row)) == 1 for row in marks)
    known = iter(zip(numbers, words, flags, strict=True))
    assert all(row in known for row in left if row not in marks)  # in order


@pytest.mark.parametrize(
    ("data", "question", "row"),
    [
        ({"day": DAYS, "price": PRICES}, f"What was the price on {DAYS[50]}?", (DAYS[50], PRICES[50])),
        (
            {"index": list(range(90)), "columns": ["day", "price"], "data": [list(r) for r in PAIRS]},
            f"price on {DAYS[50]}",
            [DAYS[50], PRICES[50]],
        ),
        (
            {"schema": {"fields": [{"name": "day"}, {"name": "price"}]},
             "rows": [{"f": [{"v": day}, {"v": price}]} for day, price in PAIRS]},
            f"price on {DAYS[50]}",
            {"f": [{"v": DAYS[50]}, {"v": PRICES[50]}]},
        ),
        ({"values": [["day", "price"], *map(list, PAIRS)]}, DAYS[50], [DAYS[50], PRICES[50]]),
        (
            {"frames": [{"schema": {"fields": [{"name": "day"}, {"name": "price"}]},
                         "data": {"values": [DAYS, PRICES]}}]},
            DAYS[50],
            (DAYS[50], PRICES[50]),
        ),
    ],
)  # fmt: skip
def test_a_row_has_the_names_of_its_columns(data, question, row):
    out = kept(data, question)
    text = json.dumps(out, ensure_ascii=False)
    assert '"day"' in text and '"price"' in text
    if isinstance(row, tuple):
        found = [one for one in _columns_of(out) if row in one]
        assert found
    else:
        assert json.dumps(row) in text


def _columns_of(data):
    """All rows of columns beside one another."""
    if isinstance(data, dict | list):
        inside = list(data.values()) if isinstance(data, dict) else data
        arrays = [one for one in inside if isinstance(one, list)]
        if len(arrays) == 2 and len(arrays[0]) == len(arrays[1]):
            yield list(zip(*arrays, strict=True))
        for one in inside:
            yield from _columns_of(one)


def test_what_pandas_writes_by_columns():
    data = {
        name: {str(n): value for n, value in enumerate(column)}
        for name, column in (("day", DAYS), ("price", PRICES))
    }
    out = kept(data, DAYS[50])
    assert out["day"]["50"] == DAYS[50] and out["price"]["50"] == PRICES[50]


def test_what_a_vector_store_finds():
    """Of a long text its best sentences, with the id and the source beside them."""
    texts = [f"Rule {n} is about topic {n}. " + "It is long. " * 30 for n in range(9)]
    data = {
        "ids": [[f"doc-{n}" for n in range(9)]],
        "metadatas": [[{"source": f"{n}.pdf"} for n in range(9)]],
        "documents": [texts],
        "embeddings": None,
    }
    out = kept(data, "What is topic 7?", rate=0.15)
    ((place,),) = ([n for n, one in enumerate(out["documents"][0]) if "topic 7" in one],)
    assert out["ids"][0][place] == "doc-7" and out["metadatas"][0][place] == {"source": "7.pdf"}


def test_landmarks_of_columns_are_rows():
    values = [20.0 + n % 7 for n in range(60)]
    values[33] = 99.5
    text = json.dumps(
        {
            "latitude": 46.9,
            "hour": [f"h{n:02}" for n in range(60)],
            "temperature_2m": values,
            "wind": [5] * 60,
        }
    )
    units = read(text)
    found = Landmarks(alarms=0, rare=0, extremes=1, edges=1).units(units, "highest temperature")
    said = [units.strings()[unit] for unit in found]
    assert said[0] == "99.5" and '"h00"' in said


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ('{"a": [1, 2], "b": [3, 4], "c": [5]}', 1),
        ('{"a": [1, 2], "b": [[1], [2]]}', 1),
        ('{"a": [{"x": 1}], "b": [{"y": 2}]}', 0),
        ('{"ann": {"age": 1, "city": 2}, "bob": {"age": 3, "city": 4}}', 0),
        ('{"a": {"0": 1, "1": 2}, "b": {"0": 3, "1": 4}}', 1),
        ('{"a": {"0": 1, "1": 2}, "b": {"0": 3, "2": 4}}', 0),
        ('{"a": [], "b": []}', 0),
    ],
)
def test_what_counts_as_columns(text, groups):
    assert len(list(columns(text, parsed(text, Span(0, len(text))).inside))) == groups


def test_few_long_arrays_are_columns_and_many_short_ones_rows():
    text = json.dumps([list(range(9)), list(range(9))])
    assert side_by_side(text, parsed(text, Span(0, len(text))))
    text = json.dumps([[1, 2]] * 9)
    assert not side_by_side(text, parsed(text, Span(0, len(text))))
    assert list(heads(text, parsed(text, Span(0, len(text))))) == []
