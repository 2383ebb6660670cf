"""Prompts and pairs in JSON lines: what is read, and what is rejected by its line."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingua_integrations.alignment.estimate import estimate
from lingua_integrations.alignment.pairs import Message, Pair, read_pairs, read_prompts, write_pairs
from lingua_integrations.errors import InvalidRequest

USER = {"role": "user", "content": "Who wrote Emma?"}
SAID = {"role": "assistant", "content": "Jane Austen."}


def written(folder, *rows):
    path = folder / "rows.jsonl"
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), "utf-8")
    return path


def test_a_prompt_or_messages(tmp_path):
    rows = read_prompts(written(tmp_path, {"prompt": "Who?", "id": 7}, "", {"messages": [USER, SAID, USER]}))
    assert rows.good[0] == (Message("user", "Who?"),)
    assert [message.role for message in rows.good[1]] == ["user", "assistant", "user"]
    assert rows.lines == (1, 3)
    assert not rows.rejected


def test_a_response_or_a_last_message(tmp_path):
    rows = read_pairs(written(tmp_path, {"prompt": "Who?", "response": "She."}, {"messages": [USER, SAID]}))
    assert rows.good == (
        Pair((Message("user", "Who?"),), "She."),
        Pair((Message("user", "Who wrote Emma?"),), "Jane Austen."),
    )


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("{", "no JSON"),
        ("[1]", "no JSON object"),
        ({"response": "She."}, "neither a prompt nor messages"),
        ({"prompt": " ", "response": "She."}, "prompt is blank"),
        ({"prompt": 3, "response": "She."}, "prompt is no text"),
        ({"prompt": "Who?"}, "response is no text"),
        ({"prompt": "Who?", "response": "\n"}, "response is blank"),
        ({"prompt": "Who?", "messages": [USER], "response": "She."}, "both"),
        ({"messages": [USER]}, "not the assistant's"),
        ({"prompt": "Who?", "response": "I cannot", "refused": "refusal"}, "refused"),
        ({"messages": [SAID], "response": "She."}, "not the user's"),
        ({"messages": [{"role": "tool", "content": "x"}], "response": "She."}, "'tool'"),
        ({"messages": ["Who?"], "response": "She."}, "no object"),
    ],
)
def test_a_bad_row_is_rejected_with_its_line(tmp_path, row, why):
    """The others are kept."""
    good = {"prompt": "Who?", "response": "She."}
    rows = read_pairs(written(tmp_path, good, "", row, good))
    assert len(rows.good) == 2
    assert rows.lines == (1, 4)
    (rejected,) = rows.rejected
    assert rejected.line == 3
    assert why in rejected.why
    with pytest.raises(InvalidRequest, match=r"no usable row.*line 1"):
        read_pairs(written(tmp_path, row))


def test_a_file_that_is_no_text(tmp_path):
    with pytest.raises(InvalidRequest, match="cannot be read"):
        read_prompts(tmp_path / "missing.jsonl")
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    with pytest.raises(InvalidRequest, match="UTF-8"):
        read_prompts(tmp_path / "bytes")


texts = st.text(min_size=1).filter(str.strip)


@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=5))
def test_pairs_survive_being_written(tmp_path_factory, rows):
    """Any Unicode, lone surrogates and line separators included."""
    pairs = tuple(Pair((Message("user", prompt),), response) for prompt, response in rows)
    path = tmp_path_factory.mktemp("pairs") / "pairs.jsonl"
    write_pairs(path, pairs)
    assert read_pairs(path).good == pairs


def test_what_it_will_cost():
    """3 and 2 tokens in, 10 out at most for each: (5 x 2 + 20 x 5) / a million."""
    prompts = [(Message("user", "one two three"),), (Message("user", "four five"),)]
    found = estimate(prompts, 10, (2.0, 5.0), lambda text: len(text.split()))
    assert (found.requests, found.tokens_in, found.tokens_out) == (2, 5, 20)
    assert found.price == pytest.approx(110e-6)
    assert estimate(prompts, 10).price is None
