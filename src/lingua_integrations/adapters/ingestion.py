"""Texts that are shortened before they are stored, when no question is known yet."""

from __future__ import annotations

from lingua_integrations.adapters.compressing import EachAdapter
from lingua_integrations.core.methods import needs_question
from lingua_integrations.errors import InvalidRequest


class IngestionAdapter(EachAdapter):
    """An adapter for ingestion: each text is compressed alone.

    What is kept of a text does not depend on its neighbours. Whether anything is done does: `min_tokens` is
    about the call.
    """

    def check(self) -> None:
        """Refuse methods that need a question."""
        super().check()
        if needs_question(self.compressor_for().config):
            raise InvalidRequest(
                "This method needs a question, and at ingestion there is none. Use salience, llmlingua, "
                "llmlingua2 or selective-context; or compress after retrieval."
            )
