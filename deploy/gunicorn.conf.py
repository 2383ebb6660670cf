"""For gunicorn: models are loaded once, and the workers that it forks share their memory.

pip install gunicorn uvicorn-worker
gunicorn --config deploy/gunicorn.conf.py "lingua_integrations.serve:create_app()"
"""

from __future__ import annotations

import os
from typing import Any

bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "uvicorn_worker.UvicornWorker"
preload_app = True
timeout = 90  # longer than a request may take
graceful_timeout = 30


def when_ready(server: Any) -> None:
    """Load the models in the parent, before it forks."""
    from lingua_integrations.serve import Settings, warm_up

    warm_up(Settings())
