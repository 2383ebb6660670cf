"""Compression as a step of a chain: `compress_context` and the Runnable view of the document compressor."""

from __future__ import annotations

import pytest
from langchain_core.documents import Document
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableLambda, RunnablePassthrough

from lingua_integrations.errors import InvalidRequest
from lingua_integrations.langchain import LinguaDocumentCompressor, compress_context

TEXT = "The cat sat on the mat all day long. Dogs bark at night. It rained in the town again and again."
SHORT = "The cat sat on the mat all day long."
QUESTION = "Where did the cat sit?"
SETTINGS = {"method": "extractive-bm25", "rate": 0.5, "min_tokens": 0}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (TEXT, SHORT),
        ([TEXT], [SHORT]),
        ((TEXT,), (SHORT,)),
        ([], []),
        ("", ""),
    ],
)
async def test_texts_come_out_as_what_they_were(given, expected):
    step = compress_context(as_documents=True, **SETTINGS)
    inputs = {"context": given, "question": QUESTION, "other": 1}
    assert step.invoke(inputs) == {"context": expected, "question": QUESTION, "other": 1}
    assert await step.ainvoke(inputs) == step.invoke(inputs)
    assert inputs["context"] == given


@pytest.mark.parametrize("given", [TEXT, [TEXT], (TEXT,), [Document(TEXT)]])
async def test_a_prompt_gets_text(given):
    """Whatever came in, the prompt's variable is one text, and not the repr of documents."""
    step = compress_context(**SETTINGS)
    assert step.invoke({"context": given, "question": QUESTION})["context"] == SHORT
    assert (await step.ainvoke({"context": given, "question": QUESTION}))["context"] == SHORT


def test_documents_are_joined_by_blank_lines():
    step = compress_context(**SETTINGS | {"rate": 1.0})
    documents = [Document(TEXT), Document("Emma came in 1815.")]
    joined = step.invoke({"context": documents, "question": QUESTION})["context"]
    assert joined == f"{TEXT}\n\nEmma came in 1815."
    assert step.invoke({"context": [], "question": QUESTION})["context"] == ""


def test_no_question_is_an_empty_one():
    step = compress_context(rate=0.5, min_tokens=0)
    shorter = step.invoke({"context": TEXT, "question": None})["context"]
    assert shorter and len(shorter) < len(TEXT)
    assert shorter == step.invoke({"context": TEXT, "question": ""})["context"]


async def test_in_a_chain():
    """One line between retriever and prompt; the compressor's run hangs under the step's."""
    retriever = RunnableLambda(lambda question: [Document(TEXT, id="a", metadata={"page": 1})])
    seen = []
    chain = (
        {"context": retriever, "question": RunnablePassthrough()}
        | compress_context(as_documents=True, **SETTINGS)
        | RunnableLambda(lambda inputs: seen.append(inputs) or inputs)
        | ChatPromptTemplate([("human", "{context}\n\n{question}")])
        | GenericFakeChatModel(messages=iter([AIMessage("On the mat.")] * 3))
    )
    assert chain.invoke(QUESTION).content == "On the mat."
    (document,) = seen[0]["context"]
    assert (document.page_content, document.id, document.metadata["page"]) == (SHORT, "a", 1)
    events = [event async for event in chain.astream_events(QUESTION, version="v2")]
    starts = [event for event in events if event["event"] == "on_chain_start"]
    (step,) = [event for event in starts if event["name"] == "compress_context"]
    (compression,) = [event for event in starts if event["name"] == "LinguaDocumentCompressor"]
    assert compression["parent_ids"][-1] == step["run_id"]


async def test_the_runnable_view():
    step = LinguaDocumentCompressor(**SETTINGS).as_runnable()
    inputs = {"documents": [Document(TEXT, id="a")], "question": QUESTION}
    (document,) = step.invoke(inputs)
    assert (document.page_content, document.id) == (SHORT, "a")
    assert await step.ainvoke(inputs) == [document]
    assert step.batch([inputs, inputs]) == [[document]] * 2


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"question": QUESTION}, "must give a dictionary with 'context'; it gave 'question'"),
        ({"context": TEXT}, "must give a dictionary with 'question'"),
        ({"context": 7, "question": QUESTION}, "'context' must be documents or text, not int"),
        ({"context": [7], "question": QUESTION}, "'context' must be documents or text, not list"),
        ({"context": [TEXT, Document(TEXT)], "question": QUESTION}, "'context' mixes documents and texts"),
        ({"context": TEXT, "question": ["why?"]}, "'question' must be text, not list"),
        ("text", "it gave str"),
    ],
)
def test_wrong_inputs_are_named(inputs, message):
    with pytest.raises(InvalidRequest, match=message):
        compress_context(**SETTINGS).invoke(inputs)
