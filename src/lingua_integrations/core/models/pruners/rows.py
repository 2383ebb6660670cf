"""How question and text are laid out into token ids: the one thing in which pruners differ most."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import regex

from lingua_integrations.core.models.encoder import EncoderOf
from lingua_integrations.core.models.judging import AFTER, BEFORE, PAIR
from lingua_integrations.core.text.units import clean
from lingua_integrations.core.types import IntArray
from lingua_integrations.errors import UnsupportedModel

NOWHERE = (-1, -1)  # the span of a token that stands for no character of the text
_PUNCTUATION = regex.compile(r"\p{P}+")
_TASK = "Given a query, judge if the document(code) is related to query."
_LINE = "[LINE_SEP]"
_USEFUL = (
    "<start_of_turn>user\nQuery:\n{question}\nFull context:\n{context}\nSentence:\n{sentence}\nIs this "
    'sentence useful in answering the query? Answer only "Yes" or "No".<end_of_turn>\n<start_of_turn>model\n'
)


@dataclass(frozen=True)
class Text:
    """A text to lay out, with its question and title."""

    text: str
    starts: Sequence[int]  # where its sentences, or whatever else is kept whole, begin
    question: str = ""
    title: str = ""
    context: str = ""  # what a text that is one sentence stands in


@dataclass(frozen=True)
class Laid:
    """A text's tokens, and what stands around them in every window."""

    before: list[int]  # ids, special ones included
    after: list[int]
    ids: list[int]  # of the text
    spans: IntArray  # characters of each of its tokens, or `NOWHERE`, shape [n, 2]
    breaks: IntArray  # tokens at which a window had better begin
    types: tuple[list[int], int, list[int]]  # before, of the text's tokens, and after

    def row(self, begin: int, end: int) -> tuple[list[int], list[int]]:
        """Ids and types of the window with tokens ``[begin, end)``."""
        before, own, after = self.types
        ids = [*self.before, *self.ids[begin:end], *self.after]
        return ids, [*before, *[own] * (end - begin), *after]


Lay = Callable[[EncoderOf[Any], Text], Laid]


def alone(reader: EncoderOf[Any], given: Text) -> Laid:
    """The text between the model's special tokens; the question is not read."""
    return _laid(reader, _framed(reader), _at_once(reader, given.text), given)


def behind(reader: EncoderOf[Any], given: Text, prompt: str) -> Laid:
    """The text alone, behind an embedding model's prompt and the title; the question is not read."""
    lead = [*_short(reader, reader.ids_of(prompt)), *_lead(reader, given)]
    return _laid(reader, _framed(reader), _at_once(reader, given.text), given, lead=lead)


def pair(reader: EncoderOf[Any], given: Text) -> Laid:
    """Question and text as the tokenizer's own pair; the title in front of the text."""
    frame = _framed(reader, _asked(reader, given.question))
    return _laid(reader, frame, _at_once(reader, given.text), given, lead=_lead(reader, given))


def pair_of_sentences(reader: EncoderOf[Any], given: Text) -> Laid:
    """The same, but each sentence is tokenized by itself, with the white space behind it."""
    frame = _framed(reader, _asked(reader, given.question))
    ends = [*given.starts[1:], len(given.text)]
    found = _apart(reader, given.text, list(zip([0, *given.starts[1:]], ends, strict=True)))
    return _laid(reader, frame, found, given, lead=_lead(reader, given))


def one_text(reader: EncoderOf[Any], given: Text) -> Laid:
    """Question, " [SEP] " and text as one string; of the question only small letters, no punctuation."""
    mark = f" {reader.loaded.tokenizer.sep_token} "
    question = _shortened(reader, " ".join(_PUNCTUATION.sub("", given.question.lower()).split()))
    title = f"{_shortened(reader, given.title)}\n" if given.title else ""
    lead = clean(question + mark + title)
    ids, spans = _at_once(reader, lead + clean(given.text))
    own = int(np.searchsorted(spans[:, 1], len(lead), side="right"))
    shifted = np.maximum(spans[own:] - len(lead), 0)
    return _laid(reader, _framed(reader), (ids[own:], shifted), given, lead=ids[:own])


def one_row(reader: EncoderOf[Any], given: Text) -> Laid:
    """Question, one separator, and sentences that are tokenized by themselves, all in one sequence."""
    separator = reader.loaded.tokenizer.sep_token_id
    text, starts = given.text, [0, *given.starts[1:]]
    # A sentence is read with the space in front of it, and not with the one behind it.
    edges = [_widened(text, start, end) for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]
    asked = [*_asked(reader, given.question), separator, *_lead(reader, given)]
    return _laid(reader, _framed(reader), _apart(reader, text, edges), given, lead=asked)


def lines(reader: EncoderOf[Any], given: Text) -> Laid:
    """``[CLS] question [SEP]``, then lines with a separator token of their own between them.

    Raises:
        UnsupportedModel: the tokenizer has no such token.
    """
    tokenizer = reader.loaded.tokenizer
    line = tokenizer.convert_tokens_to_ids(_LINE)
    if line is None or line == tokenizer.unk_token_id:
        raise UnsupportedModel(f"The tokenizer of {reader.name} has no {_LINE}, which stands between lines.")
    text = f"{given.title}\n{given.text}" if given.title else given.text
    offset = len(text) - len(given.text)
    cuts = [0, *(match.end() for match in regex.finditer(r"\n", text))]
    edges = [(a, b) for a, b in zip(cuts, [*(cut - 1 for cut in cuts[1:]), len(text)], strict=True)]
    ids, spans = _apart(reader, text, edges, joint=line)
    spans = np.where(spans < offset, -1, spans - offset)
    asked = [*_asked(reader, given.question), tokenizer.sep_token_id]
    return _laid(reader, _framed(reader), (ids, spans), given, lead=asked)


def judged(reader: EncoderOf[Any], given: Text) -> Laid:
    """The document of a chat that asks a language model for its judgement."""
    question = _shortened(reader, given.question)
    asked = reader.ids_of(PAIR.format_map({"task": _TASK, "question": question, "text": ""}))
    frame: Frame = ([*reader.ids_of(BEFORE), *asked], [], reader.ids_of(AFTER), [], 0)
    return _laid(reader, frame, _at_once(reader, given.text), given, lead=_lead(reader, given))


def sentence_in_context(reader: EncoderOf[Any], given: Text) -> Laid:
    """Whether the text, a sentence, is useful: asked in Gemma's turns, below all that it stands in."""
    asked = {"question": _shortened(reader, given.question), "sentence": _shortened(reader, given.text)}
    start = [one for one in (reader.loaded.tokenizer.bos_token_id,) if one is not None]
    bare = len(reader.ids_of(_USEFUL.format_map({**asked, "context": ""})))
    context = f"{given.title}\n{given.context}" if given.title else given.context
    ids, spans = _at_once(reader, context)
    room = max(0, reader.window - bare - len(start) - 2)  # tokens may fall otherwise where texts meet
    if len(ids) > room:
        context = context[: int(spans[room - 1, 1])] if room else ""
    row = [*start, *reader.ids_of(_USEFUL.format_map({**asked, "context": context}))]
    none = np.zeros((0, 2), dtype=np.int64)
    return Laid(row, [], [], none, none[:, 0], ([0] * len(row), 0, []))


def windows(
    n: int, size: int, breaks: Sequence[int] | IntArray, overlap: int = 0
) -> Iterator[tuple[int, int]]:
    """Cut n tokens into windows of at most ``size``, each up to a break where there is one.

    The next window begins ``overlap`` tokens before the end of the last one, at most a quarter of a window,
    or at a break after that.

    >>> list(windows(10, 6, [0, 4, 8])), list(windows(12, 8, [0, 4, 8], overlap=2))
    ([(0, 4), (4, 10)], [(0, 8), (6, 12)])
    """
    places = np.unique(np.asarray(breaks, dtype=np.int64))
    overlap = min(overlap, size // 4)
    begin = 0
    while begin + size < n:
        good = places[(places > begin + size // 2) & (places <= begin + size)]
        end = int(good[-1]) if len(good) else begin + size
        yield begin, end
        after = places[(places >= end - overlap) & (places < end)]
        begin = max(begin + 1, int(after[0]) if len(after) else end - overlap)
    if begin < n:
        yield begin, n


Frame = tuple[
    list[int], list[int], list[int], list[int], int
]  # before, its types, after, its types, the text's
Tokens = tuple[list[int], IntArray]


def _framed(reader: EncoderOf[Any], *asked: Sequence[int]) -> Frame:
    """What the tokenizer puts around a text, and around the question in front of it."""
    ids, types = reader.framed(*asked, [-1])
    place = len(ids) - 1 - ids[::-1].index(-1)
    return ids[:place], types[:place], ids[place + 1 :], types[place + 1 :], types[place]


def _laid(
    reader: EncoderOf[Any], frame: Frame, tokens: Tokens, given: Text, lead: Sequence[int] = ()
) -> Laid:
    """Tokens in their frame; what leads up to the text stands in every window."""
    before, types, after, types_after, own = frame
    ids, spans = tokens
    types = [*(types or [0] * len(before)), *[own] * len(lead)]
    breaks = np.searchsorted(np.maximum.accumulate(spans[:, 0]), np.asarray(given.starts, dtype=np.int64))
    return Laid([*before, *lead], after, ids, spans, breaks, (types, own, types_after or [own] * len(after)))


def _asked(reader: EncoderOf[Any], question: str) -> list[int]:
    return _short(reader, reader.ids_of(question))


def _lead(reader: EncoderOf[Any], given: Text) -> list[int]:
    return _short(reader, reader.ids_of(f"{given.title}\n")) if given.title else []


def _short(reader: EncoderOf[Any], ids: Sequence[int]) -> list[int]:
    """At most a quarter of the window: the text needs the rest."""
    return list(ids[: reader.window // 4])


def _shortened(reader: EncoderOf[Any], text: str) -> str:
    """The beginning of a text that is read in one string with others: a quarter of the window at most."""
    ids, spans = _at_once(reader, text)
    most = reader.window // 4
    return text if len(ids) <= most else text[: int(spans[most - 1, 1])]


def _at_once(reader: EncoderOf[Any], text: str) -> Tokens:
    ids, spans = reader.loaded.encode(text)
    return ids.tolist(), spans


def _apart(
    reader: EncoderOf[Any], text: str, edges: Sequence[tuple[int, int]], joint: int | None = None
) -> Tokens:
    """Tokens of stretches of a text, each tokenized by itself; between two a token where one is given."""
    ids: list[int] = []
    spans: list[IntArray] = []
    for place, (start, end) in enumerate(edges):
        if joint is not None and place:
            ids.append(joint)
            spans.append(np.array([NOWHERE]))
        found = reader.loaded.encode(text[start:end])
        ids += found.ids.tolist()
        visible = start + len(text[start:end].rstrip())  # white space behind a stretch belongs to it
        spans.append(np.minimum(found.spans + start, (visible - 1, visible)))
    return ids, np.concatenate([*spans, np.zeros((0, 2), dtype=np.int64)])


def _widened(text: str, start: int, end: int) -> tuple[int, int]:
    """A stretch without the white space behind it, and with a space in front where there is white space."""
    piece = text[start:end]
    end -= len(piece) - len(piece.rstrip())
    return (start - 1 if start and text[start - 1].isspace() else start), max(start, end)
