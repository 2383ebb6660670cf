"""Packages that only an extra brings."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from lingua_integrations.errors import MissingExtra


def optional(module: str, package: str, extra: str) -> Any:
    """A module of a package that may not be installed.

    Raises:
        MissingExtra: it is not; says which extra brings it.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise MissingExtra(package, extra) from error
