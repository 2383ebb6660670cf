"""Contexts as vectors, for models that the user runs: fewer rows of input than the text has tokens.

Nothing here is extractive, and nothing belongs to `PromptCompressor`: what the target reads are vectors that
were learnt for its weights. docs/soft.md says for whom that is.

digester.py  the network that turns a context into digest vectors (In-Context Former)
prefix.py    vectors in front of every prompt, the same for all (Compress, Then Prompt)
saved.py     either of them on disk, with the model that it was learnt for
rows.py      a prompt as rows of input: its text as word embeddings, its contexts as digests
reader.py    a target that reads such rows, answers, and says how it expects an answer

`alignment.soft` has the recipes that train them.
"""
