"""Each topic of a text summarised by a model of LangChain: written, and not cut from the text."""

from lingua_integrations.adapters.topic_summaries import TopicSummaries as TopicSummaries
from lingua_integrations.adapters.topic_summaries import TopicSummarizer as TopicSummarizer
