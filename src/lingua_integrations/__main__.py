"""`python -m lingua_integrations` is `lingua`."""

from lingua_integrations.cli import main

main()
