"""`keep_fields`: of each record only the fields that were asked for, and it says that there were others."""

from __future__ import annotations

import csv
import io
import json
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import HumanMessage, ToolMessage

from lingua_integrations.adapters.record_fields import only_fields
from lingua_integrations.adapters.tool_results import AgentAdapter
from lingua_integrations.errors import LinguaWarning
from lingua_integrations.langchain import LinguaToolInterceptor, LinguaToolMiddleware
from lingua_integrations.llama_index import LinguaTool

NAMES = ["id", "by", "a.b", "…"]
scalars = st.none() | st.integers() | st.booleans() | st.text(max_size=3)
values = st.recursive(
    scalars,
    lambda one: st.lists(one, max_size=2) | st.dictionaries(st.sampled_from(NAMES), one, max_size=3),
    max_leaves=3,
)
records = st.lists(st.dictionaries(st.sampled_from(NAMES), values, max_size=3), max_size=3)
fields = st.lists(st.sampled_from([*NAMES, "by.id", "by.by.id", "none"]), min_size=1, max_size=3, unique=True)


@given(records, fields)
def test_what_is_asked_for_stays_as_it_was_and_nothing_else(data, asked):
    """A record for each, with its fields unchanged and in order."""
    made = only_fields(json.dumps(data), asked)
    left = json.loads(made.text)
    assert len(left) == len(data)
    firsts = {field.split(".")[0] for field in asked} | set(asked)
    anything = any(field not in made.missing for field in asked)
    for before, after in zip(data, left, strict=True):
        assert [key for key in before if key in after] == list(after)
        for key, value in before.items():
            if key in asked or not anything:
                assert after[key] == value
            elif key not in firsts:
                assert key not in after
    assert made.fewer == (left != data)
    assert only_fields(made.text, asked).text == made.text


@given(
    st.lists(st.dictionaries(st.sampled_from(NAMES), values, min_size=1, max_size=3), min_size=1, max_size=3),
    fields,
)
def test_lines_of_json_are_an_array_of_it(data, asked):
    lines = only_fields("\n".join(map(json.dumps, data)), asked)
    if lines.kind == "jsonl":
        array = only_fields(json.dumps(data), asked)
        assert [json.loads(line) for line in lines.text.split("\n")] == json.loads(array.text)
        assert (lines.missing, lines.fewer) == (array.missing, array.fewer)


cells = st.text(st.sampled_from('ab,"1 '), max_size=4)


@given(st.integers(1, 4).flatmap(lambda n: st.lists(st.lists(cells, min_size=n, max_size=n), max_size=5)))
def test_columns_of_csv(rows):
    head = ["id", "name", "x", "y"][: len(rows[0]) if rows else 1]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([head, *rows])
    made = only_fields(text.getvalue(), ["y", "id"], kind="csv")
    if made is not None and made.fewer:
        kept = [at for at, name in enumerate(head) if name in ("id", "y")]
        read = list(csv.reader(io.StringIO(made.text)))
        assert read == [[row[at] for at in kept] for row in (head, *rows) if row != [""]]


@pytest.mark.parametrize(
    ("text", "asked", "left"),
    [
        ('{"total": 2, "items": [{"id": 1, "x": 2}]}', ["id"], '{"total":2,"items":[{"id":1}]}'),
        ('{"id": 1.50, "x": [1, 2]}', ["id"], '{"id":1.50}'),
        ('[{"id": 1, "by": {"x": 1}}, {"x": 2}]', ["id", "by.id"], '[{"id":1},{}]'),
        ('[{"a.b": 1, "x": 2}]', ["a.b"], '[{"a.b":1}]'),
        ('[{"by": {"id": 1, "x": 2}, "x": 3}]', ["by", "by.id"], '[{"by":{"id":1,"x":2}}]'),
        ('[{"by": [{"id": 1, "x": 2}], "x": 3}]', ["by.id"], '[{"by":[{"id":1}]}]'),
        (
            '{"rows": [{"id": 1, "x": 2}], "kinds": [{"n": 3}]}',
            ["id"],
            '{"rows":[{"id":1}],"kinds":[{"n":3}]}',
        ),
        ("[{'id': 1, 'x': None}]", ["id"], '[{"id":1}]'),
        ("id\tname\tx\n1\tfig\t2\n3\tkiwi\t4", ["id"], "id\n1\n3\n"),
    ],
)
def test_by_hand(text, asked, left):
    assert only_fields(text, asked).text == left


@pytest.mark.parametrize(
    "text",
    [
        "",
        "It rained.",
        '[{"id": 1, "id": 2}]',
        "id,x\n1,2,3\n4,5",
        "[" * 3000 + "]" * 3000,
        '{"id": 1}\n{"id"',
    ],
)
def test_what_has_no_records(text):
    assert only_fields(text, ["id"]) is None


ROWS = [
    {"id": n, "name": f"item {n}", "price": n * 7 % 50, "notes": "It rained again. " * 4} for n in range(80)
]
TEXT = json.dumps(ROWS)
SETTINGS = {"method": "extractive-bm25", "rate": 0.25}


def told(middleware, text=TEXT, name="sql"):
    call = {"name": name, "args": {}, "id": "1"}
    request = type("Request", (), {"tool_call": call, "state": [HumanMessage("What does item 42 cost?")]})()
    return middleware.wrap_tool_call(request, lambda _: ToolMessage(text, tool_call_id="1")).content


def test_of_one_tool(o200k):
    """All records where their fields have room, and it says which; other tools as ever."""
    middleware = LinguaToolMiddleware(**SETTINGS, tools={"sql": {"keep_fields": ["id", "price"]}})
    *shown, said = json.loads(told(middleware))
    assert said == "only id, price of each record"
    assert shown == [{"id": row["id"], "price": row["price"]} for row in ROWS]
    rows = json.loads(told(LinguaToolMiddleware(**{**SETTINGS, "rate": 0.12}, keep_fields=["id", "price"])))
    assert rows == {
        "columns": ["id", "price"],
        "rows": [[row["id"], row["price"]] for row in ROWS],
        "…": "only id, price of each record",
    }
    assert o200k(told(middleware)) <= 0.25 * o200k(TEXT)
    assert "notes" in told(middleware, name="search")


def test_where_records_have_to_go_the_fields_go_first(o200k):
    results = []
    made = AgentAdapter(
        method="extractive-bm25", target_tokens=80, keep_fields=["id", "price"], on_result=results.append
    )
    shown = json.loads(made.shorten_result(TEXT, "id 42").texts[0])
    assert o200k(json.dumps(shown)) <= 130
    assert shown[-1] == "only id, price of each record"
    assert {"id": 42, "price": 44} in shown
    assert all(row.keys() == {"id", "price"} for row in shown if isinstance(row, dict))
    assert results[0].tokens_before == o200k(TEXT)
    assert results[0].tokens_after <= 80
    assert results[0].note == "of each record only id, price"


def test_all_of_it_can_be_fetched_back():
    store = {}
    middleware = LinguaToolMiddleware(**SETTINGS, store=store, keep_fields=["id"])
    (name,) = [told(middleware).split("recall(")[1][:12]]
    assert store == {name: TEXT}
    silent = LinguaToolMiddleware(**SETTINGS, keep_fields=["id"], gap_marker=None)
    assert json.loads(told(silent)) == [{"id": n} for n in range(80)]


def test_csv_and_lines_say_so_in_a_line_of_their_own(o200k):
    table = "id,name,notes\n" + "".join(f"{n},item {n},{'it rained ' * 3}\n" for n in range(80))
    middleware = LinguaToolMiddleware(method="extractive-bm25", rate=0.9, keep_fields=["id", "name"])
    assert told(middleware, table) == "id,name\n" + "".join(f"{n},item {n}\n" for n in range(80)) + (
        "\n# only id, name of each record"
    )
    lines = told(middleware, "\n".join(map(json.dumps, ROWS))).split("\n")
    assert json.loads(lines[42]) == {"id": 42, "name": "item 42"}
    assert json.loads(lines[-1]) == "only id, name of each record"


def test_a_field_that_no_record_has_is_a_warning_once():
    middleware = LinguaToolMiddleware(**SETTINGS, keep_fields=["id", "nmae"])
    with pytest.warns(LinguaWarning, match="no record has nmae"):
        assert told(middleware).endswith('{"id":79},"only id of each record"]')
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        told(middleware)
        told(middleware, "It rained again in the town. " * 100)
    with pytest.warns(LinguaWarning, match="no record has x, y"):
        whole = told(LinguaToolMiddleware(**SETTINGS, keep_fields=["x", "y"]))
    assert whole == told(LinguaToolMiddleware(**SETTINGS))


@pytest.mark.parametrize("bad", [[], "id", [1]])
def test_what_is_no_list_of_names(bad):
    for make in (LinguaToolMiddleware, LinguaToolInterceptor):
        with pytest.raises(ValueError, match="keep_fields"):
            make(keep_fields=bad)


def test_in_llama_index():
    """Of what a function returned as data, too."""
    tool = LinguaTool(lambda query: ROWS, **SETTINGS, keep_fields=("id",))
    output = tool(query="item 42")
    assert json.loads(output.content) == [*({"id": n} for n in range(80)), "only id of each record"]
    assert output.raw_output == ROWS
