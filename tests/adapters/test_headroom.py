"""Our compressor in the real headroom: found, selected, asked, and its originals kept there."""

from __future__ import annotations

import json

import pytest

registry = pytest.importorskip(
    "headroom.transforms.compressor_registry",
    reason="headroom-ai asks for more packages than the tests need",
    exc_type=ImportError,
)
router = pytest.importorskip("headroom.transforms.content_router", exc_type=ImportError)

from lingua_integrations.core.budget.counting import as_counter  # noqa: E402
from lingua_integrations.headroom import LinguaCompressor  # noqa: E402

ROWS = [{"id": n, "name": f"item {n}", "price": n * 7 % 50} for n in range(80)]
TEXT = json.dumps(ROWS)
QUESTION = "What does item 42 cost?"


def asked(content, query=QUESTION, **options):
    return LinguaCompressor(**options).compress(registry.CompressInput(content, "application/json", query))


def test_what_comes_out():
    made = asked(TEXT)
    assert made.compressed
    assert not made.lossless
    count = as_counter("o200k_base").count
    assert (made.tokens_before, made.tokens_after) == (count(TEXT), count(made.content))
    assert made.tokens_after <= 0.25 * made.tokens_before
    assert {"id": 42, "name": "item 42", "price": 44} in json.loads(made.content)
    ((name, whole),) = made.recoverable.items()
    assert whole == TEXT
    assert made.markers == [f"Retrieve original: hash={name}"]
    assert made.markers[0] in made.content


def test_without_a_question_it_needs_no_model():
    made = asked("It rained in the town. Nobody went out. The sea was calm that day. " * 40, query="")
    assert made.compressed
    assert made.tokens_after < made.tokens_before / 2


@pytest.mark.parametrize("text", ["", " \n", "It rained.", "[]"])
def test_what_stays_says_so(text):
    made = asked(text)
    assert (made.content, made.compressed, made.recoverable) == (text, False, {})


def test_json_that_only_lost_its_white_space_is_whole():
    made = asked(json.dumps(ROWS, indent=4), rate=0.6)
    assert made.compressed
    assert made.lossless
    assert (json.loads(made.content), made.recoverable) == (ROWS, {})


def test_in_headrooms_router(monkeypatch):
    """It finds the entry point, asks only where it is selected, and gives the original back."""

    class Entry:
        name = "lingua"

        @staticmethod
        def load():
            return LinguaCompressor

    monkeypatch.setattr(registry.importlib.metadata, "entry_points", lambda group: [Entry])
    found = registry.CompressorRegistry()
    assert found.discover() == ["lingua"]
    assert isinstance(found.get("lingua"), registry.Compressor)
    assert found.active(None) == []
    config = router.ContentRouterConfig(active_external_compressors=["lingua"])
    made = router.ContentRouter(config)
    shown, _, chain = made._try_external_compressor(
        TEXT, router.CompressionStrategy.SMART_CRUSHER, QUESTION, QUESTION
    )
    assert chain == ["external:lingua"]
    assert {"id": 42, "name": "item 42", "price": 44} in json.loads(shown)
    from headroom.cache.compression_store import get_compression_store

    name = shown.split("hash=")[1][:12]
    assert get_compression_store().retrieve(name).original_content == TEXT
