"""headroom's `compress` on what a tool answered; it has no rate, and the defaults are its own.

A request has ``texts`` and ``question``. Prose stays as it is: the model for it, Kompress, is on the Hugging
Face hub and on no package index.
"""

from __future__ import annotations

from typing import Any

from answering import Pieces, answer
from headroom import compress as headroom


def compress(request: dict[str, Any]) -> Pieces:
    """All texts as the result of one tool call."""
    call = {"id": "1", "type": "function", "function": {"name": "fetch_data", "arguments": "{}"}}
    messages = [
        {"role": "user", "content": request["question"]},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "1", "content": "\n\n".join(request["texts"])},
    ]
    done = headroom(messages, model="gpt-4o", protect_recent=0)
    return [(None, done.messages[-1]["content"])]


if __name__ == "__main__":
    answer(compress)
