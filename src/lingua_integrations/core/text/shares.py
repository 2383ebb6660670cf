"""How many of some lines are of a sort, asked only as far as the answer takes: of prose, few are."""

from __future__ import annotations

from collections.abc import Callable, Sequence


def most(fits: Callable[[str], object], found: Sequence[str], share: float) -> bool:
    """Whether at least a share of some lines fit. It stops where so many do not that too few can.

    >>> most(str.isdigit, ["1", "2", "a", "3", "4"], 0.8), most(str.isdigit, ["1", "a", "b"], 0.8)
    (True, False)
    """
    fit = len(found)
    for line in found:
        if not fits(line):
            fit -= 1
            if fit < share * len(found):
                return False
    return fit >= share * len(found)
