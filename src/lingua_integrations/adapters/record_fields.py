"""Leaves only some fields of each record: of JSON objects, lines of JSON lines, and rows of CSV."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any

from lingua_integrations.errors import InvalidRequest

Tree = dict[str, Any]
"""Fields by the steps of their paths; where a path ends stands the field."""
_FEW = 200  # lines that say how the values of a table are told apart


@dataclass(frozen=True)
class Records:
    """A text whose records have lost fields.

    Attributes:
        text: what is left.
        kind: of text.
        missing: those of the fields that no record has.
        fewer: whether something was left out.
    """

    text: str
    kind: str
    missing: tuple[str, ...]
    fewer: bool = True


def only_fields(
    text: str, fields: Sequence[str], *, raw: Any = None, kind: str | None = None
) -> Records | None:
    r"""Leave only some fields of each record; ``None`` where there are no records.

    Where none of them has any of the fields, all fields stay.

    Records are the objects of a JSON array one of which has one of the fields, and where there is no such
    array the outermost object; lines of JSON lines; rows of CSV and TSV below their head. A field is a name,
    or names with dots between them for what is nested.

    Args:
        text: what a tool said.
        fields: which to leave.
        raw: the data that the text stands for, where they are at hand.
        kind: of text, where it is known.

    >>> only_fields('[{"id": 1, "by": {"name": "a", "age": 7}}]', ["id", "by.name", "x"])
    Records(text='[{"id":1,"by":{"name":"a"}}]', kind='json', missing=('x',), fewer=True)
    >>> only_fields("id,fruit,price\n1,fig,9\n2,kiwi,1", ["fruit"]).text
    'fruit\nfig\nkiwi\n'
    """
    from lingua_integrations.core.text.data.json_forms import as_json, data_of, opened
    from lingua_integrations.core.text.kind_names import checked_kind
    from lingua_integrations.core.text.kinds import kind_of

    as_data = as_json(text, raw)
    try:
        if as_data is not None:
            return _of_data(data_of(opened(as_data)), fields)
        kind = kind_of(text) if kind is None else checked_kind(kind)
        if kind in ("csv", "table"):
            return _of_rows(text, fields, kind)
        return _of_lines([data_of(line) for line in text.split("\n") if line.strip()], fields)
    except (InvalidRequest, RecursionError):  # no JSON, or an object that has a key twice
        return None


def _tree(fields: Sequence[str]) -> Tree:
    """The fields by their steps; a name with dots in it may also be one step.

    >>> _tree(["id", "by.name"])
    {'by': {'name': 'by.name'}, 'by.name': 'by.name', 'id': 'id'}
    """
    tree: Tree = {}
    for field in sorted(fields):
        *above, last = field.split(".")
        node = tree
        for step in above:
            node = node.setdefault(step, {})
            if isinstance(node, str):  # all of what stands there is wanted
                break
        else:
            node[last] = field
        tree[field] = field
    return tree


def _of_data(data: Any, fields: Sequence[str]) -> Records:
    from lingua_integrations.core.text.data.json_forms import written

    tree, found = _tree(fields), set[str]()
    left = _gone_through(data, tree, found)
    if not found and isinstance(data, dict):
        left = _picked(data, tree, found)
    left = left if found else data
    return Records(written(left), "json", _missing(fields, found), fewer=left != data)


def _of_lines(lines: Sequence[Any], fields: Sequence[str]) -> Records | None:
    from lingua_integrations.core.text.data.json_forms import written

    if not any(isinstance(line, dict) for line in lines):
        return None
    found: set[str] = set()
    left = _of_array(lines, _tree(fields), found)
    text = "\n".join(map(written, left))
    return Records(text, "jsonl", _missing(fields, found), fewer=left != lines)


def _gone_through(data: Any, tree: Tree, found: set[str]) -> Any:
    if isinstance(data, dict):
        return {key: _gone_through(value, tree, found) for key, value in data.items()}
    return _of_array(data, tree, found) if isinstance(data, list) else data


def _of_array(array: Sequence[Any], tree: Tree, found: set[str]) -> list[Any]:
    """An array of records; in any other, what stands in it is gone through."""
    here: set[str] = set()
    picked = [_picked(one, tree, here) if isinstance(one, dict) else one for one in array]
    found |= here
    return picked if here else [_gone_through(one, tree, found) for one in array]


def _picked(value: Any, tree: Tree | str, found: set[str]) -> Any:
    """What a value has of the fields; one of which nothing is left goes."""
    if isinstance(tree, str):
        found.add(tree)
        return value
    if isinstance(value, list):
        return [_picked(one, tree, found) for one in value]
    if not isinstance(value, dict):
        return value
    made = {key: _picked(inside, tree[key], found) for key, inside in value.items() if key in tree}
    return {key: inside for key, inside in made.items() if inside or not value[key]}


def _of_rows(text: str, fields: Sequence[str], kind: str) -> Records | None:
    """Some columns of CSV or TSV; ``None`` where a row has more or fewer values than the head."""
    from lingua_integrations.core.text.data.csv_text import delimiter_of

    delimiter = delimiter_of([line for line in text.splitlines() if line.strip()][:_FEW])
    if delimiter not in (",", "\t", ";"):
        return None
    try:
        rows = [row for row in csv.reader(StringIO(text), delimiter=delimiter) if row]
    except csv.Error:
        return None
    columns = [at for at, name in enumerate(rows[0]) if name.strip() in fields] if rows else []
    if not rows or any(len(row) != len(rows[0]) for row in rows):
        return None
    left = StringIO()
    csv.writer(left, delimiter=delimiter, lineterminator="\n").writerows(
        [row[at] for at in columns] for row in rows
    )
    missing = _missing(fields, {rows[0][at].strip() for at in columns})
    return Records(left.getvalue(), kind, missing, fewer=0 < len(columns) < len(rows[0]))


def _missing(fields: Sequence[str], found: set[str]) -> tuple[str, ...]:
    """Fields that no record has, neither by themselves nor within another one."""
    return tuple(
        field for field in fields if not any(field == one or field.startswith(f"{one}.") for one in found)
    )
