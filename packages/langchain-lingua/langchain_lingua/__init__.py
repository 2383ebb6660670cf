"""The LangChain classes of lingua-integrations, under the name that LangChain's integrations have."""

from typing import Any

from lingua_integrations import langchain as _ours

__all__ = list(_ours.__all__)


def __getattr__(name: str) -> Any:
    """A class of lingua-integrations, imported when it is first used."""
    if name.startswith("_"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(_ours, name)


def __dir__() -> list[str]:
    return __all__
