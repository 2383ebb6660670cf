"""deepagents: `LinguaToolMiddleware` in every agent of a provider or a model, without touching its code."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from lingua_integrations.langchain.middleware import LinguaToolMiddleware

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from lingua_integrations.langchain.tool_results import ToolResultOptions

VARIABLE = "LINGUA_DEEPAGENTS"


def register_profile(key: str, **results: Unpack[ToolResultOptions]) -> None:
    """Add `LinguaToolMiddleware` to the harness profile of a provider, or of one of its models.

    All agents that ``create_deep_agent`` makes for it from then on have one of their own, subagents included.
    With ``store=backend`` originals lie among the agent's files, below ``/lingua/originals``.

    Args:
        key: "anthropic", or "anthropic:" and the name of a model.
        **results: arguments of `ToolResults`.
    """
    from deepagents import HarnessProfile, register_harness_profile

    LinguaToolMiddleware(**results)  # what is wrong with the settings is said here, and not in an agent
    profile = HarnessProfile(extra_middleware=lambda: [LinguaToolMiddleware(**results)])
    register_harness_profile(key, profile)


def register() -> None:
    """Do that for the keys in the environment's ``LINGUA_DEEPAGENTS``, with commas between them.

    This is what deepagents finds in the entry points ``deepagents.harness_profiles``, so that its command
    line can be told to compress, too. Without the variable nothing happens.
    """
    for key in os.environ.get(VARIABLE, "").split(","):
        if key.strip():
            register_profile(key.strip())
