"""The same application as a deployment of Ray Serve.

pip install 'ray[serve]'
serve run deploy.ray_serve:service
"""

from __future__ import annotations

from typing import Any

from ray import serve

from lingua_integrations.serve import Settings, create_app

METHOD = "extractive-fusion"


def application() -> Any:
    """What each replica runs. It is made there, so that nothing has to be pickled."""
    return create_app(Settings(methods=(METHOD,)))


@serve.deployment(
    num_replicas=2,
    ray_actor_options={"num_cpus": 1},
    max_ongoing_requests=16,
    health_check_period_s=10,
)
@serve.ingress(application)
class Lingua:
    """Replicas of the service; Ray spreads requests over them."""


service = Lingua.bind()
