"""Where labels come from: a file, a target LLM that shortens texts, or what known answers rest on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from lingua_integrations.alignment.collect import Collected
from lingua_integrations.alignment.labels import (
    Aligned,
    Labelled,
    align,
    chunks,
    places_of_trusted,
    request,
    trusted,
)
from lingua_integrations.alignment.pairs import Prompt, Rows, read_rows, text_of
from lingua_integrations.core.text.language.sentences import sentences
from lingua_integrations.evaluation.cases import Case
from lingua_integrations.evaluation.metrics import answer_kept


def read_texts(path: Path) -> Rows[str]:
    """Texts to have shortened: ``{"text": "..."}`` a line.

    Raises:
        InvalidRequest: the file cannot be read, or has not one good row.
    """
    return read_rows(path, lambda row: text_of(row.get("text"), "text"))


def read_labels(path: Path) -> Rows[Labelled]:
    """Labels: a ``text`` with the ``kept`` spans, or with its ``compressed`` version, to which it is aligned.

    A row may have a ``question`` and a ``title``. Of compressed versions the worst are left out (`trusted`).

    Raises:
        InvalidRequest: the file cannot be read, or has not one good row.
    """
    rows = read_rows(path, _row)
    aligned = {place: row for place, row in enumerate(rows.good) if isinstance(row, Aligned)}
    places = list(aligned)
    good = {places[place] for place in places_of_trusted(list(aligned.values()))}
    kept = [place for place in range(len(rows.good)) if place not in aligned or place in good]
    return Rows(
        tuple(rows.good[place] for place in kept), tuple(rows.lines[place] for place in kept), rows.rejected
    )


def requests(texts: Sequence[str]) -> dict[Prompt, str]:
    """What a target is asked about each piece of the texts."""
    return {request(piece): piece for piece in chunks(texts)}


def labelled(asked: dict[Prompt, str], said: Collected) -> Sequence[Labelled]:
    """Labels from what a target answered, without what was cut for its length, and without the worst."""
    return trusted([align(asked[pair.prompt], pair.response) for pair in said.pairs if pair.whole])


def evidence(cases: Sequence[Case], skip: int = 0) -> Iterator[Labelled]:
    """Every context of every case, with its question and the sentences that its answer rests on.

    An answer rests on the relevant spans, where a task knows them; else on the sentences in which a right
    answer stands, word for word, wherever that is. A case whose answer stands nowhere is left out.

    The first ``skip`` cases are left to judge by, and so is every context that one of them has.
    """
    judged = {context.text for case in cases[:skip] for context in case.contexts}
    for case in cases[skip:]:
        rows = [
            Labelled(context.text, tuple(_evident(case, place)), case.question, context.title)
            for place, context in enumerate(case.contexts)
            if context.text.strip() and context.text not in judged
        ]
        if any(row.kept for row in rows):
            yield from rows


def _evident(case: Case, place: int) -> Iterator[tuple[int, int]]:
    if case.relevant:
        yield from ((start, end) for context, start, end in case.relevant if context == place)
        return
    text = case.contexts[place].text
    for start, end in sentences(text, 0, len(text), "en"):
        if answer_kept(case.answers, [text[start:end]]):
            yield start, end


def _row(row: dict[str, Any]) -> Labelled:
    text = text_of(row.get("text"), "text")
    question, title = row.get("question"), row.get("title")
    if not isinstance(question, str | None) or not isinstance(title, str | None):
        raise ValueError("its question or its title is no text")
    if "compressed" in row:
        found: Labelled = align(text, text_of(row["compressed"], "compressed version"))
    else:
        found = Labelled(text, _spans(row.get("kept"), len(text)))
    return replace(found, question=question or "", title=title)


def _spans(value: Any, length: int) -> tuple[tuple[int, int], ...]:
    if not isinstance(value, list):
        raise ValueError("it has neither kept spans nor a compressed version")
    for span in value:
        if not isinstance(span, list) or len(span) != 2 or not all(type(at) is int for at in span):
            raise ValueError(f"{span!r} is no span [start, end]")
        if not 0 <= span[0] < span[1] <= length:
            raise ValueError(f"the span {span} lies outside the text, which has {length} characters")
    return tuple((start, end) for start, end in value)
