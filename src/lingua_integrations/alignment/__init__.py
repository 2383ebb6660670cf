"""Distribution alignment (LLMLingua, Eq. 8): a scorer learns from what the target LLM says.

align.py       one alignment from prompts to a scorer in the model store
pairs.py       prompts, and pairs of prompt and response, in JSON lines
estimate.py    what asking the target will cost
responders.py  who answers: chat models, local models
collect.py     every response once, on disk before the next is paid for
recipes.py     how long, how fast, how much of the model
examples.py    tokens of a pair, with a loss on the response only
training.py    checkpoints, resume, early stopping, and into the store
tuning.py      the scorer tuned on pairs
report.py      before and after, measure by measure
compare.py     all of them in a table
labels.py      words that a compressed text kept (LLMLingua-2)
labelling.py   labels from a file, or from a target that shortens texts
evidence.py    labels from what known answers rest on
classifier.py  a token classifier from labels
"""
