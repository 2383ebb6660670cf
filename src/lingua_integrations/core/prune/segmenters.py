"""What a configuration's ``unit`` means: which function cuts a text into units."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from lingua_integrations.core.config import CompressionConfig
from lingua_integrations.core.prune.model_set import ModelSet
from lingua_integrations.core.text.atoms import graphemes, segment
from lingua_integrations.core.text.documents import read
from lingua_integrations.core.text.spans import whole
from lingua_integrations.core.text.units import Units, from_spans, from_tokens
from lingua_integrations.core.text.words import finer, phrases


def segmenter(config: CompressionConfig, models: ModelSet, kind: str | None = None) -> Callable[[str], Units]:
    """The function that cuts a text of a kind, found where none is named, into the units of ``config``."""
    if config.unit == "context":
        return all_of_it
    if config.unit == "token":
        return lambda text: from_tokens(text, models.token_scorer().encode(text).spans.tolist())
    whole = partial(read, kind=kind, language=config.language, gap_marker=config.gap_marker)
    if config.unit == "sentence":
        return whole
    cut = phrases if config.unit == "phrase" else segment
    return lambda text: finer(whole(text), cut)


def all_of_it(text: str) -> Units:
    """The whole text, up to white space at its edges, as its one unit."""
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    found = [(start, end)] if start < end else [(0, len(text))] if text else []
    return from_spans(text, whole(found, graphemes(text)))
