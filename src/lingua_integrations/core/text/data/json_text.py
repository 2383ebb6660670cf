"""JSON: a value needs its keys; whatever is left out, what comes out is JSON again.

So is what other languages show of their data, such as a list of tuples in Python, and JSON that was cut off.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

import regex

from lingua_integrations.core.text.data.json_columns import columns, heads, side_by_side
from lingua_integrations.core.text.data.json_tree import STRING, Value, parsed
from lingua_integrations.core.text.data.literals import data_end, is_json, values
from lingua_integrations.core.text.data.qualifiers import connect_units, qualifies
from lingua_integrations.core.text.language.sentences import sentences
from lingua_integrations.core.text.lines.crumbs import joined
from lingua_integrations.core.text.outline import Outline, lines
from lingua_integrations.core.text.spans import Span

_DEEP = 60  # brackets inside of one another, from which on the innermost is kept whole
_ESCAPE = regex.compile(r"\\.")
_OBJECT = 600  # characters up to which an object is kept or dropped whole
_RECORD = 4000  # those of an object in an array, unless it holds a long string
_SHARE = 10  # so many of the longest fill the array: a larger part of it would be no choice
_NAMING = 600  # short members of a longer object in a list, together, up to which the others need all of them
_TOP = 200  # likewise those of the outermost object, such as a number of pages
_NAME = regex.compile(
    r"[\"']?(?:(?:\w*_)?(?:id|name|title|url|uri|path|number|key)|\w*(?:Id|ID|Name|Title|Url|URL|Uri|Path|Number|Key))\b"
)
"""The key of a value that names what it stands in, such as ``metadata.name`` or ``request.url``."""
_LIMITS = 8  # members of a larger object, at most, that limit all others of it
_LEVELS = 2  # objects inside of one another in which such a value is looked for
_NAMED = 300  # characters up to which such values come with all of a longer record, the outermost first


def read_json(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """Objects and arrays; a small object is one piece, a long string is opened."""
    text = outline.text
    if not is_json(text[span.start : span.end]) and data_end(text, span) is None:
        read_json_lines(outline, span, needs)
        return
    root, first = parsed(text, span), len(outline.pieces)
    named = list(heads(text, root))
    for _, names in named:
        names.whole = True
    _add(outline, root, needs)
    starts = [piece.start for piece in outline.pieces[first:]]
    for table, names in named:
        outline.require(_within(starts, table, first), _within(starts, names, first))


def read_json_lines(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """A record a line, or one after another, each over several lines."""
    found = list(values(outline.text, span))
    whole = found and not outline.text[found[-1].end : span.end].strip()
    for line in found if whole else lines(outline.text, *span):
        outline.add(*line, needs, record="json")


def _add(outline: Outline, value: Value, needs: tuple[int, ...], depth: int = 0, *, record: int = 0) -> None:
    """Add a value: whole, or its brackets and what stands between them.

    A record is an object, or a row of values, in an array; with the characters that it may have of that.
    """
    outline.skip(value.start)
    text = outline.text
    if not value.open and value.long(text):
        _add_string(outline, value, needs)
        return
    if not value.open or (
        not value.cut and (depth > _DEEP or (depth and _whole(text, value, record=record)))
    ):
        outline.add(value.start, value.end, needs, glue=",", record="json" if record else None)
        return
    sort = "json" if record else None
    head = outline.add(value.start, value.value + 1, needs, carrier=True, opens=True, glue=",", record=sort)
    own: tuple[int, ...] = (*needs, head)
    beside = value.keyed or side_by_side(text, value)
    tables = [_opened(group) for group in columns(text, value.inside)] if beside else []
    first = len(outline.pieces)
    if text[value.value] == "{" or value.keyed or (record and value.whole is None):
        naming = min(_NAMING, record) if depth else _TOP
        _add_members(outline, value, own, depth + 1, naming=naming)
    else:
        _add_items(outline, value, own, depth + 1, records=not beside)
    names = list(_names(text, value)) if value.keyed and (record or not depth) else []
    again = list(_set_again(text, value)) if value.keyed else []
    starts = [piece.start for piece in outline.pieces[first:]] if tables or names or again else []
    for one, last in again:
        outline.require(_within(starts, one, first), _within(starts, last, first))
    for name in names:
        outline.require(range(first, len(outline.pieces)), _within(starts, name, first))
    for table in tables:
        for row in zip(*table, strict=True):
            _bind(outline, [_within(starts, cell, first) for cell in row])
    if not value.cut:
        outline.skip(value.end - 1)
        outline.add(value.end - 1, value.end, closes=head)


def _set_again(text: str, value: Value) -> Iterator[tuple[Value, Value]]:
    """The members of an object whose key stands in it again, each with the last of that key, which holds."""
    keys = [text[one.start : one.value].rsplit("\n", 1)[-1].strip() for one in value.inside]
    last = dict(zip(keys, value.inside, strict=True)) if len(set(keys)) < len(keys) else {}
    for key, one in zip(keys, value.inside, strict=True):
        if last.get(key, one) is not one:
            yield one, last[key]


def _names(text: str, value: Value) -> Iterator[Value]:
    """Short values that name an object, in it or in objects in it; those in arrays name something else."""
    room, level = _NAMED, [value]
    for _ in range(_LEVELS):
        for one in (one for upper in level for one in upper.inside):
            if not one.open and one.length <= room and _NAME.match(text, one.start, one.value):
                room -= one.length
                yield one
        level = [one for upper in level for one in upper.inside if one.open and one.keyed]


def _opened(group: Sequence[Value]) -> list[list[Value]]:
    """For each of several columns its cells; those of small ones are one."""
    if sum(column.length for column in group) <= _OBJECT:
        return [[column] for column in group]
    for column in group:
        column.whole = False
    return [column.inside for column in group]


def _within(starts: Sequence[int], value: Value, first: int) -> range:
    """The pieces of a value, given where the pieces from the first one on begin."""
    return range(first + bisect_left(starts, value.start), first + bisect_left(starts, value.end))


def _bind(outline: Outline, row: Sequence[range]) -> None:
    """Let the cells of a row come together.

    Beside long cells, of which a part is enough, short ones only say what that is of; where several are long,
    the first part of each comes with the others.
    """
    short = [cell[0] for cell in row if len(cell) == 1]
    long = [cell for cell in row if len(cell) > 1]
    for cell in long:
        outline.require(cell, [*short, *(other[1] for other in long if other is not cell)])
    if long:
        for number in short:
            outline.carry(number)
        return
    outline.require(short, short[:1])
    outline.require(short[:1], short)
    for number in short:
        if outline.pieces[number].record is None:
            outline.pieces[number] = outline.pieces[number]._replace(record="column")


def _add_items(outline: Outline, value: Value, needs: tuple[int, ...], depth: int, *, records: bool) -> None:
    """The values of an array; where ``records`` may be and most are open, they are records."""
    runs = _crumbs(outline.text, value)
    for run in runs:
        outline.skip(run.start)
        outline.add(*run, needs, glue=",")
    records = records and 2 * sum(one.open for one in value.inside) > len(value.inside)
    share = 1 + value.length // _SHARE
    for one in () if runs else value.inside:
        _add(outline, one, needs, depth, record=share * records)


def _crumbs(text: str, value: Value) -> Sequence[Span]:
    """The values of an array in runs, where they are thousands of a few characters each, as in a vector."""
    if any(one.open or one.long(text) for one in value.inside):
        return ()
    found = [Span(one.start, one.end) for one in value.inside]
    runs = joined(found)
    return runs if len(runs) < len(found) else ()


def _whole(text: str, value: Value, *, record: int = 0) -> bool:
    """Whether a value is one piece: a flat array, a small object, a record without a long string."""
    if value.whole is not None:
        return value.whole
    if record:
        return value.length <= min(_RECORD, max(_OBJECT, record)) and not value.holds_long(text)
    return value.length <= _OBJECT and (text[value.value] in "{(" or value.flat)


def _add_members(outline: Outline, value: Value, needs: tuple[int, ...], depth: int, *, naming: int) -> None:
    """The members of an object; short ones of up to ``naming`` characters together are needed by all.

    Of more only those are that deny or limit the others, or say their unit.
    """
    short = [
        one.length < STRING and not one.cut and (not one.open or _whole(outline.text, one))
        for one in value.inside
    ]
    lengths = [one.length for one, is_short in zip(value.inside, short, strict=True) if is_short]
    all_short = 0 < sum(lengths) <= naming
    first = len(outline.pieces)
    needed: list[int] = []
    members: dict[str, range] = {}
    for one, is_short in zip(value.inside, short, strict=True):
        at = len(outline.pieces)
        _add(outline, one, needs, depth)
        own = range(at, len(outline.pieces))
        limits = not one.open and len(needed) < _LIMITS and qualifies(outline.text, one.start, one.end)
        if is_short and (all_short or limits):
            needed += own
        if own and one.value > one.start:
            members[outline.text[one.start : one.value].strip("\"' :=\t\r\n")] = own
    outline.require(range(first, len(outline.pieces)), needed)
    connect_units(outline, members)


def _add_string(outline: Outline, value: Value, needs: tuple[int, ...]) -> None:
    """A long string: its sentences, between its key with a quotation mark and the closing one."""
    head = outline.add(value.start, value.value + 1, needs, carrier=True, opens=True, glue=",")
    first = outline.last
    text, begin = outline.text, value.value + 1
    breaks = [m.end() for m in _ESCAPE.finditer(text, begin, value.end - 1) if m.group() in (r"\n", r"\r")]
    for stop in [*breaks, value.end - 1]:
        for start, end in sentences(text, begin, stop, outline.language):
            outline.add(start, end, (*needs, head))
        begin = stop
    outline.cover(value.end - 1)
    outline.add(value.end - 1, value.end, closes=first, apart="")
