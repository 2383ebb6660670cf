"""What a text is made of: units that are kept or dropped whole. No torch here."""

from lingua_integrations.moved import names_of

__getattr__ = names_of(__name__)
