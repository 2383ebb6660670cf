"""A group of fields: unknown names are refused, and pickles leave out what is live."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from lingua_integrations.adapters.hints import check_names

logger = logging.getLogger(__name__)


class Part(BaseModel):
    """A group of fields. What is live, a given compressor or a callback, stays out of dumps and pickles."""

    model_config = ConfigDict(arbitrary_types_allowed=True, extra="forbid")

    if not TYPE_CHECKING:  # type checkers make the signature from the fields

        def __init__(self, **settings: Any) -> None:
            settings.pop("class_name", None)  # every dump of LlamaIndex carries it
            check_names(settings, type(self).model_fields)
            super().__init__(**settings)
            self.check()  # here and not in a validator, whose errors pydantic wraps in its own

    def check(self) -> None:
        """Refuse fields that contradict each other or leave their range."""

    def __getstate__(self) -> dict[str, Any]:
        """What dumps hold, so that nothing live is serialised, not even to see whether it can be.

        LlamaIndex's base class pickles every attribute to find out, and deletes from the live object those
        that fail.
        """
        fields = type(self).model_fields
        live = [name for name in sorted(fields) if fields[name].exclude and getattr(self, name) is not None]
        if live:
            logger.warning(
                "A pickle of %s leaves out what is live: %s.", type(self).__name__, ", ".join(live)
            )
        return {
            "__dict__": {name: getattr(self, name) for name in fields if not fields[name].exclude},
            "__pydantic_fields_set__": {name for name in self.model_fields_set if not fields[name].exclude},
            "__pydantic_extra__": None,
            "__pydantic_private__": None,
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(**state["__dict__"])  # type: ignore[misc]
