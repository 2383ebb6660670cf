"""What importing costs, and who may import whom."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from graphlib import CycleError, TopologicalSorter
from importlib import import_module
from pathlib import Path

import pytest

import lingua_integrations
from lingua_integrations import moved

SOURCE = Path(lingua_integrations.__file__).parent
HEAVY = ["torch", "transformers", "tiktoken"]
FRAMEWORKS = ["langchain_core", "llama_index"]


def python(code: str, *args: str) -> str:
    """Run code in a fresh interpreter and return what it prints."""
    done = subprocess.run([sys.executable, *args, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def imported_by(statement: str) -> set[str]:
    return set(python(f"import sys\n{statement}\nprint(*sys.modules)").split())


@pytest.mark.parametrize(
    ("statement", "not_loaded"),
    [
        ("import lingua_integrations", [*HEAVY, *FRAMEWORKS, "numpy"]),
        ("from lingua_integrations import PromptCompressor", [*HEAVY, *FRAMEWORKS]),
        (
            "from lingua_integrations.langchain import *",
            ["torch", "transformers", "llama_index", "langchain_classic"],
        ),
        ("import lingua_integrations.llama_index", [*HEAVY, "langchain_core", "llama_index.core", "numpy"]),
        ("from lingua_integrations.llama_index import *", ["torch", "transformers", "langchain_core"]),
        ("import lingua_integrations.cli.app", [*HEAVY, *FRAMEWORKS, "numpy"]),
    ],
)
def test_imports_are_light(statement, not_loaded):
    """Importing loads no weights, no torch, and no framework but the one asked for."""
    loaded = imported_by(statement)
    if "langchain_core" in loaded:  # which imports transformers itself before 1.6
        loaded -= imported_by("import langchain_core.language_models.base") - {"langchain_core"}
    assert not set(not_loaded) & loaded


@pytest.mark.parametrize(
    ("framework", "ours", "name"),
    [
        (
            "from langchain_core.callbacks import AsyncCallbackManager, CallbackManager\n"
            "from langchain_core.documents import BaseDocumentCompressor, Document\n"
            "from langchain_core.runnables.config import run_in_executor",
            "langchain",
            "LinguaDocumentCompressor",
        ),
        (
            "import llama_index.core.postprocessor.types, llama_index.core.schema",
            "llama_index",
            "LinguaNodePostprocessor",
        ),
    ],
    ids=["langchain", "llama_index"],
)
def test_an_adapter_adds_little_to_its_framework(framework, ours, name):
    """Under 0.3 s of processor time beyond the framework, best of three."""
    code = (
        f"import time\n{framework}\nstart = time.process_time()\n"
        f"from lingua_integrations.{ours} import {name}\nprint(time.process_time() - start)"
    )
    assert any(float(python(code)) < 0.3 for _ in range(3))


@cache
def modules() -> dict[str, Path]:
    """Every module of the package, without the package's name in front."""
    names = {}
    for file in SOURCE.rglob("*.py"):
        parts = file.relative_to(SOURCE).with_suffix("").parts
        names[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return names


def imports_of(name: str, file: Path) -> set[str]:
    """What a module imports, inside functions and for type checkers included: ours, or frameworks."""
    found, known = set(), modules()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            whole = [f"{node.module}.{alias.name}" for alias in node.names]
            found |= {one if ours(one) in known else node.module or "" for one in whole}
    return {ours(one) for one in found} - {name}


def ours(name: str) -> str:
    return name.removeprefix("lingua_integrations").removeprefix(".")


@pytest.fixture(scope="module")
def graph() -> dict[str, set[str]]:
    """Who imports whom."""
    return {name: imports_of(name, file) for name, file in modules().items()}


def test_no_import_runs_in_a_circle(graph):
    """Not even one that is deferred into a function, or that only type checkers see."""
    known = {name: {one for one in found if one in graph} for name, found in graph.items()}
    known[""] = set()  # the package itself only looks names up
    for found in known.values():
        found.discard("")
    try:
        TopologicalSorter(known).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(reversed(error.args[1])))


SHARED = ("errors", "moved", "core.optional", "core.seams", "core.threads", "core.types")
LAYERS = {
    "core.text": (),
    "core.store": ("core.quiet",),
    "core.budget": ("core.text", "core.config", "core.fast_tokenizer", "core.protocols", "core.request"),
    "core.models": (
        "core.store", "core.text.units", "core.fast_tokenizer", "core.protocols", "core.background",
        "core.quiet",
    ),
    "core.prune": (
        "core.text", "core.budget", "core.models", "core.store", "core.config", "core.protocols",
        "core.request", "core.journal", "core.calibration",
    ),
    "core": (),
    "remote": ("core",),
    "batch": ("core",),
    "soft": ("core",),
    "adapters": ("core", "soft"),
    "langchain": ("core", "adapters"),
    "llama_index": ("core", "adapters"),
    "serve": ("core", "adapters"),
    "evaluation": ("core", "adapters", "alignment"),
    "alignment": ("core", "adapters", "evaluation", "soft"),
}  # fmt: skip
"""What each part may import, beside itself and what all share."""


@pytest.mark.parametrize("part", LAYERS)
def test_parts_import_only_what_is_below_them(graph, part):
    """Text and store know no model, the core no framework, and adapters not each other."""
    allowed = (part, *LAYERS[part], *SHARED)
    for name, found in graph.items():
        if within(name, part):
            for one in found & graph.keys() - {""}:
                assert any(within(one, root) for root in allowed), f"{name} imports {one}"


@pytest.mark.parametrize(
    ("part", "foreign"),
    [
        ("core", ("langchain_core", "langchain", "langgraph", "llama_index", "pydantic")),
        ("core.text", ("torch", "transformers")),
        ("core.budget", ("torch", "transformers")),
        ("langchain", ("llama_index", "langchain_classic", "langchain_community")),
        ("llama_index", ("langchain_core", "langchain")),
        ("serve", ("langchain_core", "langchain", "llama_index")),
        ("mcp_server", ("langchain_core", "langchain", "llama_index")),
    ],
)
def test_parts_do_without_what_is_not_theirs(graph, part, foreign):
    """No framework in the core, none in the adapter of the other, no torch where none is needed."""
    for file_name, file in modules().items():
        if not within(file_name, part):
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for one in names:
                assert one.partition(".")[0] not in foreign, f"{file_name} imports {one}"


def test_only_the_command_line_imports_evaluation_and_alignment(graph):
    for name, found in graph.items():
        if name.partition(".")[0] not in ("evaluation", "alignment", "cli"):
            assert not [one for one in found if one.partition(".")[0] in ("evaluation", "alignment")], name


def within(name: str, part: str) -> bool:
    return name == part or name.startswith(f"{part}.")


def test_old_paths_of_modules_still_work():
    """With a warning that names the new one. One fresh interpreter imports all of them."""
    code = (
        "import importlib, warnings\n"
        "from lingua_integrations.moved import MODULES\n"
        "for old, new in MODULES.items():\n"
        "    with warnings.catch_warnings(record=True) as told:\n"
        "        warnings.simplefilter('always')\n"
        "        there = importlib.import_module(f'lingua_integrations.{old}')\n"
        "    here = importlib.import_module(f'lingua_integrations.{new}')\n"
        "    names = [name for name in vars(here) if not name.startswith('_')]\n"
        "    same = all(getattr(there, name) is getattr(here, name) for name in names)\n"
        "    last = [one for one in told if here.__name__ in str(one.message)][-1:]\n"
        "    print(old, same, *(one.category.__name__ for one in last))"
    )
    assert python(code).splitlines() == [f"{old} True DeprecationWarning" for old in moved.MODULES]


@pytest.mark.parametrize(("old", "name"), [(old, name) for old in moved.NAMES for name in moved.NAMES[old]])
def test_old_names_in_what_is_a_package_now_still_work(old, name):
    new = moved.NAMES[old][name]
    with pytest.warns(DeprecationWarning, match=f"is now lingua_integrations.{new}.{name}"):
        found = getattr(import_module(f"lingua_integrations.{old}"), name)
    assert found is getattr(import_module(f"lingua_integrations.{new}"), name)


def test_public_names():
    """`__all__` is sorted and every name in it can be had."""
    assert lingua_integrations.__all__ == sorted(lingua_integrations.__all__)
    for name in lingua_integrations.__all__:
        assert getattr(lingua_integrations, name).__name__ == name
    with pytest.raises(AttributeError, match="attribute Nothing"):
        _ = lingua_integrations.Nothing


@pytest.mark.parametrize(
    ("module", "hidden", "extra"),
    [
        ("langchain", "langchain_core", "langchain"),
        ("llama_index", "llama_index", "llama-index"),
        ("serve", "starlette", "serve"),
    ],
)
def test_a_missing_framework_is_named(module, hidden, extra):
    """The error says which extra to install."""
    code = (
        "import importlib.util as u\nfind = u.find_spec\n"
        f"u.find_spec = lambda name, *a: None if name == {hidden!r} else find(name, *a)\n"
        f"try:\n    import lingua_integrations.{module}\nexcept ImportError as error:\n    print(error)"
    )
    assert f"lingua-integrations[{extra}]" in python(code)


LIGHT = ("torch", "transformers", "safetensors", "accelerate", "gguf", "typer", "rich")
WITHOUT = f"""
import sys
class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {LIGHT}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Hidden())
import importlib.util
find = importlib.util.find_spec
hidden = lambda name: name.partition(".")[0] in {LIGHT}
importlib.util.find_spec = lambda name, *more: None if hidden(name) else find(name, *more)
"""


@pytest.mark.parametrize(
    "code",
    [
        "from lingua_integrations.langchain import LinguaDocumentCompressor\n"
        "from langchain_core.documents import Document\n"
        "compressor = LinguaDocumentCompressor(method='extractive-bm25', target_tokens=8, min_tokens=0)\n"
        "document = Document('Emma is by Jane Austen. It came in 1815.')\n"
        "print(compressor.compress_documents([document], 'Who wrote Emma?')[0].page_content)",
        "from lingua_integrations.llama_index import LinguaNodePostprocessor\n"
        "from llama_index.core.schema import NodeWithScore, TextNode\n"
        "compressor = LinguaNodePostprocessor(method='extractive-bm25', target_tokens=8, min_tokens=0)\n"
        "node = NodeWithScore(node=TextNode(text='Emma is by Jane Austen. It came in 1815.'))\n"
        "print(compressor.postprocess_nodes([node], query_str='Who wrote Emma?')[0].text)",
    ],
    ids=["langchain", "llama_index"],
)
def test_adapters_work_without_the_models_extra(code):
    """Beside an installed framework the bare package compresses, by a method without a model."""
    assert python(WITHOUT + code) == "Emma is by Jane Austen."


def test_a_method_with_a_model_says_in_one_line_what_to_install():
    """And one without a model works. One fresh interpreter answers for all."""
    code = (
        "from lingua_integrations import PromptCompressor\n"
        "texts = ['One is it. Two is not. It rains. Three it is.']\n"
        "for method in (None, 'llmlingua', 'extractive-cross-encoder'):\n"
        "    try:\n        PromptCompressor(config=method).compress(texts, question='Who?', rate=0.5)\n"
        "    except ImportError as error:\n        print(type(error).__name__, error)\n"
        "print(PromptCompressor().compress(texts, rate=0.6).texts)"
    )
    *missing, kept = python(WITHOUT + code).splitlines()
    line = "MissingExtra torch is not installed. Install it with: pip install 'lingua-integrations[models]'. "
    assert len(missing) == 3
    assert all(one.startswith(line) and "extractive-bm25" in one for one in missing)
    assert kept.startswith("['One is it.")
