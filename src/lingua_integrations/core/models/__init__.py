"""Networks in memory."""

from lingua_integrations.moved import names_of

__getattr__ = names_of(__name__)
