"""Import paths that README and docs once showed: they work for one more release, and name the new ones."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

_PACKAGE = "lingua_integrations"
MODULES = {
    "core.counting": "core.budget.counting",
    "core.fit": "core.budget.fit",
    "core.iterative": "core.prune.iterative",
    "core.prompt": "core.request",
    "core.rankers": "core.prune.rankers",
    "core.rankers.embedding": "core.prune.rankers.embedding",
    "core.rankers.lexical": "core.prune.rankers.lexical",
    "core.scorers": "core.models",
    "core.scorers.causal_lm": "core.models.causal",
    "core.scorers.encoder": "core.models.encoder",
    "core.scorers.remembered": "core.models.remembered",
    "core.text.json_forms": "core.text.data.json_forms",
}
"""Modules that have moved."""
NAMES = {
    "core.budget": {"select": "core.budget.shares"},
    "core.models": {"resolve": "core.store.resolve"},
    "core.text": {"segment": "core.text.atoms"},
}
"""Names that have moved out of a module which is a package now."""


def names_of(module: str) -> Callable[[str], Any]:
    """The ``__getattr__`` of a package whose names are elsewhere now."""

    def find(name: str) -> Any:
        home = NAMES.get(module.removeprefix(f"{_PACKAGE}."), {}).get(name)
        if home is None:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        _warn(f"{module}.{name}", f"{_PACKAGE}.{home}.{name}")
        return getattr(import_module(f"{_PACKAGE}.{home}"), name)

    return find


class _Moved(MetaPathFinder, Loader):
    """Finds a module under its old path: an empty one that asks the new one for its names."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        old = name.removeprefix(f"{_PACKAGE}.")
        return ModuleSpec(name, self, is_package=True) if old in MODULES and old != name else None

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        new = f"{_PACKAGE}.{MODULES[module.__name__.removeprefix(f'{_PACKAGE}.')]}"
        _warn(module.__name__, new)
        vars(module)["__getattr__"] = lambda name: getattr(import_module(new), name)


def _warn(old: str, new: str) -> None:
    message = f"{old} is now {new}; the old path goes with the next release."
    warnings.warn(message, DeprecationWarning, stacklevel=3)


def install() -> None:
    """Let Python look here for what it does not find elsewhere."""
    if not any(isinstance(finder, _Moved) for finder in sys.meta_path):
        sys.meta_path.append(_Moved())
