"""Originals of what was compressed: kept under a reference, and fetched back by an agent that needs more."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import regex

from lingua_integrations.adapters.backends import Backend, backend_of
from lingua_integrations.core.trace import Recalled
from lingua_integrations.core.usage import record, uncounted
from lingua_integrations.errors import BudgetTooSmall

if TYPE_CHECKING:
    from lingua_integrations.core.compressor import PromptCompressor

RECALL = "recall"
"""The name of the tool that fetches an original."""
RECALL_SAYS = (
    "Fetch what was left out of an earlier result. Give the reference that stands at the end of it. With "
    "query, the parts that are about it; with lines, such as 120-160, exactly those; with neither, all of it."
)
RECALLED = f'{RECALL}("{{name}}") has all of it'
"""What a shorter text ends with."""
_REFERENCE = regex.compile(r"(?<![0-9a-zA-Z])[0-9a-f]{12}(?![0-9a-zA-Z])")
_LINES = regex.compile(r"\s*(\d+)\s*(?:[-–:]\s*(\d+)\s*)?")


class Originals:
    """Keeps originals by the digest of their text, so that a name says nothing of what it stands for.

    Args:
        store: a folder; a LangGraph ``BaseStore``; a backend of deepagents; a key-value store of LlamaIndex;
            a mapping, such as a dictionary or a ``diskcache.Cache``; or anything with ``put`` and ``get`` as
            in `Backend`.
        max_characters: of one original; a longer one is not kept, and no reference to it is given.
        says: what a shorter text ends with, for other tools than ours that fetch an original; ``{name}`` in
            it is the reference.

    Raises:
        InvalidRequest: the store is none of these.

    Example:
        >>> originals = Originals({})
        >>> name = originals.keep("a long table")
        >>> originals.get(name), originals.get("0" * 12)
        ('a long table', None)
    """

    def __init__(self, store: Any, *, max_characters: int = 20_000_000, says: str = RECALLED) -> None:
        self.backend: Backend = store.backend if isinstance(store, Originals) else backend_of(store)
        self.max_characters = max_characters
        self.says = says

    def __repr__(self) -> str:
        return f"Originals({self.backend!r})"

    def name_of(self, text: str) -> str | None:
        """The reference under which a text would be kept; ``None`` where it is too long."""
        digest = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        return digest[:12] if len(text) <= self.max_characters else None

    def keep(self, text: str) -> str | None:
        """Keep a text; returns its reference."""
        name = self.name_of(text)
        if name is not None:
            self.backend.put(name, text)
        return name

    def get(self, name: str) -> str | None:
        """The text of a reference, if it is known."""
        return self.backend.get(name) if _REFERENCE.fullmatch(name) else None

    def recalled(
        self,
        compressor: PromptCompressor,
        ref: str,
        query: str | None = None,
        lines: str | None = None,
        target_tokens: int = 2000,
    ) -> str:
        """What the tool `RECALL` answers: an original, some of its lines, or what a query asks of it.

        Answers are sentences for the agent where the reference or the lines are none.
        """
        with uncounted():  # it saves nothing: this was left out before
            answer = self._answer(compressor, ref, query, lines, target_tokens)
        record(Recalled(compressor.counter.count(answer)))
        return answer

    def recall_with(self, compressor_for: Callable[[], PromptCompressor]) -> Callable[..., str]:
        """The function behind the tool `RECALL`: frameworks read from its signature what an agent gives."""

        def recall(ref: str, query: str | None = None, lines: str | None = None) -> str:
            return self.recalled(compressor_for(), ref, query, lines)

        return recall

    def _answer(
        self, compressor: PromptCompressor, ref: str, query: str | None, lines: str | None, target_tokens: int
    ) -> str:
        named = _REFERENCE.search(ref)  # a model may give all of the sentence that names it
        if named is None:
            return f"There is no original {ref!r}: the reference stands at the end of a shortened result."
        text = self.get(named.group())
        if text is None:
            return (
                f"The original {named.group()} is no longer kept. Call the tool again that gave the result."
            )
        if lines:
            found = _LINES.fullmatch(lines)
            every = text.splitlines(keepends=True)
            if not found or not 1 <= int(found[1]) <= len(every):
                return f"lines are numbers such as 120-160, from 1 to {len(every)}; not {lines!r}."
            return "".join(every[int(found[1]) - 1 : int(found[2] or found[1])])
        if not query or not query.strip():
            return text
        tokens = compressor.counter.count(text)
        try:
            result = compressor.compress([text], question=query, target_tokens=min(tokens, target_tokens))
        except BudgetTooSmall as error:
            result = compressor.compress([text], question=query, target_tokens=error.smallest)
        return result.texts[0]


def reference(
    text: str, name: str | None, lost: str = "", says: str = RECALLED, kind: str | None = None
) -> str:
    r"""A shorter text that ends with what it has lost and the reference of its original.

    JSON stays JSON; in other kinds that have comments it is one.

    >>> reference("a\nb", "0123456789ab")
    'a\nb\n[recall("0123456789ab") has all of it]'
    >>> reference('[1,"… 8 items left out"]', "0123456789ab")
    '[1,"… 8 items left out","recall(0123456789ab) has all of it"]'
    >>> reference('{"a":1}', None, "only a of each record")
    '{"a":1,"…":"only a of each record"}'
    >>> reference("a: 1", "0123456789ab", kind="yaml")
    'a: 1\n# recall("0123456789ab") has all of it'
    """
    from lingua_integrations.core.text.data.json_forms import data_of, plain
    from lingua_integrations.core.text.data.literals import is_json
    from lingua_integrations.core.text.omissions.comments import comment_of

    notes = "; ".join(filter(None, (lost, says.format(name=name) if name else "")))
    if not notes:
        return text
    if not is_json(text):
        comment = comment_of(kind, text) if kind else None
        said = notes.replace('"', "") if kind == "jsonl" else notes
        return f"{text}\n{(comment and comment.of(said, alone=True)) or f'[{notes}]'}"
    body, bracket = text.rstrip()[:-1].rstrip(), text.rstrip()[-1]
    comma = "," if data_of(text) else ""
    key = "" if bracket == "]" else '"…":'
    quoted = plain(notes.replace('"', ""))  # quotation marks would need escapes there
    return f"{body}{comma}{key}{quoted}{bracket}"
