"""Finds the label that means keep, or relevant, in a classifier's configuration. It is never guessed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import regex

from lingua_integrations.errors import UnsupportedModel


@dataclass(frozen=True)
class Meaning:
    """Words by which a label says that it means something, and that it means the opposite."""

    name: str
    says: regex.Pattern[str]
    denies: regex.Pattern[str]


KEEP = Meaning(
    "keep",
    regex.compile(r"(?i)\b(keep|kept|preserve|preserved|retain|important|relevant)\b"),
    regex.compile(r"(?i)\b(not|no|drop|dropped|discard|delete|deleted|remove|prune|omit|irrelevant)\b"),
)
RELEVANT = Meaning(
    "relevant",
    regex.compile(r"(?i)\b(relevant|yes|true|positive|match|related)\b"),
    regex.compile(r"(?i)\b(not|no|false|negative|irrelevant|unrelated|mismatch)\b"),
)


def label_of(config: Any, meaning: Meaning) -> int | None:
    """The number of the label that means it; None where there is only one label, which then says how much.

    It is the only label that says so, or of two the one that is not called the opposite; of two without names
    the second.

    Raises:
        UnsupportedModel: the labels do not tell.
    """
    labels = {int(i): str(label).replace("_", " ") for i, label in config.id2label.items()}
    if len(labels) == 1:
        return None
    saying = [i for i, one in labels.items() if meaning.says.search(one) and not meaning.denies.search(one)]
    if len(saying) == 1:
        return saying[0]
    rest = [i for i, label in labels.items() if not meaning.denies.search(label)]
    if len(labels) == 2 and len(rest) == 1:
        return rest[0]
    if len(labels) == 2 and all(regex.fullmatch(r"(?i)label \d|\d", label) for label in labels.values()):
        return 1
    raise UnsupportedModel(
        f"It is not clear which label of this classifier means {meaning.name}: {', '.join(labels.values())}. "
        f'Rename one to "{meaning.name}" in id2label of its config.json.'
    )
