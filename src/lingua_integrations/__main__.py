"""`python -m lingua_integrations` is `lingua`."""

from lingua_integrations.cli.app import app

app(prog_name="lingua")
