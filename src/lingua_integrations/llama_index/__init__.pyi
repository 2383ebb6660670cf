from .events import LinguaCompressionEndEvent as LinguaCompressionEndEvent
from .events import LinguaCompressionStartEvent as LinguaCompressionStartEvent
from .ingestion import LinguaTransform as LinguaTransform
from .memory import LinguaMemoryBlock as LinguaMemoryBlock
from .postprocessor import LinguaNodePostprocessor as LinguaNodePostprocessor
from .tools import LinguaTool as LinguaTool
from .tools import recall_tool as recall_tool
