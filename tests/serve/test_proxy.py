"""Chats through the proxy, over real sockets, to an upstream that does as it is told."""

from __future__ import annotations

import contextlib
import json
import time

import httpx
import pytest

from lingua_integrations.serve import Limits, Settings, create_app
from lingua_integrations.serve import Upstream as To
from lingua_integrations.serve.shortening import Shortener
from serving import EVENTS, Upstream, serving

LONG = "Emma is by Jane Austen. " + "It rained in the town again. " * 20 + "It came out in 1815."


def chat(model="plain", content=LONG, **more):
    call = {"id": "a", "type": "function", "function": {"name": "search", "arguments": '{"query": "Emma"}'}}
    messages = [
        {"role": "system", "content": LONG},
        {"role": "user", "content": "Who wrote Emma?"},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "a", "content": content},
    ]
    return {"model": model, "messages": messages, **more}


@pytest.fixture(scope="module")
def upstream():
    made = Upstream()
    with serving(made.app) as made.url:
        yield made


@contextlib.contextmanager
def proxy(url, token=None, limits=None, **to):
    settings = Settings(
        methods=("extractive-bm25",), token=token, min_tokens=20, rate=0.3, limits=limits or Limits(),
        upstream=To(url=f"{url}/v1", **{"key": "sk-upstream", **to}),
    )  # fmt: skip
    with serving(create_app(settings)) as own, httpx.Client(base_url=own, timeout=10) as client:
        yield client


@pytest.fixture(scope="module")
def client(upstream):
    with proxy(upstream.url) as made:
        yield made


def test_results_of_tools_get_shorter_and_the_rest_stays(client, upstream):
    asked = chat(temperature=0.7, tools=[{"type": "function", "function": {"name": "search"}}], seed=7)
    answer = client.post("/v1/chat/completions?api-version=1", json=asked)
    sent = json.loads(upstream.body)
    shorter = sent["messages"][3]["content"]
    assert "Emma is by Jane Austen." in shorter
    assert len(shorter) < len(LONG) / 2
    sent["messages"][3]["content"] = LONG
    assert sent == asked
    before, after = map(int, answer.headers["x-lingua-tokens"].split())
    assert after < before
    assert (answer.json(), answer.headers["x-request-id"]) == ({"choices": []}, "r1")


@pytest.mark.parametrize(
    ("asked", "headers"),
    [
        (chat(content="It rained."), {}),
        (chat(), {"x-lingua": "off"}),
        (chat(), {"x-lingua-pin": "b, a"}),
    ],
)
def test_what_stays_whole_goes_on_byte_for_byte(client, upstream, asked, headers):
    body = json.dumps(asked, indent=3).encode()
    headers = {"content-type": "application/json", **headers}
    answer = client.post("/v1/chat/completions", content=body, headers=headers)
    assert upstream.body == body
    assert "x-lingua-tokens" not in answer.headers
    assert not any(name.startswith("x-lingua") for name in upstream.headers)


def test_a_request_says_how_much_stays(client, upstream):
    lengths, lines = [], "\n".join(f"{n}: Emma has {n * 7 % 50} copies in shop {n}." for n in range(60))
    for rate in ("0.2", "0.6"):
        client.post("/v1/chat/completions", json=chat(content=lines), headers={"x-lingua-rate": rate})
        lengths.append(len(json.loads(upstream.body)["messages"][3]["content"]))
    assert lengths[0] < lengths[1] < len(lines)
    seen = len(upstream.seen)
    assert client.post("/v1/chat/completions", json=chat(), headers={"x-lingua-rate": "2"}).status_code == 400
    assert len(upstream.seen) == seen


def test_a_stream_passes_byte_for_byte_and_as_it_comes(client, upstream):
    upstream.released.clear()
    with client.stream("POST", "/v1/chat/completions", json=chat("stream", stream=True)) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        chunks = answer.iter_raw()
        first = next(chunks)  # while the upstream waits to send the second one
        upstream.released.set()
        assert first == EVENTS[0]
        assert first + b"".join(chunks) == b"".join(EVENTS)
    assert len(upstream.body) < len(json.dumps(chat("stream", stream=True)))


def test_a_compressed_answer_stays_compressed(client, upstream):
    with client.stream("POST", "/v1/chat/completions", json=chat("zipped")) as answer:
        assert answer.headers["content-encoding"] == "gzip"
        assert b"".join(answer.iter_raw())[:2] == b"\x1f\x8b"
    assert upstream.headers["accept-encoding"] == answer.request.headers["accept-encoding"]


def test_what_the_upstream_refuses_is_handed_back(client):
    answer = client.post("/v1/chat/completions", json=chat("busy"))
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")
    assert answer.json() == {"error": {"message": "slow down"}}


@pytest.mark.parametrize("body", [b"{", b'{"model": "plain", "model": "plain"}'])
def test_what_is_no_request_is_the_upstreams_to_refuse(client, upstream, body):
    client.post("/v1/chat/completions", content=body, headers={"content-type": "application/json"})
    assert upstream.body == body


def test_an_answer_that_breaks_off_does_not_end_well(client):
    """Its client must not take what has come for all of it."""
    received = b""
    asked = client.build_request("POST", "/v1/chat/completions", json=chat("cut", stream=True))
    answer = client.send(asked, stream=True)
    with pytest.raises(httpx.RemoteProtocolError):
        for chunk in answer.iter_raw():
            received += chunk
    assert received == EVENTS[0]


def test_an_upstream_that_is_down_or_slow(upstream):
    with proxy("http://127.0.0.1:9") as client:
        answer = client.post("/v1/chat/completions", json=chat())
        assert (answer.status_code, answer.json()["error"]["code"]) == (502, "upstream_failed")
    with proxy(upstream.url, seconds=0.1) as client:
        answer = client.post("/v1/chat/completions", json=chat("slow"))
        assert (answer.status_code, answer.json()["error"]["code"]) == (504, "timeout")


def test_whatever_fails_here_the_chat_goes_on(upstream, monkeypatch):
    def fail(*_):
        raise RuntimeError(LONG)

    body = json.dumps(chat()).encode()
    with proxy(upstream.url) as client:
        monkeypatch.setattr(Shortener, "shorter", fail)
        answer = client.post(
            "/v1/chat/completions", content=body, headers={"content-type": "application/json"}
        )
        assert (answer.status_code, upstream.body) == (200, body)
        assert 'outcome="request failed"} 1.0' in client.get("/metrics").text


def test_compression_that_takes_too_long(upstream, monkeypatch):
    body = json.dumps(chat()).encode()
    monkeypatch.setattr(Shortener, "shorter", lambda *_: time.sleep(0.5))
    monkeypatch.setattr("lingua_integrations.serve.proxy._GRACE", 0.0)
    with proxy(upstream.url, compressing_seconds=0.05) as client:
        answer = client.post(
            "/v1/chat/completions", content=body, headers={"content-type": "application/json"}
        )
        assert (answer.status_code, upstream.body) == (200, body)


def test_a_chat_that_is_too_long(upstream):
    with proxy(upstream.url, limits=Limits(bytes=200)) as client:
        seen = len(upstream.seen)
        assert client.post("/v1/chat/completions", json=chat()).status_code == 413
        assert len(upstream.seen) == seen


@pytest.mark.parametrize(
    ("headers", "passed"),
    [
        ({"authorization": "Bearer sesame"}, "Bearer sk-upstream"),
        ({"x-lingua-token": "sesame"}, "Bearer sk-upstream"),
        ({"x-lingua-token": "sesame", "authorization": "Bearer sk-mine"}, "Bearer sk-mine"),
        ({"x-lingua-token": "sesame", "authorization": "Bearer sesame"}, "Bearer sk-upstream"),
    ],
)
def test_the_upstream_gets_its_key_and_never_our_token(upstream, headers, passed):
    with proxy(upstream.url, token="sesame") as client:
        seen = len(upstream.seen)
        assert client.post("/v1/chat/completions", json=chat()).status_code == 401
        assert len(upstream.seen) == seen
        assert client.post("/v1/chat/completions", json=chat(), headers=headers).status_code == 200
    assert upstream.headers["authorization"] == passed
    assert "sesame" not in str(upstream.headers.raw)


def test_without_a_key_a_client_brings_its_own(upstream):
    with proxy(upstream.url, key=None) as client:
        client.post("/v1/chat/completions", json=chat(), headers={"authorization": "Bearer sk-mine"})
        assert upstream.headers["authorization"] == "Bearer sk-mine"
        client.post("/v1/chat/completions", json=chat())
        assert "authorization" not in upstream.headers


def test_cookies_of_one_client_are_not_anothers(client, upstream):
    for _ in range(2):
        httpx.post(f"{client.base_url}/v1/chat/completions", json=chat())
        assert "cookie" not in upstream.headers


def test_models_are_the_upstreams(client):
    assert client.get("/v1/models?limit=1").json() == {"data": [{"id": "m"}], "query": "limit=1"}


def test_without_an_upstream_there_is_no_such_endpoint():
    app = create_app(Settings(methods=("extractive-bm25",), token=None))
    with serving(app) as url:
        assert httpx.post(f"{url}/v1/chat/completions", json=chat()).status_code == 404
