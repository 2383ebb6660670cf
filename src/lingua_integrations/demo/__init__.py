"""`lingua demo`: a question-answering chain over Python's language reference, in both frameworks.

corpus.py           documents that are on every machine, and questions whose answers are known
retrieval.py        one BM25 index over their passages
with_langchain.py   retriever -> LinguaDocumentCompressor -> prompt -> model, as an LCEL chain
with_llama_index.py the same as a RetrieverQueryEngine
llm.py              the model that answers: SmolLM2 on this machine, or a provider's
run.py              every question at every rate, in every framework
show.py             what the user sees
"""
