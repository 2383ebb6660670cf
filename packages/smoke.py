"""What every installed set of wheels must do: compress in both frameworks, without a model."""

from __future__ import annotations

from importlib.metadata import version

from langchain_core.documents import Document
from langchain_lingua import LinguaDocumentCompressor
from llama_index.core.schema import NodeWithScore, TextNode
from llama_index.postprocessor.lingua import LinguaNodePostprocessor

TEXT, QUESTION = "Emma is by Jane Austen. It came in 1815.", "Who wrote Emma?"
SETTINGS = {"method": "extractive-bm25", "target_tokens": 8, "min_tokens": 0}

(document,) = LinguaDocumentCompressor(**SETTINGS).compress_documents([Document(TEXT)], QUESTION)
nodes = [NodeWithScore(node=TextNode(text=TEXT))]
(node,) = LinguaNodePostprocessor(**SETTINGS).postprocess_nodes(nodes, query_str=QUESTION)
assert document.page_content == node.text == "Emma is by Jane Austen.", (document, node)
print("lingua-integrations", version("lingua-integrations"), "compresses in both frameworks")
