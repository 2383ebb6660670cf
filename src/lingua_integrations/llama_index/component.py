"""What our components for LlamaIndex share beside the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lingua_integrations.adapters.options import Part


class Component(Part):
    """Fields that can be built from what LlamaIndex dumps."""

    if not TYPE_CHECKING:  # type checkers make the signature from the fields

        def __init__(self, **settings: Any) -> None:
            settings.pop("class_name", None)  # every dump of llama_index carries it
            super().__init__(**settings)
