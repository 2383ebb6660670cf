"""A task for code: the function of the standard library that a docstring is about, docstrings left out."""

from __future__ import annotations

import ast
import importlib
import inspect
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from lingua_integrations import CompressionResult, Context

MODULES = (
    "argparse", "calendar", "cmd", "configparser", "csv", "difflib", "fnmatch", "fractions", "glob", "gzip",
    "heapq", "mimetypes", "pprint", "queue", "sched", "shlex", "shutil", "statistics", "string", "textwrap",
)  # fmt: skip
_LEAST_LINES, _LEAST_WORDS = 8, 5  # of a function's body, and of the sentence that asks for it


@dataclass(frozen=True)
class Function:
    """A function, and what its docstring says first."""

    module: str
    source: str  # of the module, without docstrings
    start: int  # characters of the function in it
    end: int
    question: str

    def kept(self, result: CompressionResult) -> float:
        """The share of its characters that is kept."""
        spans = [span for context in result.contexts for span in context.spans]
        shared = (min(end, self.end) - max(begin, self.start) for begin, end in spans)
        return sum(max(0, one) for one in shared) / (self.end - self.start)

    @property
    def contexts(self) -> Sequence[Context]:
        """The module as one file."""
        return (Context(self.source, title=f"{self.module}.py"),)


def functions(limit: int, each: int = 3) -> list[Function]:
    """The first functions of every module whose docstring is a sentence."""
    found = (one for module in MODULES for one in islice(_functions_of(module), each))
    return list(islice(found, limit))


def _functions_of(module: str) -> Iterator[Function]:
    tree = ast.parse(inspect.getsource(importlib.import_module(module)))
    asked: dict[str, str] = {}
    for owner in ast.walk(tree):
        if isinstance(owner, ast.FunctionDef | ast.ClassDef | ast.Module):
            told = (ast.get_docstring(owner) or "").partition("\n\n")[0]
            if told:
                owner.body = owner.body[1:] or [ast.Pass()]
            if isinstance(owner, ast.FunctionDef) and len(told.split()) >= _LEAST_WORDS:
                asked[owner.name] = " ".join(told.split())
    bare = ast.unparse(tree)
    starts = [0, *(place + 1 for place, sign in enumerate(bare) if sign == "\n"), len(bare)]
    defined = [one for one in ast.walk(ast.parse(bare)) if isinstance(one, ast.FunctionDef)]
    names = Counter(one.name for one in defined)
    for one in defined:
        last = one.end_lineno or one.lineno
        if one.name in asked and names[one.name] == 1 and last - one.lineno >= _LEAST_LINES:
            yield Function(module, bare, starts[one.lineno - 1], starts[last], asked[one.name])
