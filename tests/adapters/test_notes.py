"""What outputs say about where they come from, also after a second compression, and beside a user's own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.documents import Document
from llama_index.core.schema import NodeWithScore, TextNode

import laws
from lingua_integrations.langchain import LinguaDocumentCompressor
from lingua_integrations.llama_index import LinguaNodePostprocessor

SETTINGS = {"method": "extractive-bm25", "min_tokens": 0, "when_too_small": "least"}
WORDS = "cat sat mat dog bark night rain town sea calm fish house".split()
SENTENCES = st.lists(
    st.lists(st.sampled_from(WORDS), min_size=2, max_size=6).map(
        lambda one: " ".join(one).capitalize() + "."
    ),
    min_size=2,
    max_size=9,
)


def langchain(text, metadata, rate):
    made = LinguaDocumentCompressor(**SETTINGS, rate=rate)
    (one,) = made.compress_documents([Document(text, metadata=metadata)], "Where did the cat sit?")
    return one.page_content, one.metadata


def llama_index(text, metadata, rate):
    made = LinguaNodePostprocessor(**SETTINGS, rate=rate)
    node = TextNode(text=text, metadata=metadata)
    (one,) = made.postprocess_nodes([NodeWithScore(node=node)], query_str="Where did the cat sit?")
    return one.node.text, one.node.metadata


both = pytest.mark.parametrize("compressed", [langchain, llama_index])


@both
@given(sentences=SENTENCES)
@pytest.mark.filterwarnings("ignore::lingua_integrations.errors.LinguaWarning")
def test_a_second_note_tells_of_the_first_input(compressed, sentences):
    """Every piece stands where the note says, in the text that nobody has compressed yet."""
    text = " ".join(sentences)
    once, first = compressed(text, {}, 0.7)
    twice, second = compressed(once, first, 0.6)
    note = second["lingua"]
    assert note["tokens_before"] == first["lingua"]["tokens_before"]
    assert [text[start:end] for start, end in note["spans"]] == [
        twice[place : place + end - start]
        for place, (start, end) in zip(note["places"], note["spans"], strict=True)
    ]
    assert " ".join(text[start:end] for start, end in note["spans"]).split() == twice.split()


@both
@given(text=laws.prose)
@pytest.mark.filterwarnings("ignore::lingua_integrations.errors.LinguaWarning")
def test_what_the_user_has_there_stays(compressed, text):
    if not text.strip():
        return
    _, metadata = compressed(text, {"lingua": "franca"}, 0.5)
    assert metadata["lingua"] == "franca"
    assert metadata["lingua_compression"]["tokens_after"] > 0


@both
def test_an_overlap_of_chunks_is_kept_once(compressed):
    """Two documents with the same sentence about the question: one of them has it, and both were counted."""
    shared = "The cat sat on the mat near the old house by the sea."
    documents = [f"Dogs bark at night. {shared}", f"{shared} It rained in the town again."]
    if compressed is langchain:
        made = LinguaDocumentCompressor(**SETTINGS, rate=0.9)
        shown = [
            one.page_content
            for one in made.compress_documents([Document(t) for t in documents], "Where did the cat sit?")
        ]
    else:
        made = LinguaNodePostprocessor(**SETTINGS, rate=0.9)
        nodes = [NodeWithScore(node=TextNode(text=t)) for t in documents]
        shown = [one.node.text for one in made.postprocess_nodes(nodes, query_str="Where did the cat sit?")]
    assert "\n".join(shown).count(shared) == 1
