"""Servers of our own on 127.0.0.1 that speak as others do, each backed by a tiny local model, and faults."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import torch

Fault = Callable[["Handler", Any], bool]
"""Does something in place of an answer, or alters it: returns whether the request is dealt with."""


class Handler(BaseHTTPRequestHandler):
    """Answers JSON with JSON."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._serve(None)

    def do_POST(self) -> None:
        self._serve(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def _serve(self, body: Any) -> None:
        server: Served = self.server  # type: ignore[assignment]
        with server.counting:
            server.under_way += 1
            server.most = max(server.most, server.under_way)
            server.asked.append((self.path, body, dict(self.headers)))
            fault = server.faults.pop(0) if server.faults and self.path not in server.spared else None
        try:
            answer = server.routes[self.path](body) if self.path in server.routes else None
            if fault is not None:
                answer = fault(self, answer)
                if answer is DONE:
                    return
            time.sleep(server.takes)
            if answer is None:
                self.reply(404, {"error": "no such route"})
            else:
                self.reply(200, answer)
        finally:
            with server.counting:
                server.under_way -= 1

    def reply(self, status: int, answer: Any, **headers: str) -> None:
        data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        try:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)
        except OSError:  # who asked has gone
            self.close_connection = True

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


DONE = object()


class Served(ThreadingHTTPServer):
    """A server with routes, and what happened at it."""

    daemon_threads = True

    def __init__(self, routes: dict[str, Callable[[Any], Any]]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.routes = routes
        self.faults: list[Any] = []  # one for each request to come
        self.spared: set[str] = set()  # routes without faults
        self.asked: list[tuple[str, Any, dict[str, str]]] = []
        self.counting = threading.Lock()
        self.under_way = self.most = 0
        self.takes = 0.0  # seconds for each answer

    def __reduce__(self) -> Any:
        return object, ()  # a scorer's pickle has no server in it

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is none."""


@contextmanager
def serving(routes: dict[str, Callable[[Any], Any]]):
    """A server while a block runs."""
    server = Served(routes)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def status(code: int, **headers: str) -> Any:
    """A fault: an error, whose text quotes what it was asked and the key, as some servers do."""

    def fault(handler: Handler, answer: Any) -> Any:
        key = handler.headers.get("Authorization", "")
        handler.reply(code, {"error": f"cannot do {handler.server.asked[-1][1]} with {key}"}, **headers)
        return DONE

    return fault


def cut(handler: Handler, answer: Any) -> Any:
    """A fault: the connection breaks off in the middle of an answer."""
    data = json.dumps(answer).encode()
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(data)))
    handler.end_headers()
    handler.wfile.write(data[: len(data) // 2])
    handler.wfile.flush()
    handler.close_connection = True
    return DONE


def slow(seconds: float) -> Any:
    """A fault: the answer takes its time."""

    def fault(handler: Handler, answer: Any) -> Any:
        time.sleep(seconds)
        return answer

    return fault


def not_json(handler: Handler, answer: Any) -> Any:
    """A fault: a page of a proxy."""
    handler.reply(200, b"<html>Bad gateway</html>")
    return DONE


def altered(change: Callable[[Any], Any]) -> Any:
    """A fault: an answer that is changed in place, or replaced by what the change returns."""

    def fault(handler: Handler, answer: Any) -> Any:
        changed = change(answer)
        return answer if changed is None else changed

    return fault


class CausalBackend:
    """A local model, and how each server would tell what it says of prompts."""

    def __init__(self, model: Any, tokenizer: Any) -> None:
        self.model = model
        self.tokenizer = tokenizer
        self.shift = 0  # by how many places log probabilities are off

    def logprobs(self, ids: list[int]) -> list[float | None]:
        """Of each token given those before it; None of the first."""
        with torch.inference_mode():
            table = self.model(torch.tensor([ids])).logits[0].double().log_softmax(-1)
        rows = np.clip(np.arange(1, len(ids)) - 1 + self.shift, 0, len(ids) - 1)
        return [None, *(float(table[row, token]) for row, token in zip(rows, ids[1:], strict=True))]

    def cut(self, text: str) -> list[int]:
        """Tokens as a server makes them, behind a start token."""
        return [self.tokenizer.bos_token_id, *self.tokenizer(text, add_special_tokens=False).input_ids]

    def models(self, _: Any) -> Any:
        return {"object": "list", "data": [{"id": "tiny", "max_model_len": 513}]}

    def info(self, _: Any) -> Any:
        return {"model_id": "tiny", "max_input_tokens": 512, "max_total_tokens": 600}

    def vllm(self, body: Any) -> Any:
        assert body["model"] == "tiny" and body["max_tokens"] == 1 and body["prompt_logprobs"] == 0
        choices = []
        for index, ids in enumerate(body["prompt"]):
            told = [
                None if one is None else {str(token): {"logprob": one, "rank": 1, "decoded_token": ""}}
                for token, one in zip(ids, self.logprobs(ids), strict=True)
            ]
            choices.append({"index": index, "text": "x", "finish_reason": "length", "prompt_logprobs": told})
        return {"id": "cmpl-1", "object": "text_completion", "model": "tiny", "choices": choices[::-1]}

    def sglang(self, body: Any) -> Any:
        assert body["return_logprob"] and body["logprob_start_len"] == 0
        return [
            {
                "text": "",
                "meta_info": {
                    "prompt_tokens": len(ids),
                    "input_token_logprobs": [
                        [one, token, None] for token, one in zip(ids, self.logprobs(ids), strict=True)
                    ],
                },
            }
            for ids in body["input_ids"]
        ]

    def tgi(self, body: Any) -> Any:
        asked = body["parameters"]
        assert asked["details"] and asked["decoder_input_details"] and asked["max_new_tokens"] == 1
        ids = self.cut(body["inputs"])
        told = [
            {"id": token, "text": self.tokenizer.decode([token]), **({} if one is None else {"logprob": one})}
            for token, one in zip(ids, self.logprobs(ids), strict=True)
        ]
        return {"generated_text": "x", "details": {"finish_reason": "length", "prefill": told, "tokens": []}}

    def openai(self, body: Any) -> Any:
        assert body["echo"] and body["logprobs"] == 1 and isinstance(body["prompt"], str)
        ids = self.cut(body["prompt"])
        tokens = [self.tokenizer.decode([token]) for token in ids[1:]]
        told = {
            "tokens": [*tokens, "x"],
            "token_logprobs": [None, *self.logprobs(ids)[2:], -1.5],
            "text_offset": [0] * (len(tokens) + 1),
            "top_logprobs": None,
        }
        choice = {"index": 0, "text": f"{body['prompt']}x", "logprobs": told, "finish_reason": "length"}
        return {"object": "text_completion", "choices": [choice], "usage": {"completion_tokens": 1}}

    def routes(self, server: str) -> dict[str, Callable[[Any], Any]]:
        """What a server of this name answers."""
        return {
            "vllm": {"/v1/models": self.models, "/v1/completions": lambda body: self.vllm(body)},
            "sglang": {"/v1/models": self.models, "/generate": lambda body: self.sglang(body)},
            "tgi": {"/info": self.info, "/generate": lambda body: self.tgi(body)},
            "openai": {"/v1/completions": lambda body: self.openai(body)},
        }[server]
