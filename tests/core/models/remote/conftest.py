"""A tiny model that has learned one sentence, so that it passes for a language model, behind any server."""

from __future__ import annotations

import copy

import pytest
import torch

from lingua_integrations.core.models.causal import CausalLM
from lingua_integrations.core.models.remote.probe import PREDICTABLE
from lingua_integrations.remote import Connection, RemoteCausalLM
from model_servers import CausalBackend, serving

SERVERS = ["vllm", "sglang", "tgi", "openai"]
QUICK = Connection(timeout=2.0, deadline=5.0, attempts=2)


@pytest.fixture(scope="session")
def taught_model(tiny_model, tiny_tokenizer):
    """The tiny model after some lessons: what it says still depends on all that it has read."""
    model = copy.deepcopy(tiny_model).train()
    ids = torch.tensor([[tiny_tokenizer.bos_token_id, *tiny_tokenizer(PREDICTABLE).input_ids]])
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    for _ in range(60):
        optimizer.zero_grad()
        model(ids, labels=ids).loss.backward()
        optimizer.step()
    return model.eval()


@pytest.fixture(scope="session")
def local(taught_model, tiny_tokenizer):
    """It in this process."""
    return CausalLM.from_objects(taught_model, tiny_tokenizer, name="taught")


@pytest.fixture
def backend(taught_model, tiny_tokenizer):
    """It as servers have it."""
    return CausalBackend(taught_model, tiny_tokenizer)


@pytest.fixture
def causal(backend, tiny_tokenizer):
    """Makes a remote scorer in front of a server of a name; the server is its ``behind``."""
    opened = []

    def make(name: str = "vllm", connection: Connection = QUICK, **more) -> RemoteCausalLM:
        context = serving(backend.routes(name))
        server = context.__enter__()
        opened.append(context)
        url = server.url + ("/v1" if name == "openai" else "")
        window = {"window": 512} if name == "openai" else {}
        scorer = RemoteCausalLM(
            url, "tiny", server=name, tokenizer=tiny_tokenizer, connection=connection, **window | more
        )
        scorer.behind = server
        return scorer

    yield make
    for context in opened:
        context.__exit__(None, None, None)
