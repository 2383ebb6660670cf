"""What is worth its tokens: not what is beside the question, not what is said twice; and landmarks are."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

import numpy as np

from lingua_integrations.core.text.omissions.repeats import said_again
from lingua_integrations.core.text.outline import Piece
from lingua_integrations.core.text.units import Units
from lingua_integrations.core.types import BoolArray, FloatArray

BESIDE = 2  # rows on either side of the best one that come right after it
_AS_GOOD = 0.8  # of the way from the mean of a table's rows to the best: rows from there on match as it does
_BELOW = 6  # lines under another one that come right after it: more are a list
_DOCUMENT = 60  # lines of a document of YAML that do
_TABLE = 150  # rows up to which all of a table are as relevant as the best: more is a listing
_REPEATED = 40  # characters from which on a unit that stands in two texts is kept once


def with_next_rows(units: Units, scores: FloatArray) -> FloatArray:
    r"""Scores in which the rows next to the best one of a table come right after all that match as it does.

    Who asks what comes after a row names that row, and not the one with the answer. Who asks for all rows of
    a sort names several, and the rows next to one of them are no answer.

    >>> from lingua_integrations.core.text.documents import read
    >>> table = read("stop,time\nBonn,10:00\nKoeln,10:20\nNeuss,10:40\nEssen,11:00", "csv")
    >>> with_next_rows(table, np.array([0.0, 0.0, 9.0, 0.0, 1.0])).round(3)
    array([0., 9., 9., 9., 9.])
    >>> with_next_rows(table, np.array([0.0, 9.0, 0.0, 1.0, 8.5])).round(3)
    array([0. , 9. , 8.5, 8.5, 8.5])
    """
    lifted = scores.copy()
    for rows in units.tables():
        found = scores[rows]
        best = int(found.argmax())
        as_good = found.mean() + _AS_GOOD * (found.max() - found.mean())
        least = found[found >= min(as_good, found.max())].min()
        for beside in range(max(0, best - BESIDE), min(len(rows), best + BESIDE + 1)):
            lifted[rows[beside]] = max(found[beside], least - 1e-6 * abs(beside - best))
    return lifted


def with_lines_below(units: Units, scores: FloatArray) -> FloatArray:
    r"""Scores in which the lines under a line of a report come right after it, where they are few.

    Who asks why something was terminated names the line that says so, and not the reason below it.

    >>> from lingua_integrations.core.text.documents import read
    >>> report = read("State: ended\n  Reason: memory\n  Code: 1\nReady: no", "nested")
    >>> with_lines_below(report, np.array([2.0, 0.0, 0.0, 0.0])).round(3)
    array([2., 2., 2., 0.])
    """
    below: dict[int, list[int]] = {}
    for unit, piece in enumerate(units.structure.pieces if units.structure else ()):
        if piece.kind == "nested" and piece.needs and not piece.carrier:
            below.setdefault(piece.needs[-1], []).append(unit)
    lifted = scores.copy()
    for head, lines in below.items():
        if len(lines) <= _BELOW and units.structure and units.structure.pieces[head].heads:
            lifted[lines] = np.maximum(scores[lines], scores[head] - 1e-6 * np.arange(1, len(lines) + 1))
    return lifted


def with_document(units: Units, scores: FloatArray) -> FloatArray:
    r"""Scores in which what is asked for of the best one's document comes right after it, in YAML of several.

    Who asks for a value of an object names the object, and all objects have the key.

    >>> from lingua_integrations.core.text.documents import read
    >>> text = "name: a\nport: 1\n---\nname: b\nport: 2\n---\nname: c\nport: 3\n"
    >>> with_document(read(text, "yaml"), np.array([0.0, 1.0, 0.0, 2.0, 1.0, 0.0, 0.0, 1.0])).round(3)
    array([0., 1., 0., 2., 2., 0., 0., 1.])
    """
    pieces = units.structure.pieces if units.structure else ()
    marks = [n for n, one in enumerate(pieces) if one.carrier and _parts_documents(units.text, one)]
    best = int(scores.argmax()) if marks else 0
    at = bisect_right(marks, best)
    document = range(marks[at - 1] + 1 if at else 0, marks[at] if at < len(marks) else len(pieces))
    others = np.delete(scores, document)
    if not marks or len(document) > _DOCUMENT or scores[best] <= others.max(initial=-np.inf):
        return scores
    lifted, least = scores.copy(), scores.min()
    for place, unit in enumerate(sorted(document, key=lambda unit: -scores[unit])):
        if scores[unit] > least:
            lifted[unit] = max(scores[unit], scores[best] - 1e-6 * place)
    return lifted


def _parts_documents(text: str, piece: Piece) -> bool:
    return piece.kind == "yaml" and text.startswith("---", piece.start)


def best_of_tables(units: Units, scores: FloatArray) -> FloatArray:
    """Scores in which all rows of a table have the best one's: one row alone does not tell."""
    lifted = scores.copy()
    for rows in units.tables():
        if len(rows) <= _TABLE:
            lifted[rows] = scores[rows].max()
    return lifted


def repeated(units: Sequence[Units], scores: Sequence[FloatArray]) -> list[BoolArray]:
    """Which units say again what a better one of another text says under the same headings.

    Chunks of one document overlap, and copies of a page are found together. Of equals the first one counts.
    What repeats within a text stays: two rows alike are two.

    >>> from lingua_integrations.core.text.documents import read
    >>> copy = "It is a truth universally acknowledged by all."
    >>> both = [read(copy), read(f"{copy} Not so here.")]
    >>> repeated(both, [np.array([1.0]), np.array([2.0, 0.0])])
    [array([ True]), array([False, False])]
    """
    if len(units) < 2:
        return [np.zeros(len(one), dtype=bool) for one in units]
    best: dict[tuple[str, str], tuple[float, int]] = {}
    keys: list[list[tuple[int, tuple[str, str]]]] = []
    for text, (one, score) in enumerate(zip(units, scores, strict=True)):
        scored = one.scored()
        above = one.above
        keys.append([])
        for unit, content in zip(scored.tolist(), one.texts(scored), strict=True):
            if len(content) < _REPEATED:
                continue
            key = (above[unit], " ".join(content.split()))
            keys[-1].append((unit, key))
            if key not in best or score[unit] > best[key][0]:
                best[key] = (float(score[unit]), text)
    found: list[BoolArray] = []
    for text, (one, known) in enumerate(zip(units, keys, strict=True)):
        twice = np.zeros(len(one), dtype=bool)
        twice[[unit for unit, key in known if best[key][1] != text]] = True
        found.append(twice)
    return found


def counted_instead(units: Units, scores: FloatArray) -> BoolArray:
    r"""Which lines of a log a mark counts: those that only the time tells from an earlier and a later one.

    The question must not ask for one of them more than for the first. Without marks all may stay.

    >>> from lingua_integrations.core.text.documents import read
    >>> log = "\n".join(f"2026-01-02 10:00:0{n} cannot connect" for n in range(4))
    >>> counted_instead(read(log, gap_marker="[{lines} lines left out]"), np.zeros(4))
    array([False,  True,  True, False])
    """
    gone = np.zeros(len(units), dtype=bool)
    pieces = units.structure.pieces if units.structure and units.gap_marker is not None else ()
    found = [unit for unit, piece in enumerate(pieces) if piece.record == "line"]
    lines = [units.text[units.starts[unit] : units.ends[unit]] for unit in found]
    for first, *others, last in said_again(lines):
        again = others if lines[first] != lines[last] else [*others, last]
        gone[[found[one] for one in again if scores[found[one]] <= scores[found[first]]]] = True
    return gone


def landmark_level(scores: Sequence[FloatArray], floor: float) -> float:
    """The score of landmarks: halfway between the floor and the best, but above all save the best tenth.

    >>> landmark_level([np.array([0.0, 0.0, 8.0])], 2.0), landmark_level([np.ones(20)], 1.0)
    (5.0, 1.0)
    """
    found = np.sort(np.concatenate([*scores, np.zeros(0)]))[::-1]
    if not len(found):
        return 0.0
    least = max(floor, float(found[-1]))
    tenth = float(found[len(found) // 10]) if len(found) >= 10 else least
    return max((least + float(found[0])) / 2, tenth)


def lifted(scores: FloatArray, landmarks: Sequence[int], level: float) -> FloatArray:
    """Scores with those of landmarks, the most telling first, just above a level.

    >>> lifted(np.array([0.0, 9.0, 2.0, 0.0]), [3, 0], 5.0).round(3)
    array([5., 9., 2., 5.])
    """
    scores, step = scores.copy(), 1e-6 / max(1, len(landmarks))
    for place, unit in enumerate(landmarks):
        scores[unit] = max(scores[unit], level + 1e-6 - place * step)
    return scores


def relevance_floor(scores: Sequence[FloatArray], share: float | None) -> float:
    """The relevance below which nothing is kept: a share of the way from the mean to the best.

    Most of a call's units are beside the question, so their mean says what that looks like. Without a share
    there is no floor.

    >>> relevance_floor([np.array([0.0, 1.0]), np.array([5.0])], 0.5), relevance_floor([np.ones(1)], None)
    (3.5, -inf)
    """
    found = np.concatenate([*scores, np.zeros(0)])
    if share is None or not len(found):
        return -np.inf
    return float(found.mean() + share * (found.max() - found.mean()))
