"""The service: `lingua serve`, or `create_app` for a server of yours. Needs starlette; see docs/serve.md.

A name is imported when it is first used. `__init__.pyi` lists them.
"""

from importlib.util import find_spec

import lazy_loader

from lingua_integrations.errors import MissingExtra

for _package in ("starlette", "httpx", "prometheus_client", "pydantic"):
    if find_spec(_package) is None:
        raise MissingExtra(_package, "serve")

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
