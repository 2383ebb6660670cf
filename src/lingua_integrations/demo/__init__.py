"""`lingua demo`: a question-answering chain over Python's language reference, in both frameworks.

corpus.py     documents that are on every machine, and questions whose answers are known
pipelines.py  retriever, compressor, prompt and model, in each framework; and the model that answers
run.py        every question at every rate, in each of them, and what the user sees
"""
