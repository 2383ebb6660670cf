"""Texts cut into units as each kind of text, also as kinds that they are not."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from fuzz import drawing as st
from fuzz.texts import documents
from lingua_integrations.core.text.documents import READERS, read


@dataclass(frozen=True)
class Reading:
    """A text, and the kinds as which it is read."""

    text: str
    kinds: list[str]


readings = st.builds(Reading, documents, st.lists(st.sampled_from(sorted(READERS)), min_size=8, max_size=8))


def check_readings(call: Reading, _: Any) -> int:
    """Units stand in their order, need others that exist, and lose nothing but white space."""
    for kind in call.kinds:
        units = read(call.text, kind)
        edges = list(zip(units.starts.tolist(), units.ends.tolist(), strict=True))
        assert all(start < end for start, end in edges)
        assert all(end <= start for (_, end), (start, _) in pairwise(edges))
        for needs in units.structure.needs if units.structure else ():
            assert set(needs) <= set(range(len(edges)))
        assert edges or not call.text.strip()
    return 0
