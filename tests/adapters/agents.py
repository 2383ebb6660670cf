"""What the tests of agents share: a chat model that says what it is told to."""

from __future__ import annotations

from langchain_core.language_models.fake_chat_models import GenericFakeChatModel


class Scripted(GenericFakeChatModel):
    """Says its messages one after the other, whatever it is asked and whichever tools it has."""

    def bind_tools(self, tools, **kwargs):
        return self
