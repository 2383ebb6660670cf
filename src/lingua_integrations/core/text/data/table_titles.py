"""Titles of parts of a table: each names the rows below it, up to the next one."""

from __future__ import annotations


class Titles:
    """The titles above the next row of a table, the outermost first.

    A title right below another one is part of it. A title below rows replaces the innermost one if both are
    written alike and the outer ones are written differently; else it replaces all of them.

    A title above rows that are indented more ends at the first row that is not.

    >>> titles = Titles()
    >>> for number, title in enumerate(["ASSETS", "Current:", "", "Other:", "", "EQUITY"]):
    ...     titles.enter(title, number) if title else titles.row()
    ...     if not title:
    ...         print(titles.above)
    (0, 1)
    (0, 3)
    >>> titles.above
    (5,)
    """

    def __init__(self) -> None:
        self._found: list[tuple[tuple[bool, ...], int]] = []  # how each is written, and its number
        self._depths: dict[int, tuple[int, int]] = {}  # by number, its indentation and the most of its rows
        self._rows = False  # whether rows have followed the last one

    @property
    def above(self) -> tuple[int, ...]:
        """The numbers of the titles."""
        return tuple(at for _, at in self._found)

    @property
    def several(self) -> bool:
        """Whether there have been titles of several parts."""
        return len(self._depths) > 1

    def row(self, depth: int = 0) -> None:
        """Take note of a row below the titles, with its indentation."""
        self._rows = True
        for number, (own, most) in list(self._depths.items()):
            self._depths[number] = own, max(most, depth)
        ended = [n for n, (own, most) in self._depths.items() if depth <= own < most]
        self._found = [one for one in self._found if one[1] not in ended]

    def over(self, title: str) -> tuple[int, ...]:
        """The numbers of the titles that stand above this one; the others end."""
        style = _style(title)
        if self._rows:
            styles = [one for one, _ in self._found]
            inner = len(styles) > 1 and style == styles[-1] and style not in styles[:-1]
            self._found = self._found[:-1] if inner else []
            self._rows = False
        return self.above

    def enter(self, title: str, at: int, depth: int = 0) -> None:
        """Put a title below those that stand above it; ``at`` is the number of its piece."""
        self.over(title)
        self._depths[at] = depth, depth
        self._found.append((_style(title), at))

    def leave(self) -> None:
        """Begin another part of the table: it is below the titles only if they have had no rows so far."""
        self._found = [] if self._rows else self._found


def _style(title: str) -> tuple[bool, ...]:
    """How a title is written: with a colon at the end, in capitals, in bold."""
    plain = title.strip(" *_|")
    return plain.endswith(":"), plain.isupper(), "**" in title or "__" in title
