"""What drawn tables look like: pipes, grids, rules, and columns that begin or end at the same places."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from lingua_integrations.core.text.data.table_cells import COLUMN, NUMBER, PARTED, is_amount, title_in_columns
from lingua_integrations.core.text.data.table_notes import is_note

_BOX = r"\u2500-\u257f"  # characters that draw boxes
RULE = regex.compile(rf"(?!\s*[│┃])[\s|+:=\-_{_BOX}]*[-=─━═]{{2}}[\s|+:=\-_{_BOX}]*$")
TOP = regex.compile(r"\s*[+┌┏╔╭┍┎]")  # the corner in which a drawn table begins
_RUN = r"(?:={3,}|-{2,}|─{3,}|━{3,})"
RULE_IN_PIECES = regex.compile(rf"\s*[+|]*-?{_RUN}(?:(?:[ +|]+|-(?==)){_RUN})+[-+|\s]*$")
_DIGIT = regex.compile(r"\d")
_HEAD = 8  # lines that the head of a table has at most
_BRANCH = regex.compile("[│├└╰]")  # of a drawn tree
_NUMBERED = regex.compile(
    r"\s*(?:Table|Tabelle|Tableau|Tabla|Tabela|Tabella|Exhibit|Schedule)\s+[\dIVXA-Z]", regex.I
)
_TITLE = 160  # characters up to which a line above the columns may be their title
_GROUPS = 4  # rows at the top of which at most all but the last may name columns
_TITLES = 3  # such lines, at most


def is_table(found: Sequence[str]) -> bool:
    """Whether lines are a table: with pipes, a grid, rules, or columns that begin at the same places."""
    if len(found) < 2:
        return False
    pipes = [line.count("|") for line in found]
    if min(pipes) >= 1 and sum(pipes) >= 2 * len(found) and any(map(RULE.match, found)):
        return True
    if any(TOP.match(line) and RULE.match(line) for line in found[:3]):
        return True
    rule = next(
        (number for number, line in enumerate(found[:_HEAD]) if number and RULE_IN_PIECES.match(line)), None
    )
    if rule is not None and len(found) > rule + 1:
        return True
    if not any(map(is_parted, found)):
        return False
    found = found[title_lines(found) :]
    while len(found) > 2 and is_note(found[-1]):
        found = found[:-1]
    return (len(found) > 2 or names_in_capitals(found)) and are_aligned(found)


def names_in_capitals(found: Sequence[str]) -> bool:
    """Whether the first line names three columns or more in capitals, as `ps` and `kubectl` do."""
    names = [match.group() for match in COLUMN.finditer(found[0])]
    return len(found) > 1 and len(names) > 2 and found[0] == found[0].upper() and not _DIGIT.search(found[0])


def is_ruled(text: str) -> bool:
    """Whether a rule shows where the head of a table ends."""
    return any(map(RULE.match, text.splitlines()))


def title_lines(found: Sequence[str]) -> int:
    """How many lines above columns of spaces are their title."""
    if any(map(_BRANCH.search, found)):
        return 0
    rows = (
        n
        for n, line in enumerate(found[: _TITLES + 1])
        if PARTED.search(line.strip()) and not _NUMBERED.match(line)
    )
    number = next(rows, 0)
    return number if all(len(line) <= _TITLE for line in found[:number]) else 0


def names_columns(two: Sequence[str]) -> bool:
    """Whether the first of two lines names columns and the second fills them."""
    first, second = ([match.group() for match in COLUMN.finditer(line)] for line in two)
    if first and second and first[0][0] == second[0][0] and not first[0][0].isalnum():
        return False  # both begin as keys do that are explained: "%a"
    if not _DIGIT.search(two[0]) and 2 * sum(map(bool, map(_DIGIT.search, second))) >= len(second):
        return True
    return not any(map(is_amount, first)) and (any(map(NUMBER.match, second)) or len(first) >= len(second))


def rows_of_names(rows: Sequence[str]) -> int:
    """How many rows at the top name columns in groups: they have no digits, and all rows below have amounts.

    >>> rows_of_names(["      Boys   Girls", "      tea    tea", "five  12     15", "six   1      2"])
    2
    """
    cells = [[match.group() for match in COLUMN.finditer(row)] for row in rows]
    head = next((n for n, row in enumerate(rows[:_GROUPS]) if _DIGIT.search(row)), 0)
    below = [any(map(is_amount, row[1:])) for row in cells[head:]]
    grouped = head > 1 and all(rows[n][:1].isspace() and len(cells[n]) > 1 for n in range(head))
    return head if grouped and len(below) > 1 and all(below) else 0


def sums_below(above: Sequence[str]) -> bool:
    """Whether a rule ends rows of values, and no head: rows with amounts stand above it.

    >>> sums_below(["Item    Price", "Lamp    39.00", "Bulb     4.50"]), sums_below(["Item    Price"])
    (True, False)
    """
    cells = [[match.group() for match in COLUMN.finditer(line)] for line in above]
    amounts = [len(row) > 1 and any(map(is_amount, row[1:])) for row in cells]
    values = len(above) > 1 and all(amounts)  # and no names, as below a blank line
    below = len(above) > 2 and 2 * sum(amounts[1:]) > len(cells) - 1
    return (values or below) and "|" not in "".join(above)


def are_aligned(found: Sequence[str]) -> bool:
    """Whether most lines have several columns, most of which begin or end where others do."""
    found = [line for line in found if not title_in_columns(line) and not RULE.match(line)] or found
    if not all(map(is_parted, found[:2])):
        return False
    columns = [[match.span() for match in COLUMN.finditer(line.expandtabs())] for line in found]
    several = [one for one in columns if len(one) > 1]
    if len(several) < 0.8 * len(found):
        return False
    edges: dict[tuple[str, int], int] = {}
    for one in several:
        for start, end in one[1:]:
            for edge in (("start", start), ("end", end)):
                edges[edge] = edges.get(edge, 0) + 1
    most = max(map(len, several))
    named = len(several[0]) >= most - 1  # all columns, perhaps two of them with one space between
    wide = sum(len(one) > 2 for one in several) if named and most > 2 else 0  # a sum has fewer
    common = {
        edge
        for edge, times in edges.items()
        if times >= (0.6 * wide if wide > 2 else 2 if wide == 2 else 0.6 * len(several))
    }
    cells = [
        (("start", start) in common or ("end", end) in common) for one in several for start, end in one[1:]
    ]
    return sum(cells) >= 0.7 * len(cells)


def is_parted(line: str) -> bool:
    """Whether a line has a gap, as between two columns."""
    content = line.strip()
    return "  " in content or "\t" in content
