"""The LLMs of both frameworks whose contexts are read as digests."""

from __future__ import annotations

import pickle

import pytest
import torch
from langchain_core.prompts import PromptTemplate
from llama_index.core import PromptHelper, get_response_synthesizer
from llama_index.core import PromptTemplate as LlamaTemplate
from llama_index.core.llms import ChatMessage
from llama_index.core.schema import NodeWithScore, TextNode

from lingua_integrations import langchain, llama_index
from lingua_integrations.core.store.resolve import resolve
from lingua_integrations.errors import InvalidRequest, UnknownModel
from lingua_integrations.soft.digester import Digester, DigesterSizes
from lingua_integrations.soft.reader import SoftReader
from lingua_integrations.soft.saved import Known, Soft, load

BOTH = pytest.mark.parametrize(
    "make", [langchain.LinguaSoftLLM, llama_index.LinguaSoftLLM], ids=["langchain", "llama_index"]
)
CONTEXT = "the cat sat on a mat and ran " * 4
PROMPT = f"<context>{CONTEXT}</context>\nQ: who ran\nA:"


@pytest.fixture(scope="module")
def digester(tmp_path_factory, tiny_tokenizer, tiny_model):
    """A folder with an untrained digester for the tiny model."""
    target = tmp_path_factory.mktemp("target") / "target"
    tiny_model.save_pretrained(target)
    tiny_tokenizer.save_pretrained(target)
    torch.manual_seed(0)
    made = Digester(DigesterSizes(width=32, states=32, count=4, piece=16, layers=1, heads=4))
    made.begin(tiny_model.get_input_embeddings().weight)
    known = Known.of(resolve(str(target)))
    folder = tmp_path_factory.mktemp("digester")
    Soft(made, known, known).save(folder)
    return str(folder)


@pytest.fixture
def said(digester):
    """What the target says, without an adapter."""
    return SoftReader(digester=load(digester, Digester), device="cpu", dtype="float32").say(PROMPT, 8)


def settings(digester):
    return {"digester": digester, "max_tokens": 8, "device": "cpu", "dtype": "float32"}


def asked(llm, prompt=PROMPT, **more):
    return str(llm.invoke(prompt, **more) if hasattr(llm, "invoke") else llm.complete(prompt, **more))


@BOTH
def test_an_llm_says_what_its_target_says(make, digester, said):
    llm = make(**settings(digester))
    assert asked(llm) == said
    assert asked(llm, max_tokens=3) == asked(make(**settings(digester) | {"max_tokens": 3})) != said
    stop = said[len(said) // 2]
    assert asked(llm, stop=[stop]) == said.partition(stop)[0]
    assert asked(llm, temperature=3.0, seed=1) == asked(llm, temperature=3.0, seed=1)


def test_a_chain_of_langchain_marks_its_contexts(digester, said):
    template = PromptTemplate.from_template("<context>{context}</context>\nQ: {question}\nA:")
    chain = template | langchain.LinguaSoftLLM(**settings(digester))
    inputs = {"context": CONTEXT, "question": "who ran"}
    assert chain.invoke(inputs) == said
    assert chain.batch([inputs, inputs]) == [said, said]
    assert "".join(chain.stream(inputs)) == said


async def test_async(digester, said):
    assert await langchain.LinguaSoftLLM(**settings(digester)).ainvoke(PROMPT) == said
    assert str(await llama_index.LinguaSoftLLM(**settings(digester)).acomplete(PROMPT)) == said


def test_an_engine_of_llama_index_marks_its_contexts(digester, said):
    llm = llama_index.LinguaSoftLLM(**settings(digester))
    template = LlamaTemplate("<context>{context_str}</context>\nQ: {query_str}\nA:")
    roomy = PromptHelper(
        context_window=4096, num_output=8
    )  # it leaves 500 tokens free, and the window has 512
    synthesizer = get_response_synthesizer(llm=llm, text_qa_template=template, prompt_helper=roomy)
    nodes = [NodeWithScore(node=TextNode(text=CONTEXT))]
    asked = template.format(context_str=CONTEXT.strip(), query_str="who ran")
    assert synthesizer.synthesize("who ran", nodes).response == str(llm.complete(asked))
    assert [one.delta for one in llm.stream_complete(PROMPT)] == [said]
    chat = llm.chat([ChatMessage(role="user", content=PROMPT)])
    assert isinstance(chat.message.content, str)
    assert llm.metadata.context_window == 512
    assert llm.metadata.num_output == 8


@BOTH
def test_what_an_llm_cannot_use_is_refused(make, digester):
    with pytest.raises(InvalidRequest, match="Give a digester"):
        make()
    with pytest.raises(InvalidRequest, match="digester"):
        make(digestor=digester)
    with pytest.raises(InvalidRequest, match="no device"):
        make(digester=digester, device="gpu")
    with pytest.raises(InvalidRequest, match="marks"):
        asked(make(**settings(digester), marks=("x", "x")))
    with pytest.raises(InvalidRequest, match="max_token"):
        asked(make(**settings(digester)), max_token=3)
    with pytest.raises(InvalidRequest, match="</context>"):
        asked(make(**settings(digester)), f"<context>{CONTEXT}")
    with pytest.raises(UnknownModel):
        asked(make(digester="nothing"))


@BOTH
def test_a_pickle_has_no_weights(make, digester, said):
    llm = make(**settings(digester))
    assert asked(llm) == said
    packed = pickle.dumps(llm)
    assert len(packed) < 5000
    assert asked(pickle.loads(packed)) == said
