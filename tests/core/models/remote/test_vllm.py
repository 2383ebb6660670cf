"""A real server: vLLM, where one runs with the default scorer. docs/remote.md says how."""

from __future__ import annotations

import os

import numpy as np
import pytest

from lingua_integrations import PromptCompressor
from lingua_integrations.core.models.causal import CausalLM
from lingua_integrations.core.store.resolve import resolve
from lingua_integrations.remote import Connection, RemoteCausalLM

VLLM = os.environ.get("LINGUA_VLLM", "")
TEXTS = ["Jane Austen wrote Emma in 1815. 漢字 🎉 It was well received.", "It rained."]
DOCUMENTS = [
    "Emma is a novel by Jane Austen. It came out in 1815. The weather was fine that year, people say.",
    "Ulysses is a novel by James Joyce. It rained in Dublin.",
]
PATIENT = Connection(timeout=300, deadline=900, attempts=1)


@pytest.mark.model
@pytest.mark.skipif(not VLLM, reason="LINGUA_VLLM is not the address of a vLLM that serves smollm2")
def test_vllm_says_what_the_local_model_says():
    """With its own route and with echo, which leaves the first token to a guess."""
    folder = str(resolve("smollm2-135m-q4_1").folder)
    here = CausalLM("smollm2-135m-q4_1", dtype="float32")
    there = RemoteCausalLM(VLLM, "smollm2", tokenizer=folder, connection=PATIENT)
    echo = RemoteCausalLM(
        f"{VLLM}/v1", "smollm2", server="openai", tokenizer=folder, window=2000, connection=PATIENT
    )
    assert there.window == 2047 and there.tokens.start == here.loaded.start.tolist()
    ids = [here.encode(text).ids for text in TEXTS]
    for ours, theirs in zip(here.read(ids), there.read(ids), strict=True):
        np.testing.assert_allclose(theirs.surprisals(), ours.surprisals(), atol=1e-3)
    compressors = [PromptCompressor(one, "longllmlingua") for one in (here, there)]
    ours, theirs = (one.compress(DOCUMENTS, question="Who wrote Emma?", rate=0.5) for one in compressors)
    assert theirs.texts == ours.texts
    assert np.isfinite(echo.read(ids)[1].surprisals()).all()
