"""/v1/compress and /v1/rerank, their errors and limits, the token, probes and counters."""

from __future__ import annotations

import asyncio
import json
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingua_integrations import PromptCompressor
from lingua_integrations.core.request import Context
from lingua_integrations.serve import Limits, Settings, create_app, service
from lingua_integrations.serve.endpoints import squashed
from serving import in_process

BM25 = Settings(methods=("extractive-bm25", "salience"), token=None)
APP = create_app(BM25)
TEXTS = ["Emma is by Jane Austen. It came out in 1815. It rained.", "Ulysses is by James Joyce. It is long."]
QUESTION = "Who wrote Emma?"


def app_of(**changes):
    return create_app(Settings(**{"methods": ("extractive-bm25",), "token": None, **changes}))


async def post(app, path, data, **more):
    content = data if isinstance(data, bytes) else json.dumps(data).encode()
    headers = {"content-type": "application/json", **more.pop("headers", {})}
    async with in_process(app) as client:
        return await client.post(path, content=content, headers=headers, **more)


@pytest.fixture
def app():
    return APP


async def test_compress_gives_what_the_library_gives(app):
    asked = {
        "contexts": [{"text": TEXTS[0], "title": "Emma"}, TEXTS[1]],
        "question": QUESTION,
        "target_tokens": 8,
    }
    answer = (await post(app, "/v1/compress", asked)).json()
    contexts = [Context(TEXTS[0], title="Emma"), TEXTS[1]]
    result = PromptCompressor(config="extractive-bm25").compress(contexts, question=QUESTION, target_tokens=8)
    assert [one["text"] for one in answer["contexts"]] == result.texts == ["Emma is by Jane Austen."]
    assert [tuple(span) for span in answer["contexts"][0]["spans"]] == [
        tuple(s) for s in result.contexts[0].spans
    ]
    assert (answer["tokens_before"], answer["tokens_after"]) == (result.tokens_before, result.tokens_after)
    assert [one["index"] for one in answer["dropped"]] == [1]
    assert answer["prompt"] == result.prompt


async def test_a_request_names_one_of_the_methods(app):
    first = (await post(app, "/v1/compress", {"contexts": TEXTS, "question": "Ulysses?", "rate": 0.4})).json()
    other = (await post(app, "/v1/compress", {"contexts": TEXTS, "rate": 0.4, "method": "salience"})).json()
    assert first["contexts"] != other["contexts"]
    refused = await post(app, "/v1/compress", {"contexts": TEXTS, "method": "llmlingua"})
    assert refused.status_code == 400
    assert "extractive-bm25, salience" in refused.json()["error"]["message"]


@given(text=st.text(st.characters(), min_size=1, max_size=40))
async def test_any_unicode_comes_back(text):
    """Lone surrogates, too, which UTF-8 cannot carry."""
    answer = await post(APP, "/v1/compress", {"contexts": [text], "rate": 1.0})
    assert answer.status_code == 200
    assert [one["text"] for one in answer.json()["contexts"]] == [text]


@pytest.mark.parametrize("data", [{"contexts": []}, {"contexts": [], "rate": 0.5}])
async def test_nothing_gives_nothing(app, data):
    answer = await post(app, "/v1/compress", data)
    assert (answer.status_code, answer.json()["contexts"]) == (200, [])


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"{", "no JSON: line 1"),
        (b"\xff\xfe", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"[1]", "a JSON object"),
        ({}, "contexts must be a list"),
        ({"contexts": "a text"}, "contexts must be a list"),
        ({"contexts": [1]}, "text must be a string"),
        ({"contexts": [{"title": "a"}]}, "text must be a string"),
        ({"contexts": ["a"], "budget": 3}, "no 'budget'"),
        ({"contexts": [{"text": "a", "txet": "b"}]}, "no 'txet'"),
        ({"contexts": [{"text": "abc", "keep": [[0, 9]]}]}, "not a span"),
        ({"contexts": [{"text": "abc", "keep": [[True, 1]]}]}, "list of spans"),
        ({"contexts": [{"text": "abc", "kind": "poem"}]}, "poem"),
        ({"contexts": ["a b"], "question": 3}, "question must be a string"),
        ({"contexts": ["a b"], "rate": 5}, "must be in"),
        (b'{"contexts": ["a b"], "rate": NaN}', "must be in"),
        ({"contexts": ["a b"], "rate": "half"}, "must be in"),
        ({"contexts": ["a b"], "rate": 0.5, "target_tokens": 1}, "not both"),
        ({"contexts": ["a b"], "target_tokens": 1.5}, "whole number"),
    ],
)
async def test_what_is_wrong_is_said(app, data, says):
    answer = await post(app, "/v1/compress", data)
    error = answer.json()["error"]
    assert answer.status_code == 400
    assert says in error["message"]
    assert error["type"] == "invalid_request_error"


async def test_a_page_elsewhere_cannot_post_without_asking(app):
    answer = await post(app, "/v1/compress", {"contexts": []}, headers={"content-type": "text/plain"})
    assert answer.status_code == 415


async def test_the_least_budget_is_said_and_works(app):
    asked = {"contexts": TEXTS, "question": QUESTION}
    answer = await post(app, "/v1/compress", asked | {"target_tokens": 1})
    assert answer.status_code == 422
    least = answer.json()["error"]["smallest"]
    assert (await post(app, "/v1/compress", asked | {"target_tokens": least})).status_code == 200
    assert (await post(app, "/v1/compress", asked | {"target_tokens": least - 1})).status_code == 422


async def test_a_body_may_be_so_long_and_no_longer():
    data = json.dumps({"contexts": ["a" * 50], "rate": 1.0}).encode()

    async def chunks():
        yield data[:20]
        yield data[20:]

    fits, less = app_of(limits=Limits(bytes=len(data))), app_of(limits=Limits(bytes=len(data) - 1))
    headers = {"content-type": "application/json"}
    for app, status in ((fits, 200), (less, 413)):
        async with in_process(app) as client:
            for content in (data, chunks()):  # with its length in the header, and without
                assert (
                    await client.post("/v1/compress", content=content, headers=headers)
                ).status_code == status


async def test_a_failure_of_ours_is_no_secret_and_one_of_others_is(monkeypatch):
    def fail(*_, **__):
        raise RuntimeError("Emma is by Jane Austen")

    monkeypatch.setattr(PromptCompressor, "compress", fail)
    answer = await post(APP, "/v1/compress", {"contexts": TEXTS})
    assert answer.status_code == 500
    assert "Austen" not in answer.text
    assert "RuntimeError" in answer.json()["error"]["message"]


async def test_a_model_that_cannot_be_had():
    app = app_of(methods=("llmlingua2",), model=None)
    answer = await post(app, "/v1/compress", {"contexts": TEXTS, "rate": 0.3})
    assert answer.status_code == 400  # it names what is missing
    assert "token classifier" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"authorization": "Bearer sesam"}, 401),
        ({"authorization": "Bearer sesame2"}, 401),
        ({"authorization": "Basic sesame"}, 401),
        ({"authorization": "bearer sesame"}, 200),
        ({"x-lingua-token": "sesame"}, 200),
        ({"x-lingua-token": "wrong", "authorization": "Bearer sesame"}, 200),
    ],
)
async def test_a_token_has_to_be_shown(headers, status):
    app = app_of(token="sesame")
    assert (await post(app, "/v1/compress", {"contexts": []}, headers=headers)).status_code == status
    async with in_process(app) as client:
        assert (await client.get("/metrics", headers=headers)).status_code == status
        assert (await client.get("/health/live")).status_code == 200


def test_a_token_comes_from_the_environment_and_is_shown_nowhere(monkeypatch):
    monkeypatch.setenv("LINGUA_SERVE_TOKEN", "sesame")
    settings = Settings(methods=("extractive-bm25",))
    assert settings.token == "sesame"
    assert "sesame" not in repr(settings) + settings.to_json()
    assert Settings.from_json(settings.to_json()) == settings


async def test_only_names_of_this_machine():
    app = app_of(hosts=("localhost",))
    assert (await post(app, "/v1/compress", {"contexts": []})).status_code == 200
    assert (
        await post(app, "/v1/compress", {"contexts": []}, headers={"host": "evil.example:80"})
    ).status_code == 421


async def test_rerank_in_the_shape_of_cohere_and_of_tei(app):
    texts = ["It rained.", "Emma is by Jane Austen.", "Ulysses came out in 1922."]
    asked = {"query": QUESTION, "model": "any", "top_n": 2, "return_documents": True}
    documents = [texts[0], {"text": texts[1], "id": 7}, texts[2]]
    results = (await post(app, "/v1/rerank", asked | {"documents": documents})).json()["results"]
    assert (results[0]["index"], results[0]["document"], len(results)) == (1, {"text": texts[1]}, 2)
    assert all(0 <= one["relevance_score"] <= 1 for one in results)
    raw = (await post(app, "/rerank", {"query": QUESTION, "texts": texts, "raw_scores": True})).json()
    scores = PromptCompressor(config="extractive-bm25").rank(texts, QUESTION)
    assert [one["index"] for one in raw] == list(np.argsort(-scores, kind="stable"))
    assert [one["score"] for one in raw] == sorted(scores, reverse=True)


@pytest.mark.parametrize(
    "changes",
    [
        {"query": " "}, {"query": None}, {"documents": None}, {"documents": [1]},
        {"documents": [{"title": "a"}]}, {"texts": ["a"]}, {"top_n": 0}, {"top_n": "2"}, {"rank": 1},
    ],
)  # fmt: skip
async def test_what_is_wrong_with_a_ranking_is_said(app, changes):
    answer = await post(app, "/v1/rerank", {"query": "cat", "documents": ["a cat"]} | changes)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_request")


async def test_no_documents_have_no_order(app):
    assert (await post(app, "/v2/rerank", {"query": "cat", "documents": []})).json() == {"results": []}


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_squashing_keeps_the_order(one, other):
    assert 0 <= squashed(one) <= 1
    assert (one < other) <= (squashed(one) <= squashed(other))


async def test_what_was_counted():
    app = create_app(BM25)
    asked = {"contexts": TEXTS, "question": QUESTION, "target_tokens": 8}
    answer = (await post(app, "/v1/compress", asked)).json()
    await post(app, "/v1/compress", b"{")
    await post(app, "/nowhere", {})
    async with in_process(app) as client:
        page = (await client.get("/metrics")).text
    for line in (
        'lingua_requests_total{path="/v1/compress",status="200"} 1.0',
        'lingua_requests_total{path="/v1/compress",status="400"} 1.0',
        'lingua_requests_total{path="other",status="404"} 1.0',
        f'lingua_tokens_total{{path="/v1/compress",side="after"}} {float(answer["tokens_after"])}',
        "lingua_requests_in_work 0.0",
    ):
        assert line in page


async def test_ready_once_its_models_are_loaded(monkeypatch):
    loaded = threading.Event()
    warm_up = service._warm_up
    monkeypatch.setattr(service, "_warm_up", lambda one: loaded.wait(10) and warm_up(one))
    for settings, says in ((BM25, None), (Settings(methods=("llmlingua2",), token=None), "token classifier")):
        app = create_app(settings)
        loaded.clear()
        async with app.router.lifespan_context(app), in_process(app) as client:
            first = await client.get("/health/ready")
            assert (first.status_code, first.json()["error"]["code"]) == (503, "not_ready")
            assert (await client.get("/health/live")).status_code == 200
            loaded.set()
            while "being loaded" in (last := await client.get("/health")).text:
                await asyncio.sleep(0.005)
            assert last.status_code == (503 if says else 200)
            assert says is None or says in last.json()["error"]["message"]
