"""`lingua demo`: a question-answering chain over Python's language reference, in both frameworks.

corpus.py     documents that are on every machine, and questions whose answers are known
pipelines.py  retriever, compressor, prompt and model, in each framework; and the model that answers
agent.py      an LLM that follows a script, and a tool with long results
trials.py     one question in one of them, or to the agent: what was kept, and how long it took
shown.py      the tables and the page of that
run.py        all of it, in the order in which the user sees it
"""
