from lingua_integrations.langchain import *  # noqa: F403
