"""Stage 1, segment: texts become the parts of a prompt. A part cuts itself when its units are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from lingua_integrations.core.budget.counting import TokenCounter
from lingua_integrations.core.config import CompressionConfig
from lingua_integrations.core.prune.model_set import ModelSet
from lingua_integrations.core.prune.segmenters import segmenter
from lingua_integrations.core.request import Context, Part, Prompt
from lingua_integrations.core.text.must_keep import MustKeep
from lingua_integrations.core.text.spans import Span
from lingua_integrations.errors import InvalidRequest


def prompt_of(
    contexts: Sequence[str | Context],
    config: CompressionConfig,
    models: ModelSet,
    counter: TokenCounter,
    *,
    question: str | None = None,
    instruction: str | None = None,
) -> Prompt:
    """A prompt whose parts are counted, and can be cut into units.

    Only contexts obey the configuration's rules of what to keep.

    Raises:
        InvalidRequest: the contexts are one string, or a text is not a string.
    """
    if isinstance(contexts, str):
        raise InvalidRequest("contexts is a string. Pass a list of texts; for one text: [text].")

    def part(context: Context, index: int = 0, rules: MustKeep | None = None) -> Part:
        cut = segmenter(config, models, context.kind)
        must_keep = partial(rules.spans, language=config.language) if rules else _nothing
        return Part(context, counter.count(context.text), cut, must_keep, index)

    return Prompt(
        instruction=part(Context(instruction)) if instruction else None,
        contexts=[
            part(text if isinstance(text, Context) else Context(text), index, config.must_keep)
            for index, text in enumerate(contexts)
        ],
        question=part(Context(question)) if question else None,
        scope=config.budget_scope,
        separator=config.separator,
        count=counter.count,
        counter=counter.name,
    )


def _nothing(text: str) -> Iterable[Span]:
    """The spans to keep where no rules say so."""
    return ()
