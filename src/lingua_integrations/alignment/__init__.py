"""Distribution alignment (LLMLingua, Eq. 8): a scorer learns from what the target LLM says.

align.py       one alignment from prompts to a scorer in the model store
pairs.py       prompts, and pairs of prompt and response, in JSON lines
responders.py  who answers: chat models, local models
collect.py     what responses will cost; every one once, on disk before the next is paid for
recipes.py     how long, how fast, how much of the model
examples.py    tokens of a pair, with a loss on the response only
loop.py        what is held out, checkpoints, resume, early stopping
training.py    from a model's name to a trained one in the store
tuning.py      the scorer tuned on pairs
report.py      before and after, measure by measure, in a table
labels.py      words that a compressed text kept (LLMLingua-2)
labelling.py   labels from a file, from a target that shortens texts, from what known answers rest on
classifier.py  a token classifier from labels
soft.py        digests and prefixes, which a frozen target teaches (`lingua_integrations.soft`)
"""
