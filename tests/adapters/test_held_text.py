"""Text of many lines in a field of JSON: whatever it is, it is read as that, and JSON stays JSON."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import HumanMessage, ToolMessage

from lingua_integrations.adapters.held_text import held_text
from lingua_integrations.core.budget.counting import as_counter
from lingua_integrations.errors import BudgetTooSmall, LinguaWarning
from lingua_integrations.langchain import LinguaToolMiddleware

CSV = "id,name,price\n" + "\n".join(f"{n},user{n},{n * 7 % 50}.5" for n in range(240))
COUNT = as_counter("o200k_base").count
LOG = "\n".join(f"2026-01-02 10:00:{n % 60:02} INFO worker {n % 7} is alive" for n in range(200))
FAILED = "2026-01-02 10:09:00 ERROR payment failed: card declined (code 51)"
TRACE = """Traceback (most recent call last):
  File "/usr/lib/python3/site-packages/flask/app.py", line 1500, in dispatch
    rv = self.handle(e)
  File "/home/me/shop/cart.py", line 17, in total
    return sum(p.price for p in self.items)
  File "/usr/lib/python3/site-packages/sqlalchemy/orm.py", line 12, in _iter
    raise OperationalError(msg)
sqlalchemy.exc.OperationalError: no such table: products"""


def told(data, question, **options):
    text = data if isinstance(data, str) else json.dumps(data)
    call = {"name": "run", "args": {}, "id": "1"}
    request = type("Request", (), {"tool_call": call, "state": [HumanMessage(question)]})()
    middleware = LinguaToolMiddleware(**{"method": "extractive-bm25", "rate": 0.1, **options})
    return middleware.wrap_tool_call(request, lambda _: ToolMessage(text, tool_call_id="1")).content


@pytest.mark.parametrize(
    ("text", "question", "there"),
    [
        (CSV, "Tell me of user42", ["id,name,price\n", "\n42,user42,44.5\n"]),
        (f"{LOG}\n{FAILED}\n{LOG}", "Why did it break?", [FAILED, "all like the one above"]),
        (f"{TRACE}\n{LOG}", "What went wrong?", ["no such table: products", "cart.py", "sum(p.price"]),
    ],
)
def test_a_text_in_a_field_keeps_what_its_kind_keeps(text, question, there, o200k):
    data = {"exit_code": 1, "out": text, "host": {"name": "db-1"}}
    shown = told(data, question)
    made = json.loads(shown)
    assert made == {**data, "out": made["out"]}, "everything else stays"
    assert [one for one in there if one not in made["out"]] == []
    assert o200k(shown) <= 0.1 * o200k(json.dumps(data))


def test_the_original_of_all_of_it_is_kept():
    store = {}
    data = json.dumps({"exit_code": 0, "out": CSV})
    shown = json.loads(told(data, "Tell me of user42", store=store))
    (name,) = store
    assert store[name] == data
    assert shown["…"] == f"recall({name}) has all of it"


STRICT = {"rate": None, "when_too_small": "raise", "on_error": "raise", "min_tokens": 0}


@given(found=st.lists(st.text(max_size=30), min_size=9, max_size=40), tokens=st.integers(8, 300))
def test_the_budget_holds_whatever_stands_in_it(found, tokens):
    """Or it names the least that works, and one token less does not."""
    data = {"code": 1, "out": "\n".join([*found, *("It rained in the town." for _ in range(60))])}
    try:
        shown = told(data, "rain", target_tokens=tokens, **STRICT)
    except BudgetTooSmall as error:
        assert COUNT(told(data, "rain", target_tokens=error.smallest, **STRICT)) == error.smallest > tokens
        with pytest.raises(BudgetTooSmall):
            told(data, "rain", target_tokens=error.smallest - 1, **STRICT)
        return
    assert COUNT(shown) <= tokens
    json.loads(shown)


def test_the_least_with_a_warning():
    with pytest.warns(LinguaWarning, match="over the budget"):
        shown = told({"code": 1, "out": CSV}, "Tell me of user42", rate=None, target_tokens=14)
    assert "user42" in json.loads(shown)["out"]


@pytest.mark.parametrize(
    "data",
    [
        {"out": "It rained. " * 60},  # no lines
        {"a": CSV, "b": CSV},  # none is most of it
        {CSV: 1},  # a key
        [1, 2, 3],
        {},
    ],
)
def test_what_holds_no_such_text(data):
    assert held_text(json.dumps(data)) is None
