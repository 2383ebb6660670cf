"""Middleware for LangChain's agents that makes old messages shorter once there are enough of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from langchain_core.messages import BaseMessage
from langchain_core.messages.utils import count_tokens_approximately
from langchain_core.runnables.config import run_in_executor

from lingua_integrations.adapters.tool_results import EXACT, AgentAdapter
from lingua_integrations.core.background import stopping
from lingua_integrations.core.prices import Payback, gained_by_rewriting, payback
from lingua_integrations.core.trace import HISTORY, Rewritten
from lingua_integrations.core.usage import of_tool, record
from lingua_integrations.errors import InvalidRequest
from lingua_integrations.langchain.agent_messages import Shortened, atell, shorten, tell
from lingua_integrations.langchain.messages import (
    Passage,
    Role,
    history,
    question_of,
    text_of,
    tool_at,
    tools_of,
)
from lingua_integrations.langchain.middleware import NamedMiddleware

if TYPE_CHECKING:
    from langchain.agents.middleware import AgentState
    from langgraph.runtime import Runtime
    from typing_extensions import Unpack

    from lingua_integrations.adapters.keywords import ResultOptions


class LinguaHistoryMiddleware(NamedMiddleware):
    """Compresses old messages once there are enough of them, by the user's current message.

    Before each call of the model, it counts the messages that are older than the last `keep` and not yet
    compressed. Once they reach `trigger_tokens`, all of them are compressed at once, each in its place.
    Message boundaries, calls and results stay. Between two compressions nothing changes, so the provider's
    prompt cache keeps working. Compressed messages are marked and never touched again. System messages, the
    user's first message, which says the goal, and last message, tool calls, results that an agent quotes
    (`EXACT`) and everything that is not text stay; of the user's other messages the sentences stay that say
    what must or must not be, or is to do.

    Args:
        trigger_tokens: tokens of old, uncompressed messages at which to compress, counted approximately.
        trigger: ``("fraction", 0.7)`` or ``("tokens", 100_000)``: compress once all messages together fill
            this share of the model's window, or have so many tokens, and `trigger_tokens` of them are old and
            uncompressed, or a tenth of that size where it is less: not again with each message.
        window: the model's window in tokens; needed for a fraction.
        keep: how many of the last messages stay as they are.
        roles: whose messages are compressed: any of "human", "ai" and "tool".
        only_if_it_pays: what is expected of the rest of the run: nothing happens while the tokens saved would
            not pay for writing what follows to the provider's cache again (`gained_by_rewriting`). ``True``:
            as `Payback` has it by default.
        name: must differ between two of them in one agent.
        **options: fields of `HowMuch`, `HowResults`, `OnFailure` and `Telling`; messages below ``min_tokens``
            stay.

    Raises:
        InvalidRequest: the settings contradict each other.
    """

    _shown = ("trigger_tokens", "keep")

    def __init__(
        self,
        *,
        trigger_tokens: int = 4000,
        trigger: tuple[Literal["fraction", "tokens"], float] | None = None,
        window: int | None = None,
        keep: int = 6,
        roles: Sequence[Role] = ("human", "ai", "tool"),
        only_if_it_pays: Payback | bool | None = None,
        name: str | None = None,
        **options: Unpack[ResultOptions],
    ) -> None:
        if trigger_tokens < 1 or keep < 0:
            raise InvalidRequest("trigger_tokens must be at least 1, and keep at least 0.")
        if unknown := set(roles) - {"human", "ai", "tool"}:
            raise InvalidRequest(f"roles are human, ai and tool, not {', '.join(sorted(unknown))}.")
        super().__init__(name)
        self.settings = AgentAdapter(**options)
        self.room = _room(trigger, window)
        self.trigger_tokens = trigger_tokens
        self.keep = keep
        self.roles = tuple(roles)
        self.expected = payback(only_if_it_pays)

    def before_model(self, state: AgentState[Any], runtime: Runtime[Any]) -> dict[str, Any] | None:
        """Compress old messages, if there are enough of them."""
        done = self._done(state["messages"])
        if done is None:
            return None
        tell(done.reports)
        return {"messages": [done.messages[i] for i in done.changed]}

    async def abefore_model(self, state: AgentState[Any], runtime: Runtime[Any]) -> dict[str, Any] | None:
        """The same in a thread, so that the event loop stays free."""
        with stopping():
            done = await run_in_executor(None, self._done, state["messages"])
        if done is None:
            return None
        await atell(done.reports)
        return {"messages": [done.messages[i] for i in done.changed]}  # the same ids: replaced in place

    def _done(self, messages: Sequence[BaseMessage]) -> Shortened | None:
        found = self.settings.attempt(partial(self._old, messages))
        if not found:
            return None
        waiting = sorted({one.place.message for one in found})
        if count_tokens_approximately([messages[i] for i in waiting]) < self._batch:
            return None
        if self.room is not None and count_tokens_approximately(messages) < self.room:
            return None
        cached = self._cached(messages, waiting[0])
        if self.expected is not None and not self._pays(found, cached, self.expected):
            return None
        with of_tool(HISTORY):
            done = shorten(self.settings, messages, found, question_of(messages))
        saved = sum(told["tokens_before"] - told["tokens_after"] for told in done.reports)
        if saved:
            record(Rewritten(max(0, cached - saved)))
        return done

    @property
    def _batch(self) -> float:
        """Tokens that must be waiting: what stands behind them is written to the cache again."""
        return self.trigger_tokens if self.room is None else min(self.trigger_tokens, self.room / 10)

    def _pays(self, found: Sequence[Passage], cached: int, expected: Payback) -> bool:
        """Whether it does if as much is left of each text as the budget allows."""
        compressor = self.settings.compressor_for()
        before = [compressor.counter.count(one.text) for one in found]
        rate, target = self.settings.rate, self.settings.target_tokens
        after = [min(one, compressor.config.budget_of(one, rate, target)) for one in before]
        saved = sum(before) - sum(after)
        return gained_by_rewriting(sum(before), sum(after), max(0, cached - saved), expected) > 0

    def _cached(self, messages: Sequence[BaseMessage], first: int) -> int:
        """Tokens from a message on that the last call of the model has read, and a cache may hold."""
        last = max((i for i, one in enumerate(messages) if one.type == "ai"), default=0)
        count = self.settings.compressor_for().counter.count
        return sum(count(text_of(one)) for one in messages[first:last])

    def _old(self, messages: Sequence[BaseMessage]) -> list[Passage]:
        """Texts that are old and long enough."""
        count = self.settings.compressor_for().counter.count
        tools = tools_of(messages)
        return [
            one
            for one in history(messages, self.roles)
            if one.place.message < len(messages) - self.keep
            and tool_at(tools, one.place) not in EXACT
            and count(one.text) >= self.settings.min_tokens
        ]


def _room(trigger: tuple[str, float] | None, window: int | None) -> float | None:
    """Tokens of all messages from which on they are compressed; None where only the old ones count.

    >>> _room(("fraction", 0.5), 1000), _room(("tokens", 800), None), _room(None, None)
    (500.0, 800, None)
    """
    sort, size = trigger or (None, 0.0)
    if (sort == "fraction") != (window is not None):
        raise InvalidRequest(
            'Give trigger=("fraction", share) and window together: it is a share of the model\'s window.'
        )
    if trigger is None:
        return None
    if sort not in ("fraction", "tokens") or not 0 < size <= (1 if window else float("inf")):
        raise InvalidRequest(
            'trigger must be ("fraction", share) with a share in (0, 1], or ("tokens", number), not '
            f"{trigger!r}."
        )
    return size * (window or 1)
