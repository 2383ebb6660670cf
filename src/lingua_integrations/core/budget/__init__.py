"""Who may keep how much, in tokens of the target model. No torch here."""

from lingua_integrations.moved import names_of

__getattr__ = names_of(__name__)
