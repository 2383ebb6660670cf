"""What the adapters of both frameworks share. Needs pydantic, which each framework brings.

options.py         the fields of an adapter: how much, how, what on failure, what to tell
keywords.py        the same as keyword arguments
compressing.py     the methods on top of them: texts in, a result out
contexts.py        what a document's metadata says about how to compress it
notes.py           what an output, a trace or an event says about a compression
tool_results.py    what a tool said, as one text
originals.py       what was left out of that, kept and fetched back
demonstrations.py  few-shot demonstrations to a budget
"""
