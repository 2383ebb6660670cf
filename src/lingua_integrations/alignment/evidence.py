"""Labels without a target LLM: sentences that a known answer rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lingua_integrations.alignment.labels import Labelled
from lingua_integrations.core.text.sentences import sentences
from lingua_integrations.evaluation.cases import Case
from lingua_integrations.evaluation.metrics import answer_kept


def evidence(cases: Sequence[Case], skip: int = 0) -> Iterator[Labelled]:
    """Every context of every case, with its question and the sentences that its answer rests on.

    The first ``skip`` cases are left to judge by, and so is every context that one of them has.

    These are the relevant spans, where a task knows them; else the sentences in which a right answer stands,
    word for word, wherever that is. A case whose answer stands nowhere is left out.
    """
    judged = {context.text for case in cases[:skip] for context in case.contexts}
    for case in cases[skip:]:
        rows = [
            Labelled(context.text, tuple(_spans(case, place)), case.question, context.title)
            for place, context in enumerate(case.contexts)
            if context.text.strip() and context.text not in judged
        ]
        if any(row.kept for row in rows):
            yield from rows


def _spans(case: Case, place: int) -> Iterator[tuple[int, int]]:
    if case.relevant:
        yield from ((start, end) for context, start, end in case.relevant if context == place)
        return
    text = case.contexts[place].text
    found = sentences(text)
    for start, end in zip(found.starts.tolist(), found.ends.tolist(), strict=True):
        if answer_kept(case.answers, [text[start:end]]):
            yield start, end
