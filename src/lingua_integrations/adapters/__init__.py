"""What the adapters of both frameworks share. Needs pydantic, which each framework brings.

options.py       the fields of an adapter: how much, how, what on failure, what to tell
compressing.py   the methods on top of them: texts or JSON in, a result out
contexts.py      what a document's metadata says about how to compress it
notes.py         what an output, a trace or an event says about a compression
ingestion.py, demonstrations.py, migration.py
"""
