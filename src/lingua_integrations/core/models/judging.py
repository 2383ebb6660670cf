"""The chat that asks Qwen3-Reranker, and models trained from it, whether a document is relevant."""

from __future__ import annotations

BEFORE = (
    "<|im_start|>system\nJudge whether the Document meets the requirements based on the Query and the "
    'Instruct provided. Note that the answer can only be "yes" or "no".<|im_end|>\n<|im_start|>user\n'
)
PAIR = "<Instruct>: {task}\n<Query>: {question}\n<Document>: {text}"
AFTER = "<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n"
