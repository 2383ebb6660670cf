"""A real server: Infinity, where it is installed. docs/remote.md says how to run this."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time

import numpy as np
import pytest
from transformers import BertConfig, BertForSequenceClassification

from lingua_integrations.core.models.encoder import SentenceEncoder
from lingua_integrations.core.prune.rankers.cross_encoder import CrossEncoderRanker
from lingua_integrations.core.store.resolve import resolve
from lingua_integrations.remote import RemoteEncoder, RemoteRanker

INFINITY = os.environ.get("INFINITY_EMB") or shutil.which("infinity_emb")
TEXTS = ["Jane Austen wrote Emma.", "It rained 漢字 🎉 all day.", "x"] * 20


@pytest.mark.model
@pytest.mark.skipif(INFINITY is None, reason="no infinity_emb: it needs an environment of its own")
def test_infinity_says_what_local_models_say(tmp_path):
    minilm, reranker = resolve("all-minilm-l6-v2").folder, tmp_path / "reranker"
    config = BertConfig.from_pretrained(minilm, num_labels=1, num_hidden_layers=1, initializer_range=0.5)
    BertForSequenceClassification(config).save_pretrained(reranker)
    for file in (*minilm.glob("tokenizer*"), *minilm.glob("vocab*"), *minilm.glob("special*")):
        shutil.copy(file, reranker)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(INFINITY), "v2", "--host", "127.0.0.1", "--port", str(port), "--device", "cpu"]
    command += ["--engine", "torch", "--dtype", "float32", "--no-model-warmup"]
    for folder, name in ((minilm, "minilm"), (reranker, "reranker")):
        command += ["--model-id", str(folder), "--served-model-name", name]
    quiet = {**os.environ, "HF_HUB_OFFLINE": "1", "DO_NOT_TRACK": "1"}
    url = f"http://127.0.0.1:{port}"
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(command, env=quiet, stdout=log, stderr=log)
    try:
        for _ in range(600):
            assert server.poll() is None, (tmp_path / "log").read_text()
            with socket.socket() as knock:
                if knock.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        here = SentenceEncoder("all-minilm-l6-v2", dtype="float32").encode(TEXTS)
        there = RemoteEncoder(url, "minilm", server="infinity").encode(TEXTS)
        np.testing.assert_allclose(there, here, atol=1e-5)
        ranks = CrossEncoderRanker(str(reranker), dtype="float32").rank("Who wrote Emma?", TEXTS)
        theirs = RemoteRanker(url, "reranker", server="infinity").rank("Who wrote Emma?", TEXTS)
        np.testing.assert_allclose(theirs, ranks, atol=1e-5)
    finally:
        server.terminate()
        server.wait(20)
