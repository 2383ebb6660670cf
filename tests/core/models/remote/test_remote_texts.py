"""Vectors, relevance and labels from servers are those of the local models, or an error of ours."""

from __future__ import annotations

import multiprocessing
import pickle

import numpy as np
import pytest

from lingua_integrations import PromptCompressor
from lingua_integrations.core.models.encoder import SentenceEncoder
from lingua_integrations.core.models.pruner import _opinions
from lingua_integrations.core.models.remote.client import Client
from lingua_integrations.core.models.remote.encoder import split
from lingua_integrations.core.prune.rankers.cross_encoder import CrossEncoderRanker
from lingua_integrations.core.prune.rankers.embedding import EmbeddingRanker
from lingua_integrations.core.prune.scorers.token_classifier import TokenClassifier
from lingua_integrations.errors import InvalidRequest, LinguaWarning, ServerFailed
from lingua_integrations.langchain import LinguaDocumentCompressor
from lingua_integrations.remote import Connection, RemoteClassifier, RemoteEncoder, RemoteRanker
from model_servers import altered, cut, not_json, serving, slow, status

QUICK = Connection(timeout=2.0, deadline=5.0, attempts=2)
TEXTS = [f"The cat number {i} sat on the mat in 19{i:02}. 漢字 🎉 It ran." for i in range(40)]


@pytest.fixture
def backend(tiny_encoders):
    """Answers of all routes, from the tiny local models."""
    embeddings = SentenceEncoder(tiny_encoders["encoder"])
    ranker = CrossEncoderRanker(tiny_encoders["cross-encoder"])
    classifier = TokenClassifier(tiny_encoders["classifier"])._encoder

    def ranked(question, texts, name):
        scores = ranker.rank(question, texts)
        order = np.argsort(-scores)
        return [{"index": int(i), name: float(scores[i])} for i in order]

    def vectors(body):
        texts = body["input"]
        data = [{"index": i, "embedding": one.tolist()} for i, one in enumerate(embeddings.encode(texts))]
        return {"object": "list", "model": body["model"], "data": data[::-1]}

    def pooling(body):
        assert body["task"] == "token_classify"
        found = [keep for keep, _ in classifier.passes(body["input"], None, _opinions)]
        data = []
        for i, (one, row) in enumerate(zip(found, body["input"], strict=True)):
            labels = one.tolist()[: len(row)]
            data.append({"index": i, "object": "pooling", "data": [[1 - p, p] for p in labels]})
        return {"data": data}

    def few(texts):
        assert len(texts) <= 32  # as servers have it
        return texts

    return {
        "/embed": lambda body: embeddings.encode(few(body["inputs"])).tolist(),
        "/embed_all": lambda body: [[[0.5, 1.0]] * (len(text) + 2) for text in few(body["inputs"])],
        "/embeddings": vectors,
        "/v1/embeddings": vectors,
        "/rerank": lambda body: (
            ranked(body["query"], few(body["texts"]), "score")
            if "texts" in body
            else {"results": ranked(body["query"], body["documents"], "relevance_score")}
        ),
        "/score": lambda body: {"data": ranked(body["text_1"], body["text_2"], "score")},
        "/pooling": pooling,
    }


@pytest.fixture
def server(backend):
    with serving(backend) as one:
        yield one


@pytest.mark.parametrize("name", ["tei", "openai", "infinity", "vllm"])
def test_vectors(server, tiny_encoders, name):
    here = SentenceEncoder(tiny_encoders["encoder"])
    there = RemoteEncoder(server.url, "m", server=name, prompts=("ask: ", "say: "), connection=QUICK)
    said = here.encode([f"say: {one}" for one in TEXTS])
    np.testing.assert_allclose(there.encode_document(TEXTS), said, atol=1e-5)
    np.testing.assert_allclose(there.encode_query(["a cat"]), here.encode(["ask: a cat"]), atol=1e-5)
    assert there.encode_document([]).shape[0] == 0


def test_a_long_text_is_the_mean_of_its_pieces(server):
    there = RemoteEncoder(server.url, longest=40, connection=QUICK)
    pieces = split(" ".join(TEXTS[:3]), 40)
    assert "".join(pieces) == " ".join(TEXTS[:3]) and max(map(len, pieces)) <= 40
    apart = there.encode(pieces)
    weights = np.array([[len(one)] for one in pieces])
    np.testing.assert_allclose(
        there.encode([" ".join(TEXTS[:3])])[0], (apart * weights).sum(0) / weights.sum(), atol=1e-6
    )


def test_items_are_asked_about_in_portions(monkeypatch):
    """Each request has at most so many, and its answer is read beside its own items."""
    client = Client("http://host", QUICK)
    monkeypatch.setattr(client, "ask", lambda asks, meaning: [meaning(i, one) for i, one in enumerate(asks)])
    found = client.ask_about([1, 2, 3, 4, 5], 2, sum, lambda items, answer: (items, answer))
    assert found == [([1, 2], 3), ([3, 4], 7), ([5], 5)]


def test_vectors_of_tokens(server):
    there = RemoteEncoder(server.url, connection=QUICK)
    assert [one.shape for one in there.token_vectors(["ab", "abcd"])] == [(4, 2), (6, 2)]
    with pytest.raises(InvalidRequest, match="Only TEI"):
        RemoteEncoder(server.url, server="vllm").token_vectors(["a"])


@pytest.mark.parametrize("name", ["tei", "infinity", "vllm", "cohere"])
def test_relevance(server, tiny_encoders, name):
    there = RemoteRanker(server.url, "m", server=name, connection=QUICK)
    ours = CrossEncoderRanker(tiny_encoders["cross-encoder"]).rank("Where is the cat?", TEXTS)
    np.testing.assert_allclose(there.rank("Where is the cat?", TEXTS), ours, atol=1e-5)
    assert there.rank("Where?", []).shape == (0,)


def test_labels(server, tiny_encoders):
    """Windows of 64 tokens; the text comes out as from the local classifier."""
    folder = tiny_encoders["classifier"]
    there = RemoteClassifier(server.url, "m", tokenizer=folder, window=64, connection=QUICK)
    text = " ".join(TEXTS[:8])
    for method in ("llmlingua2", "extractive-classifier"):
        ours = PromptCompressor(TokenClassifier(folder), method).compress([text, TEXTS[9]], rate=0.5)
        assert PromptCompressor(there, method).compress([text, TEXTS[9]], rate=0.5).texts == ours.texts


WRONG = {
    "cut": cut,
    "no JSON": not_json,
    "429": status(429),
    "500": status(500),
    "424": status(424),
    "slow": slow(0.4),
    "one too few": altered(lambda answer: answer.pop() and None),
    "one too many": altered(lambda answer: answer.append(answer[0])),
    "nothing": altered(lambda answer: answer.clear()),
    "an object": altered(lambda answer: {"error": "no"}),
}
RANKED = {
    "not a number": altered(lambda answer: answer[0].update(score=float("nan"))),
    "a word": altered(lambda answer: answer[0].update(score="best")),
    "a place twice": altered(lambda answer: answer[0].update(index=answer[1]["index"])),
    "no place": altered(lambda answer: answer[0].pop("index") and None),
}
EMBEDDED = {
    "rows of two lengths": altered(lambda answer: answer[0].pop() and None),
    "infinite": altered(lambda answer: answer[0].__setitem__(0, float("inf"))),
    "one row": altered(lambda answer: answer[0]),
}


@pytest.mark.parametrize(
    ("make", "faults"),
    [
        (lambda url, how: RemoteRanker(url, connection=how), WRONG | RANKED),
        (lambda url, how: EmbeddingRanker(RemoteEncoder(url, connection=how)), WRONG | EMBEDDED),
    ],
    ids=["ranker", "encoder"],
)
def test_whatever_goes_wrong_is_an_error_or_a_passthrough(server, make, faults):
    """Of ours, in a call; in an adapter that is told so the input, with a warning that quotes no text."""
    from langchain_core.documents import Document

    documents = [Document(f"secret {one} Never mind.") for one in TEXTS[:2]]
    for name, fault in faults.items():
        ranker = make(server.url, Connection(timeout=0.2, deadline=2.0, attempts=1))
        server.faults = [fault] * 9
        compressor = PromptCompressor(config="extractive-cross-encoder", ranker=ranker)
        with pytest.raises(ServerFailed) as caught:
            compressor.compress([one.page_content for one in documents], question="Where?", rate=0.5)
        assert "secret" not in repr(caught.value), name
        server.faults = [fault] * 9
        adapter = LinguaDocumentCompressor(compressor=compressor, on_error="passthrough", min_tokens=0)
        with pytest.warns(LinguaWarning, match="passed on uncompressed: ServerFailed") as told:
            assert adapter.compress_documents(documents, "Where?") == documents, name
        assert not any("secret" in str(one.message) for one in told)


@pytest.mark.parametrize(
    "change",
    [
        lambda answer: answer["data"][0]["data"].pop() and None,
        lambda answer: answer["data"][0].update(data=[0.5]),
        lambda answer: answer["data"][0]["data"].__setitem__(0, [0.5, 1.5]),
        lambda answer: answer["data"][0].update(data=[row[:1] for row in answer["data"][0]["data"]]),
    ],
)
def test_labels_that_cannot_be_right(server, tiny_encoders, change):
    folder = tiny_encoders["classifier"]
    there = RemoteClassifier(server.url, "m", tokenizer=folder, window=64, connection=QUICK)
    server.faults = [altered(change)] * 4
    with pytest.raises(ServerFailed, match="cannot be right"):
        PromptCompressor(there, "llmlingua2").compress([" ".join(TEXTS[:3])], rate=0.5)


# --- By name, in other processes -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "method"),
    [
        ("tei+{url}", "extractive"),
        ("openai+{url}#m", "extractive-fusion"),
        ("tei+{url}", "extractive-cross-encoder"),
        ("vllm+{url}#m", "extractive-cross-encoder"),
        ("vllm+{url}#{classifier}", "llmlingua2"),
    ],
)
def test_a_model_goes_by_the_name_of_its_server(server, tiny_encoders, model, method):
    """In settings, which are plain data, and after a pickle."""
    from langchain_core.documents import Document

    model = model.format(url=server.url, **tiny_encoders)
    adapter = LinguaDocumentCompressor(model=model, method=method, rate=0.5, min_tokens=0)
    documents = [Document(one) for one in TEXTS[:6]]
    here = adapter.compress_documents(documents, "Where is the cat?")
    assert server.asked and len(here) < 7
    again = pickle.loads(pickle.dumps(adapter))
    assert again.compress_documents(documents, "Where is the cat?") == here
    assert LinguaDocumentCompressor(**adapter.model_dump()).model == model


@pytest.mark.parametrize(
    ("settings", "match"),
    [
        ({"config": "extractive-pruner", "model": "tei+http://host"}, "cannot be asked for a pruner"),
        ({"config": "longllmlingua", "model": "tei+http://host#m"}, "server is one of"),
        ({"config": "longllmlingua", "model": "vllm+http://host"}, "behind #"),
        ({"config": "llmlingua2", "model": "tei+http://host#m"}, "from vLLM"),
        ({"config": "extractive", "model": "tei+http://user:geheim@host"}, "no user"),
        ({"config": "extractive", "model": "tei+http://host", "device": "cpu"}, "no effect"),
        ({"config": "extractive-bm25", "model": "tei+http://host"}, "uses no model"),
        ({"model": "tei+http://host"}, "Name the method"),
    ],
)
def test_names_that_cannot_work_are_refused_at_once(settings, match):
    with pytest.raises(InvalidRequest, match=match) as caught:
        PromptCompressor.from_pretrained(**settings)
    assert "geheim" not in str(caught.value)


def _rank(ranker, found):
    found.put(ranker.rank("Where?", TEXTS[:3]).tolist())


def test_a_forked_process_has_connections_of_its_own(server):
    ranker = RemoteRanker(server.url, connection=QUICK)
    here = ranker.rank("Where?", TEXTS[:3]).tolist()
    context = multiprocessing.get_context("fork")
    found = context.Queue()
    child = context.Process(target=_rank, args=(ranker, found))
    child.start()
    assert found.get(timeout=20) == here
    child.join()
    assert ranker.rank("Where?", TEXTS[:3]).tolist() == here


def test_a_missing_library_is_named(server, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "httpx", None)
    with pytest.raises(ImportError, match=r"lingua-integrations\[remote\]"):
        RemoteRanker(server.url).rank("Where?", TEXTS[:2])
