"""An MCP server with two tools: `compress` makes a text shorter, `recall` fetches what was left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lingua_integrations import __version__
from lingua_integrations.adapters.backends import Memory
from lingua_integrations.adapters.originals import RECALL, RECALL_SAYS, Originals
from lingua_integrations.adapters.tool_results import ResultAdapter
from lingua_integrations.core.background import in_thread
from lingua_integrations.core.text.encodings import text_of
from lingua_integrations.errors import InvalidRequest, MissingExtra

try:
    from mcp.server.fastmcp import FastMCP
    from mcp.types import ToolAnnotations
except ImportError as error:
    raise MissingExtra("mcp", "mcp") from error

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from lingua_integrations.adapters.keywords import ResultOptions

COMPRESS = "compress"
COMPRESS_SAYS = (
    "Make a long text shorter without rewriting it: what matters for the question is kept word for word, "
    "the rest is left out. Give question: what you want to know from the text. rate is the share of tokens "
    "to keep, such as 0.25; target_tokens is a number of tokens instead. A shorter text ends with a "
    "reference, by which the tool recall fetches back what was left out."
)
FILE_SAYS = " Give either text, or file: the path of a text file, which you then need not read yourself."
_MOST = 100_000_000  # characters of originals in memory

Read = Callable[[str], str]
"""Gives the text of a file of that path, or raises InvalidRequest."""


def create_server(store: Any = None, read: Read | None = None, **options: Unpack[ResultOptions]) -> FastMCP:
    """The server; ``create_server().run()`` serves it on standard input and output.

    Args:
        store: keeps originals, see `Originals`; default: the memory of this process, the latest of them.
        read: gives the text of a file, such as `Files`; without it the tool takes no files.
        **options: fields of `HowMuch`, `HowResults` and `Telling`.

    Raises:
        InvalidRequest: the settings contradict each other.
    """
    settings = ResultAdapter(**options)
    server = FastMCP(
        "lingua", instructions=f"lingua-integrations {__version__}: shorter texts, word for word."
    )
    tools = _Tools(settings, Originals(Memory(_MOST) if store is None else store), read)
    reads_only = ToolAnnotations(readOnlyHint=True, openWorldHint=False)
    add = partial(server.add_tool, annotations=reads_only, structured_output=False)
    if read is None:
        add(tools.compress_text, name=COMPRESS, description=COMPRESS_SAYS)
    else:
        add(tools.compress_any, name=COMPRESS, description=COMPRESS_SAYS + FILE_SAYS)
    add(tools.recall, name=RECALL, description=RECALL_SAYS)
    return server


@dataclass(frozen=True)
class _Tools:
    """What the tools of a server do. Hosts read from the signatures what a tool takes."""

    settings: ResultAdapter
    originals: Originals
    read: Read | None

    async def compress_text(
        self,
        text: str,
        question: str | None = None,
        rate: float | None = None,
        target_tokens: int | None = None,
    ) -> str:
        asked = self._asked(rate, target_tokens)
        result = await in_thread(asked.shorten_result, text, question, originals=self.originals)
        return text if result is None else str(result.texts[0])

    async def compress_any(
        self,
        text: str | None = None,
        file: str | None = None,
        question: str | None = None,
        rate: float | None = None,
        target_tokens: int | None = None,
    ) -> str:
        if (text is None) == (file is None) or self.read is None:
            raise InvalidRequest("Give either text or file.")
        said = await in_thread(self.read, file) if file is not None else str(text)
        return await self.compress_text(said, question, rate, target_tokens)

    async def recall(self, ref: str, query: str | None = None, lines: str | None = None) -> str:
        return await in_thread(self.originals.recalled, self.settings.compressor_for(), ref, query, lines)

    def _asked(self, rate: float | None, target_tokens: int | None) -> ResultAdapter:
        """The settings, with what a call asks for instead."""
        if rate is None and target_tokens is None:
            return self.settings
        asked = self.settings.model_copy(update={"rate": rate, "target_tokens": target_tokens})
        asked.check()
        return asked


class Files:
    """Reads text files in some folders, and no others. What counts is where a link leads.

    Args:
        roots: the folders.
        max_bytes: of a file.

    Raises:
        InvalidRequest: one of them is no folder.
    """

    def __init__(self, roots: Sequence[Path], max_bytes: int = 50_000_000) -> None:
        self.roots = [root.resolve() for root in roots]
        self.max_bytes = max_bytes
        for root in self.roots:
            if not root.is_dir():
                raise InvalidRequest(f"{root} is no folder.")

    def __call__(self, name: str) -> str:
        """The text of a file; a relative path begins at the first folder that has it.

        Raises:
            InvalidRequest: it is not in the folders, too long, or no text. Of what is elsewhere nothing is
                told, not even whether it is there.
        """
        for root in self.roots:
            path = self._inside(root, name)
            if path is not None and path.is_file():
                if path.stat().st_size > self.max_bytes:
                    raise InvalidRequest(f"The file is longer than {self.max_bytes} bytes.")
                text = text_of(path.read_bytes())
                if text is None:
                    raise InvalidRequest("The file is not text.")
                return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")  # as MCP carries it
        raise InvalidRequest(f"There is no such file in {', '.join(map(str, self.roots))}.")

    @staticmethod
    def _inside(root: Path, name: str) -> Path | None:
        try:
            path = (root / name).resolve()
        except (OSError, ValueError, RuntimeError):  # a NUL, or links in a circle
            return None
        return path if path.is_relative_to(root) else None
