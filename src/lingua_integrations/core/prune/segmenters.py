"""What a configuration's ``unit`` means: which function cuts a text into units."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from lingua_integrations.core.config import CompressionConfig
from lingua_integrations.core.prune.model_set import ModelSet
from lingua_integrations.core.text.atoms import segment
from lingua_integrations.core.text.blocks import code_lines
from lingua_integrations.core.text.sentences import phrases, sentences
from lingua_integrations.core.text.units import Units, from_spans, from_tokens


def segmenter(config: CompressionConfig, models: ModelSet, *, code: bool = False) -> Callable[[str], Units]:
    """The function that cuts a text into the units of ``config``; source code is cut into lines."""
    if config.unit == "context":
        return all_of_it
    if config.unit == "token":
        return lambda text: from_tokens(text, models.token_scorer().encode(text).spans.tolist())
    if code:
        return code_lines
    if config.unit == "sentence":
        return partial(sentences, language=config.language)
    return phrases if config.unit == "phrase" else segment


def all_of_it(text: str) -> Units:
    """The whole text, up to white space at its edges, as its one unit."""
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    return from_spans(text, [(start, end)] if start < end else [(0, len(text))] if text else [])
