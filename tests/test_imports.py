"""What importing costs, and who may import whom."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import lingua_integrations

SOURCE = Path(lingua_integrations.__file__).parent
HEAVY = ["torch", "transformers", "bm25s", "tiktoken"]
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
    assert not set(not_loaded) & imported_by(statement)


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
    assert min(float(python(code)) for _ in range(3)) < 0.3


def imports_of(folder: str) -> set[str]:
    found = set()
    for file in (SOURCE / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                found.add(node.module or "")
    return found


def test_the_core_knows_no_framework():
    """`core` imports neither framework nor adapter."""
    ours = {f"lingua_integrations.{name}" for name in ("langchain", "llama_index", "adapting", "cli", "demo")}
    for name in imports_of("core"):
        assert not name.startswith(("langchain", "llama_index", *ours)), name


def test_adapters_do_not_know_each_other():
    """LangChain users do not need LlamaIndex, nor the other way round; nobody needs langchain-classic."""
    assert not [
        n for n in imports_of("langchain") if "llama_index" in n or "classic" in n or "community" in n
    ]
    assert not [n for n in imports_of("llama_index") if "langchain" in n]


def test_public_names():
    """`__all__` is sorted and every name in it can be had."""
    assert lingua_integrations.__all__ == sorted(lingua_integrations.__all__)
    for name in lingua_integrations.__all__:
        assert getattr(lingua_integrations, name).__name__ == name
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = lingua_integrations.Nothing


@pytest.mark.parametrize(
    ("module", "hidden", "extra"),
    [("langchain", "langchain_core", "langchain"), ("llama_index", "llama_index", "llama-index")],
)
def test_a_missing_framework_is_named(module, hidden, extra):
    """The error says which extra to install."""
    code = (
        "import importlib.util as u\nfind = u.find_spec\n"
        f"u.find_spec = lambda name, *a: None if name == {hidden!r} else find(name, *a)\n"
        f"try:\n    import lingua_integrations.{module}\nexcept ImportError as error:\n    print(error)"
    )
    assert f"lingua-integrations[{extra}]" in python(code)
