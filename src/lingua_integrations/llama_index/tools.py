"""A tool around a tool: what an agent reads of its output is shorter."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from llama_index.core.base.llms.types import ContentBlock, TextBlock
from llama_index.core.tools import BaseTool, FunctionTool, ToolOutput, adapt_to_async_tool

from lingua_integrations.adapters.compressing import SpreadingAdapter
from lingua_integrations.adapters.options import OnError
from lingua_integrations.adapters.originals import RECALL, RECALL_SAYS, Originals
from lingua_integrations.adapters.short_texts import joined, runs
from lingua_integrations.adapters.tool_results import ResultAdapter
from lingua_integrations.core.background import in_thread
from lingua_integrations.core.results import CompressionResult, merge
from lingua_integrations.core.text.data.json_forms import as_json
from lingua_integrations.core.text.data.literals import is_json
from lingua_integrations.core.usage import of_tool
from lingua_integrations.errors import InvalidRequest
from lingua_integrations.llama_index.events import end_event, get_dispatcher, start_event
from lingua_integrations.llama_index.mcp import as_said

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from lingua_integrations.adapters.keywords import ToolOptions

dispatcher = get_dispatcher(__name__)
QUESTIONS = ("query", "question", "input")
"""Arguments that hold a question, in tools that have one."""


class ToolAdapter(ResultAdapter, SpreadingAdapter):
    """What compresses a tool's output; on failure an agent goes on with all of it, rather than fail."""

    on_error: OnError = "passthrough"


class LinguaTool(FunctionTool):
    """Compresses the text of another tool's output; for agents and workflows it is that tool.

    Metadata and arguments are the other tool's; a function may ask for the workflow's context. Of the output
    only text gets shorter: other blocks, the raw output and errors stay. JSON stays JSON, whole records of
    it, to a budget of its own, and a dictionary or list that a function returned is shown as JSON, too. What
    a tool of an MCP server (``McpToolSpec``) gave back is shown as its server said it. All other text of an
    output shares one budget; with a store or fields to keep, each text has its own.

    Args:
        tool: a tool, or a function to make one of.
        question_argument: the argument whose text says what the output is read for. Default: the first of
            "query", "question" and "input" that the call has, else all its text. Without any, what stays does
            not depend on a question.
        store: keeps the original of each text that something was left out of, see `Originals`. The shorter
            text ends with a reference; give the agent `recall_tool(store)` as well, which fetches it back.
        **options: fields of `HowMuch`, `HowResults`, `OnFailure`, `Telling` and `SpreadingAdapter`. By
            default a failure is a warning.

    Raises:
        InvalidRequest: the tool has no such argument, or the settings cannot work.

    Example:
        >>> def search(query: str) -> str:
        ...     return "Emma is by Jane Austen. It came in 1815."
        >>> tool = LinguaTool(search, method="extractive-bm25", target_tokens=10, min_tokens=0)
        >>> tool(query="Who wrote Emma?").content
        'Emma is by Jane Austen. […]'
    """

    def __init__(
        self,
        tool: BaseTool | Callable[..., Any],
        *,
        question_argument: str | None = None,
        store: Any = None,
        **options: Unpack[ToolOptions],
    ) -> None:
        inner = tool if isinstance(tool, BaseTool) else FunctionTool.from_defaults(tool)
        self.tool = adapt_to_async_tool(inner)
        self.settings = ToolAdapter(**options)
        self.question_argument = question_argument
        self.originals = None if store is None else Originals(store)
        arguments = argument_names(inner)
        if question_argument is not None and question_argument not in arguments:
            raise InvalidRequest(
                f"{inner.metadata.name} has no argument {question_argument!r}; it has {', '.join(arguments)}."
            )

        # The base class reads the signature: agents hand the workflow's context to who asks for it there.
        @functools.wraps(getattr(inner, "real_fn", inner.__call__))
        def text_of_call(*args: Any, **kwargs: Any) -> str:
            return self.call(*args, **kwargs).content

        super().__init__(fn=text_of_call, metadata=inner.metadata)

    def call(self, *args: Any, **kwargs: Any) -> ToolOutput:
        """Call the tool and compress its output."""
        return self._compressed(self.tool.call(*args, **kwargs), self._question(args, kwargs))

    async def acall(self, *args: Any, **kwargs: Any) -> ToolOutput:
        """The same; the event loop stays free."""
        output = await self.tool.acall(*args, **kwargs)
        return await in_thread(self._compressed, output, self._question(args, kwargs))

    def _question(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
        given = dict(zip(argument_names(self.tool), args, strict=False)) | kwargs
        names = QUESTIONS if self.question_argument is None else (self.question_argument,)
        texts = (given.get(name) for name in names)
        asked = next((text for text in texts if isinstance(text, str)), None)
        if asked is not None or self.question_argument is not None:
            return asked or ""
        return "\n".join(text for text in given.values() if isinstance(text, str))

    def _compressed(self, output: ToolOutput, question: str) -> ToolOutput:
        output = as_said(output)
        if output.is_error:
            return output
        texts = sum(isinstance(block, TextBlock) for block in output.blocks)
        dispatcher.event(start_event(self.settings, question, texts))
        with of_tool(self.metadata.get_name()):
            blocks, results = shortened(self.settings, output, question, self.originals)
        left = sum(isinstance(block, TextBlock) for block in blocks)
        dispatcher.event(end_event(self.settings, merge(results) if results else None, left))
        # A copy: a tool may hand out the same output twice.
        return output.model_copy(update={"blocks": blocks})


def argument_names(tool: BaseTool) -> list[str]:
    """The names under which an LLM calls a tool, in the order of its signature."""
    return list(tool.metadata.get_parameters_dict().get("properties", {}))


def recall_tool(store: Any, **options: Unpack[ToolOptions]) -> FunctionTool:
    """The tool that fetches back what `LinguaTool` left out, by the reference at the end of its outputs.

    Args:
        store: the one that the tools have.
        **options: how what a query asks of an original is found: as in `LinguaTool`.

    Example:
        >>> store: dict[str, str] = {}
        >>> tool = LinguaTool(lambda n: "It rained. " * n, store=store, target_tokens=30, min_tokens=0)
        >>> shown = tool(n=200).content
        >>> recall_tool(store)(ref=shown.split('"')[-2], lines="1-1").content == "It rained. " * 200
        True
    """
    recall = Originals(store).recall_with(ToolAdapter(**options).compressor_for)
    return FunctionTool.from_defaults(recall, name=RECALL, description=RECALL_SAYS)


def shortened(
    settings: ToolAdapter, output: ToolOutput, question: str, originals: Originals | None = None
) -> tuple[list[ContentBlock], list[CompressionResult]]:
    """The blocks of an output with shorter text, without those of which nothing is left, and the results."""
    together = _joined(settings, output.blocks)
    shorter: dict[int, str | None] = {}
    results, prose = [], []
    texts = [(i, block.text) for i, block in enumerate(together) if isinstance(block, TextBlock)]
    for i, text in texts:
        alone = len(texts) == 1 or originals is not None or settings.keep_fields is not None
        if not alone and as_json(text, output.raw_output) is None:
            prose.append((i, text))
            continue
        made = settings.shorten_result(text, question, raw=output.raw_output, originals=originals)
        if made is not None:
            results.append(made)
            shorter[i] = made.texts[0]
    result = settings.shorten([text for _, text in prose], question)
    if result is not None:
        results.append(result)
        shorter |= {i: None for i, _ in prose} | {prose[c.index][0]: c.text for c in result.contexts}
    blocks = [with_text(block, shorter[i]) if i in shorter else block for i, block in enumerate(together)]
    left = [block for block in blocks if block is not None]
    return (output.blocks if left == together else left), results


def _joined(settings: ToolAdapter, blocks: Sequence[ContentBlock]) -> list[ContentBlock]:
    """Blocks in which short ones side by side that are JSON are one: a server gives a table row by row."""
    count = settings.compressor_for().counter.count
    texts = [block.text if isinstance(block, TextBlock) and is_json(block.text) else None for block in blocks]
    made = list(blocks)
    for run in reversed(list(runs(texts, lambda text: count(text) < settings.min_tokens))):
        text = joined([str(texts[at]) for at in run])
        made[run.start : run.stop] = [blocks[run.start].model_copy(update={"text": text})]
    return made


def with_text(block: ContentBlock, text: str | None) -> ContentBlock | None:
    """A copy of a text block with another text; None without one."""
    return None if text is None else block.model_copy(update={"text": text})
