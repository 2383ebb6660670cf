"""What our components for LlamaIndex share beside the settings: dumps and pickles."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from lingua_integrations.adapting.settings import Settings

logger = logging.getLogger(__name__)


class Component(Settings):
    """Settings that can be built from what LlamaIndex dumps, and pickled without what is live.

    Pickles leave compressor, callbacks and weights out; the copy loads its own when it needs them.
    """

    if not TYPE_CHECKING:  # type checkers make the signature from the fields

        def __init__(self, **settings: Any) -> None:
            settings.pop("class_name", None)  # every dump of llama_index carries it
            super().__init__(**settings)

    def __getstate__(self) -> dict[str, Any]:
        """What dumps hold, so that nothing live is serialised, not even to see whether it can be.

        The base class pickles every attribute to find out, and deletes from the live object those that fail.
        """
        if self.compressor is not None:
            logger.warning(
                "A pickle leaves the given compressor out; the copy builds its own from model=%r, config=%r.",
                self.model,
                self.config,
            )
        fields = type(self).model_fields
        return {
            "__dict__": {name: getattr(self, name) for name in fields if not fields[name].exclude},
            "__pydantic_fields_set__": {name for name in self.model_fields_set if not fields[name].exclude},
            "__pydantic_extra__": None,
            "__pydantic_private__": None,
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(**state["__dict__"])  # type: ignore[misc]
