"""The same application as a deployment of Ray Serve.

pip install 'ray[serve]'
serve run deploy.ray_serve:service
"""

from __future__ import annotations

from typing import Any

from ray import serve

from lingua_integrations.serve import Settings, create_app, warm_up

METHOD = "extractive-fusion"


def application() -> Any:
    """What each replica runs, with its models in memory: Ray sends requests as soon as it is there.

    It is made in the replica, so that nothing has to be pickled.
    """
    settings = Settings(methods=(METHOD,))
    warm_up(settings)
    return create_app(settings)


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
