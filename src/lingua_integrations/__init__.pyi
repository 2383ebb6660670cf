from .core.calibration import Calibration as Calibration
from .core.compressor import PromptCompressor as PromptCompressor
from .core.config import CompressionConfig as CompressionConfig
from .core.models.loading import unload as unload
from .core.request import Context as Context
from .core.results import CompressionResult as CompressionResult
from .core.sections import Section as Section
from .core.text.landmarks import Landmarks as Landmarks
from .core.text.must_keep import MustKeep as MustKeep
from .core.usage import Usage as Usage
from .core.usage import usage as usage
from .errors import BudgetTooSmall as BudgetTooSmall
from .errors import LinguaError as LinguaError

__version__: str
