from .app import create_app as create_app
from .service import warm_up as warm_up
from .settings import Limits as Limits
from .settings import Settings as Settings
from .settings import Upstream as Upstream

__all__: list[str]
