"""Other forms of JSON: shorter, and the same data."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingua_integrations.core.text.data.json_forms import as_json, from_rows, in_rows, minified, opened

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12)
KEYS = st.text(max_size=5)
RECORDS = st.lists(KEYS, min_size=1, max_size=4, unique=True).flatmap(
    lambda keys: st.lists(st.fixed_dictionaries(dict.fromkeys(keys, SCALARS)), min_size=3, max_size=6)
)
DATA = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4) | RECORDS
).filter(lambda data: isinstance(data, dict | list))


@given(DATA, st.sampled_from([None, 2]), st.booleans())
def test_minified_is_the_same_data(data, indent, ascii_only):
    text = json.dumps(data, indent=indent, ensure_ascii=ascii_only)
    short = minified(text)
    assert json.loads(short) == data
    assert len(short) <= len(text)
    assert minified(short) == short


@given(DATA)
def test_rows_can_be_turned_back(data):
    text = minified(json.dumps(data))
    rows = in_rows(text)
    assert rows is None or from_rows(rows) == text


def test_rows_of_records_at_any_depth():
    data = {"page": 1, "items": [{"id": n, "tags": [{"a": 1.50}] * 3} for n in range(3)]}
    rows = in_rows(json.dumps(data))
    assert json.loads(rows)["items"]["columns"] == ["id", "tags"]
    assert json.loads(from_rows(rows)) == data


@pytest.mark.parametrize(
    "text",
    [
        '[{"a":1},{"b":1},{"a":1}]',  # not alike
        '[{"a":1},{"a":2}]',  # too few
        '{"columns":["a"],"rows":[[1]],"x":[{"a":1},{"a":1},{"a":1}]}'.replace(',"x"', '},"x"').replace(
            '{"c', '{"y":{"c'
        ),
        '[{"a":1,"a":2},{"a":1,"a":2},{"a":1,"a":2}]',  # a key twice
        "[" * 400 + "]" * 400,
    ],
)
def test_no_rows_where_they_could_not_be_turned_back(text):
    assert in_rows(text) is None


def test_numbers_stay_as_they_are_written():
    assert minified("[ 1.10, 1e400, -0, 12345678901234567890 ]") == "[1.10,1e400,-0,12345678901234567890]"
    text = '[{"a":1.10},{"a":1e400},{"a":-0}]'
    assert from_rows(in_rows(text)) == text
    assert minified('["\\ud800", "\\u00e9"]') == '["\\ud800","é"]'


@pytest.mark.parametrize(
    ("text", "raw", "expected"),
    [
        ('{"a": 1}', None, '{"a": 1}'),
        ("{'a': [True, None, 1.5]}", None, '{"a": [true, null, 1.5]}'),
        ("[{'a': 'it''s'}]", None, '[{"a": "its"}]'),
        ("[see above]", None, None),
        ("{'a': {1, 2}}", None, None),  # a set
        ("{1: 'a'}", None, None),  # a key that is no string would be another one
        ("(1, 2)", None, None),
        ("1999", None, None),
        ("", None, None),
    ],
)
def test_what_is_json(text, raw, expected):
    assert as_json(text, raw) == expected


def test_json_inside_of_strings_is_opened():
    inner = json.dumps([{"id": n, "name": f"item {n}"} for n in range(20)])
    data = json.loads(opened(minified(json.dumps({"type": "text", "text": inner}))))
    assert data["text"] == json.loads(inner)
    prose = minified(json.dumps({"text": "[see above] " * 40}))
    assert opened(prose) == prose
