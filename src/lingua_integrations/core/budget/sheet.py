"""A draft while it is fitted: which units are kept, and what a change would cost in target tokens."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from lingua_integrations.core.budget.drafts import Draft
from lingua_integrations.core.types import BoolArray, Count

_REACH = 32  # characters that a neighbourhood without a space may span on either side, as in Chinese


class Sheet:
    """A draft being changed: the kept units in order, and what a change would cost."""

    def __init__(self, draft: Draft, count: Count, unwanted: BoolArray | None = None) -> None:
        self.units = draft.units
        self.kept: list[int] = np.flatnonzero(draft.kept).tolist()
        self._has: list[bool] = draft.kept.tolist()  # the same by unit
        self._count = count
        self._strings = draft.units.strings()
        structure = draft.units.structure
        n = len(draft.units)
        self.needs = structure.needs if structure else ((),) * n
        self._carrier = structure.carrier if structure else np.zeros(n, dtype=bool)
        self.closers = draft.units.members
        self._users: dict[int, list[int]] = {}  # the units that need one
        for unit, needs in enumerate(self.needs):
            for need in needs:
                self._users.setdefault(need, []).append(unit)
        self._used = [0] * n  # how many kept units need this one
        for unit in self.kept:
            for need in self.needs[unit]:
                self._used[need] += 1
        # Nobody wants these for themselves, so that they go with the last one that needs them.
        self._borne = (self._carrier if unwanted is None else self._carrier | unwanted) & ~draft.forced
        closes = np.zeros(n, dtype=bool) if structure is None else structure.closes >= 0
        self._borne &= ~closes  # which go with what they close, and with nothing else
        single = ~self._carrier & ~closes
        self.alone: list[bool] = (single & ~draft.forced).tolist()  # which units may be given up alone
        wanted = (single & ~self._borne) | draft.forced
        self.wanted: list[bool] = (wanted & (draft.margin > -np.inf)).tolist()  # and which be taken

    def text(self) -> str:
        """The kept units as text."""
        return self.units.join(np.asarray(self.kept, dtype=np.int64))

    def has(self, unit: int) -> bool:
        """Whether a unit is kept."""
        return self._has[unit]

    def _keep(self, unit: int) -> None:
        insort(self.kept, unit)
        self._has[unit] = True

    def _leave(self, unit: int) -> None:
        del self.kept[bisect_left(self.kept, unit)]
        self._has[unit] = False

    def missing(self, unit: int) -> list[int]:
        """The unit and whatever it needs that is not kept."""
        found: dict[int, None] = {}
        open_ = [unit]
        while open_:
            one = open_.pop()
            if one not in found and not self._has[one]:
                found[one] = None
                open_ += [*self.needs[one], *self.closers.get(one, ())]
        return list(found)

    def cost(self, unit: int) -> int:
        """Tokens that the text has more with this unit than without it."""
        kept = self.kept
        place = bisect_left(kept, unit)
        after = place + self._has[unit]
        joint = self.units.joint
        before = kept[place - 1] if place else -1
        behind = kept[after] if after < len(kept) else len(self.units)
        lead, tail = "".join(self._lead(place)[::-1]), "".join(self._tail(after))
        with_it = lead + joint(before, unit) + self._strings[unit] + joint(unit, behind) + tail
        alone = before < 0 and behind == len(self.units)
        without = "" if alone else lead + joint(before, behind) + tail
        return self._count(with_it) - self._count(without)

    def _lead(self, place: int) -> list[str]:
        """What stands left of ``place`` in ``kept``, back to a space or a line's end; the last part first."""
        kept, parts, seen = self.kept, [], 0
        while place > 0:
            place -= 1
            string = self._strings[kept[place]]
            joint = self.units.joint(kept[place - 1] if place else -1, kept[place])
            parts += [string, joint]
            seen += len(string)
            if seen >= _REACH or _ends_token(joint):
                break
        return parts

    def _tail(self, place: int) -> list[str]:
        """What stands in ``kept`` from ``place`` on, up to and with a space or a line's end."""
        kept, parts, seen = self.kept, [], 0
        while place < len(kept):
            unit = kept[place]
            place += 1
            joint = self.units.joint(unit, kept[place] if place < len(kept) else len(self.units))
            parts += [self._strings[unit], joint]
            seen += len(self._strings[unit])
            if seen >= _REACH or _ends_token(joint):
                break
        return parts

    def try_add(self, units: Sequence[int], spare: int) -> int | None:
        """Add units while they cost no more than ``spare``; undone, and nothing returned, if they do."""
        added: list[int] = []
        total = 0
        for unit in units:
            total += self.cost(unit)
            self._keep(unit)
            added.append(unit)
            if total > spare:
                break
        if total > spare:
            for unit in added:
                self._leave(unit)
            return None
        for unit in added:
            for need in self.needs[unit]:
                self._used[need] += 1
        return total

    def drop(self, unit: int) -> list[int]:
        """Give up a unit, what needs it, what closes it, and what nothing needs any more and nobody wants."""
        gone: list[int] = []
        open_ = [unit]
        while open_:
            one = open_.pop()
            if not self._has[one]:
                continue
            self._leave(one)
            gone.append(one)
            open_ += [*self.closers.get(one, ()), *self._users.get(one, ())]
            for need in self.needs[one]:
                self._used[need] -= 1
                if not self._used[need] and self._borne[need]:
                    open_.append(need)
        return gone

    def neighbourhood(self, units: Sequence[int]) -> set[int]:
        """The units whose cost may change when these are added or dropped."""
        places = sorted(bisect_left(self.kept, unit) for unit in units)
        apart = [0, *(n for n in range(1, len(places)) if places[n] > places[n - 1] + 1), len(places)]
        found: set[int] = set()
        for begin, end in pairwise(apart):  # between units that stand side by side, no edges are looked for
            left = self._left_edge(self._left_edge(places[begin])) - 1
            right = self._right_edge(self._right_edge(places[end - 1]))
            first = self.kept[left] if left >= 0 else 0
            found.update(range(first, self.kept[right] if right < len(self.kept) else len(self.units)))
        return found

    def _left_edge(self, place: int) -> int:
        """Where in ``kept`` the neighbourhood left of ``place`` begins: after a space or a line's end."""
        kept, edge, seen = self.kept, place - 1, 0
        while edge > 0:
            seen += len(self._strings[kept[edge]])
            if seen >= _REACH or _ends_token(self.units.joint(kept[edge - 1], kept[edge])):
                break
            edge -= 1
        return max(edge, 0)

    def _right_edge(self, place: int) -> int:
        """Where in ``kept`` the neighbourhood from ``place`` on ends (exclusive): before one of these."""
        kept, edge, seen = self.kept, place + 1, 0
        while edge < len(kept):
            seen += len(self._strings[kept[edge - 1]])
            if seen >= _REACH or _ends_token(self.units.joint(kept[edge - 1], kept[edge])):
                break
            edge += 1
        return min(edge, len(kept))


def _ends_token(joint: str) -> bool:
    """Whether what stands before white space is counted alone: nearly all tokenizers end a token there."""
    return joint.startswith(" ") or "\n" in joint
