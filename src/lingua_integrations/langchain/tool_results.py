"""Which tools' results are compressed, how, and by what question: shared by middleware and interceptor."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from langchain_core.messages import BaseMessage
from langchain_core.messages.utils import count_tokens_approximately
from langchain_core.tools import BaseTool, StructuredTool
from langgraph.types import Command

from lingua_integrations.adapters.keywords import ResultOptions
from lingua_integrations.adapters.originals import RECALL, RECALL_SAYS, Originals
from lingua_integrations.adapters.tool_results import EXACT, AgentAdapter, Pays
from lingua_integrations.core.prices import Payback, gained_on_arrival, payback
from lingua_integrations.core.trace import Compressed
from lingua_integrations.core.usage import of_tool, record
from lingua_integrations.errors import InvalidRequest
from lingua_integrations.langchain.agent_messages import Shortened, shorten
from lingua_integrations.langchain.blocks import with_joined
from lingua_integrations.langchain.messages import (
    RESULTS,
    Passage,
    Place,
    open_texts,
    question_of_call,
    rewrite,
    role_of,
)

if TYPE_CHECKING:
    from typing_extensions import Unpack

Report = dict[str, Any]


class ToolResultOptions(ResultOptions, total=False):
    """Which results are compressed, how, and when they are not: the arguments of `ToolResults`."""

    only: Collection[str] | None
    exclude: Collection[str]
    tools: Mapping[str, Mapping[str, Any] | bool] | None
    store: Any
    holdout: float
    only_if_it_pays: Payback | bool | None


class ToolResults:
    """Makes the results of tools shorter, each once, when it arrives.

    Args:
        only: names of the tools whose results are compressed; default: all but those in `EXACT`.
        exclude: names of those whose results are not.
        tools: settings of single tools, by name: ``{"search": {"rate": 0.2}, "sql": False}``; ``False``: not
            compressed; ``True``: as all others. A tool named here is compressed even if `EXACT` has it.
        store: keeps the original of each result that something was left out of, see `Originals`. The result
            then ends with a reference, and the agent needs the tool `recall` to fetch it back.
        holdout: share of the calls whose results are left whole, to compare with; which, their ids decide.
        only_if_it_pays: what is expected of the rest of the run: a result by whose compression nothing would
            be gained (`gained_on_arrival`) is handed on as it came. ``True``: as `Payback` has it by default.
        **options: fields of `HowMuch`, `HowResults`, `OnFailure` and `Telling`. By default a failure is a
            warning.

    Raises:
        InvalidRequest: the settings contradict each other.
    """

    def __init__(
        self,
        *,
        only: Collection[str] | None = None,
        exclude: Collection[str] = (),
        tools: Mapping[str, Mapping[str, Any] | bool] | None = None,
        store: Any = None,
        holdout: float = 0.0,
        only_if_it_pays: Payback | bool | None = None,
        **options: Unpack[ResultOptions],
    ) -> None:
        if not 0 <= holdout <= 1:
            raise InvalidRequest(f"holdout must be in [0, 1], not {holdout}.")
        own = {tool: {} if one is True else one for tool, one in (tools or {}).items()}
        self.only = _names(only)
        self.exclude = (_names(exclude) or frozenset()) | {tool for tool, one in own.items() if one is False}
        self.settings = AgentAdapter(**options)
        self.by_tool = {
            tool: AgentAdapter(**{**options, **one}) for tool, one in own.items() if isinstance(one, Mapping)
        }
        self.originals = None if store is None else Originals(store)
        self.holdout = holdout
        self.expected = payback(only_if_it_pays)
        if self.expected is not None and store is None:  # nothing can be fetched back
            self.expected = replace(self.expected, recalls=0.0)

    def compresses(self, tool: str) -> bool:
        """Whether results of a tool of this name are compressed."""
        if tool in self.exclude or (tool == RECALL and self.originals is not None):
            return False
        named = tool in self.by_tool or (self.only is not None and tool in self.only)
        return named or (self.only is None and tool not in EXACT)

    def held_out(self, call: Mapping[str, Any]) -> bool:
        """Whether the result of a call is left whole to compare with: the same each time for the same id."""
        digest = sha256(str(call.get("id")).encode("utf-8", "replace")).digest()
        return int.from_bytes(digest[:4], "big") < self.holdout * 2**32

    def shorter(
        self, call: Mapping[str, Any], outcome: Any, question: str, before: Sequence[BaseMessage] = ()
    ) -> tuple[Any, list[Report]]:
        """What a tool gave back, shorter: a message, a command that carries some, or a list of these.

        Args:
            call: of the tool.
            outcome: what it gave back.
            question: what that is read for.
            before: the conversation so far.
        """
        name = call["name"]
        if not self.compresses(name):
            return outcome, []
        work: Work = partial(self._shortened, name, question=question, pays=self._pays(before))
        if self.held_out(call):
            work = partial(self._left_whole, name)
        with of_tool(name):
            if not isinstance(outcome, list):
                return _done(outcome, work)
            made = [_done(one, work) for one in outcome]
        return [one for one, _ in made], [told for _, reports in made for told in reports]

    def _pays(self, before: Sequence[BaseMessage]) -> Pays | None:
        """Says whether it pays to hand so many tokens on instead of so many."""
        if self.expected is None:
            return None
        expected, standing = self.expected, count_tokens_approximately(before)
        return lambda whole, shorter: gained_on_arrival(whole, shorter, standing, expected) > 0

    def recall_tool(self) -> BaseTool | None:
        """The tool that fetches back what was left out, where originals are kept."""
        if self.originals is None:
            return None
        recall = self.originals.recall_with(self.settings.compressor_for)
        return StructuredTool.from_function(recall, name=RECALL, description=RECALL_SAYS)

    def _shortened(
        self, tool: str, messages: Sequence[BaseMessage], question: str, pays: Pays | None
    ) -> Shortened:
        settings = self.by_tool.get(tool, self.settings)
        count = settings.compressor_for().counter.count
        together = [_joined(one, lambda text: count(text) < settings.min_tokens) for one in messages]
        made = shorten(settings, together, _said(together), question, self.originals, pays)
        shown = map(_apart, made.messages, together, messages)
        return replace(made, messages=list(shown))

    def _left_whole(self, tool: str, messages: Sequence[BaseMessage]) -> Shortened:
        """Messages that say what they count, to compare with."""
        count = self.by_tool.get(tool, self.settings).compressor_for().counter.count
        texts: dict[Place, str] = {}
        marks: dict[int, dict[str, Any]] = {}
        for passage in _said(messages):
            place, tokens = passage.place, count(passage.text)
            record(Compressed(tokens, tokens, tool, holdout=True))
            texts[place] = passage.text
            told = marks.setdefault(place.message, {"tokens_before": 0, "tokens_after": 0, "holdout": True})
            for key in ("tokens_before", "tokens_after"):
                told[key] += tokens
        marked = zip(rewrite(messages, texts, marks), messages, strict=True)
        return Shortened([new or old for new, old in marked], sorted(marks), [])


Work = Callable[[Sequence[BaseMessage]], Shortened]
"""What is done to the messages of a result."""


def _done(outcome: Any, work: Work) -> tuple[Any, list[Report]]:
    """What a tool gave back, with something done to its messages."""
    if isinstance(outcome, RESULTS):
        done = work([outcome])
        return done.messages[0], done.reports
    update = outcome.update if isinstance(outcome, Command) else None
    if not isinstance(update, dict) or not isinstance(update.get("messages"), (list, *RESULTS)):
        return outcome, []
    messages = update["messages"]
    done = work(messages if isinstance(messages, list) else [messages])
    return replace(outcome, update={**update, "messages": done.messages}), done.reports


def _joined(message: BaseMessage, short: Callable[[str], bool]) -> BaseMessage:
    """A result in which short texts side by side are one; the same where there are none."""
    if not any(open_texts(message)):
        return message
    content = with_joined(message.content, short)
    return message if content is message.content else message.model_copy(update={"content": content})


def _apart(made: BaseMessage, together: BaseMessage, message: BaseMessage) -> BaseMessage:
    """What was made of a message whose texts were joined, which are so no longer where none got shorter."""
    if together is message or made.content != together.content:
        return made
    return made.model_copy(update={"content": message.content})


def _said(messages: Sequence[BaseMessage]) -> list[Passage]:
    """The texts of a result that may be compressed."""
    return [
        Passage(Place(number, path), text)
        for number, message in enumerate(messages)
        for path, text in open_texts(message)
        if role_of(message, path) == "tool"
    ]


Question = Callable[[Any], str]
"""Says what a result is read for, given the request of the call."""


def asked(request: Any) -> str:
    """By the conversation and the call, as `question_of_call` has it."""
    return question_of_call(conversation(request.state), request.tool_call)


def _names(given: Collection[str] | None) -> frozenset[str] | None:
    if isinstance(given, str):
        raise InvalidRequest(f"Give names of tools as a list: [{given!r}].")
    return None if given is None else frozenset(given)


def conversation(state: Any) -> Sequence[BaseMessage]:
    """The messages in an agent's state, which is a dictionary, an object, or the list itself."""
    if isinstance(state, dict):
        state = state.get("messages", [])
    return state if isinstance(state, list) else getattr(state, "messages", [])
