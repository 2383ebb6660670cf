"""The scorer on a tiny random model: windows, streams, batches, errors."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest
import torch
from plain_pass import direct
from transformers import Gemma3ForCausalLM, Gemma3TextConfig

from lingua_integrations import PromptCompressor
from lingua_integrations.core.models import causal, streams
from lingua_integrations.core.models.causal import CausalLM
from lingua_integrations.errors import (
    DeviceOutOfMemory,
    InvalidRequest,
    ModelError,
    UnknownModel,
    UnsupportedModel,
)


@pytest.fixture
def ids(tiny_scorer):
    return tiny_scorer.encode("the cat sat on the mat and ran, 1969 漢字 🎉 don't " * 3).ids


@pytest.mark.parametrize("cuts", [[], [5], [1, 2, 30], [10, 10, 20]])
def test_a_stream_that_keeps_all_is_one_pass(tiny_scorer, ids, cuts):
    """However the text is cut into segments, the numbers are those of the whole."""
    stream = tiny_scorer.stream(ids[:0])
    scores = []
    for segment in np.split(ids, cuts):
        scores.append(stream.score(segment))
        stream.keep(np.ones(len(segment), dtype=bool))
    assert np.concatenate(scores) == pytest.approx(direct(tiny_scorer, ids), abs=1e-4)


def test_a_stream_sees_only_what_was_kept(tiny_scorer, ids):
    """Dropped tokens leave no trace, not even through the tokens that followed them."""
    rng = np.random.default_rng(0)
    prefix, parts = ids[:7], np.split(ids[7:], [10, 25, 26, 50])
    stream = tiny_scorer.stream(prefix)
    kept = list(prefix)
    for part in parts:
        expected = direct(tiny_scorer, [*kept, *part])[len(kept) :]
        assert stream.score(part) == pytest.approx(expected, abs=1e-4)
        mask = rng.random(len(part)) < 0.5
        stream.keep(mask)
        kept += part[mask].tolist()


def test_keeping_nothing(tiny_scorer, ids):
    """A segment may go altogether, the first one included."""
    stream = tiny_scorer.stream(ids[:0])
    stream.score(ids[:20])
    stream.keep(np.zeros(20, dtype=bool))
    assert stream.score(ids[20:30]) == pytest.approx(direct(tiny_scorer, ids[20:30]), abs=1e-4)


@pytest.mark.parametrize("step", [7, 1024])
def test_a_full_window_starts_again(tiny_scorer, ids, monkeypatch, step):
    """Beyond 512 tokens the stream goes on with the prefix and the last half window of kept text.

    That text is read at once or, where it is long, in steps: it makes no difference.
    """
    monkeypatch.setattr(streams, "_STEP", step)
    long = np.tile(ids, 40)
    stream = tiny_scorer.stream(ids[:4])
    for begin in range(0, 1500, 100):
        scores = stream.score(long[begin : begin + 100])
        stream.keep(np.ones(100, dtype=bool))
        assert np.isfinite(scores).all()
    recent = long[1500 - 255 : 1500]
    stream._restart()
    expected = direct(tiny_scorer, [*ids[:4], *recent, *ids[:10]])[-10:]
    assert stream.score(ids[:10]) == pytest.approx(expected, abs=1e-4)


def test_a_stream_that_starts_again_gives_memory_back(tiny_scorer, ids, monkeypatch):
    """Each time that its window of 512 tokens is full, and never before."""
    given = []
    monkeypatch.setattr(streams, "trim", lambda: given.append(True))
    stream = tiny_scorer.stream(ids[:0])
    for _ in range(6):
        stream.score(np.tile(ids, 40)[:100])
        stream.keep(np.ones(100, dtype=bool))
        assert len(given) == (len(stream._kept) > 512)


def test_looking_back_less_is_a_smaller_window(tiny_model, tiny_tokenizer, ids):
    """A stream that looks back on 64 tokens says what it says where the model's window is 64 tokens."""
    less = CausalLM.from_objects(tiny_model, tiny_tokenizer, look_back=64)
    small = CausalLM.from_objects(tiny_model, tiny_tokenizer)
    small.loaded.window = 64
    rng = np.random.default_rng(0)
    parts = np.array_split(np.tile(ids, 3), 24)
    masks = [rng.random(len(part)) < 0.7 for part in parts]
    said = []
    for scorer in (less, small, CausalLM.from_objects(tiny_model, tiny_tokenizer)):
        stream = scorer.stream(ids[:3])
        said.append([])
        for part, mask in zip(parts, masks, strict=True):
            said[-1].append(stream.score(part))
            stream.keep(mask)
    first, second, whole = map(np.concatenate, said)
    assert np.array_equal(first, second)
    assert not np.allclose(first, whole)


def test_a_whole_text_is_read_with_the_whole_window(tiny_model, tiny_tokenizer, ids, monkeypatch):
    """`look_back` is about what a stream keeps, not about surprisals of texts of which all stays."""
    monkeypatch.setattr(causal, "_AT_ONCE", 32)  # longer ones go through a stream
    scorer = CausalLM.from_objects(tiny_model, tiny_tokenizer, look_back=16)
    assert len(ids) > 32
    assert scorer.surprisals([(ids[:0], ids)])[0] == pytest.approx(direct(scorer, ids), abs=1e-4)


def test_looking_back_on_next_to_nothing_is_refused():
    """A quarter of it has to be a token."""
    with pytest.raises(InvalidRequest, match="at least 4, not 3"):
        CausalLM("smollm2-135m-q4_1", look_back=3)


def test_a_segment_longer_than_the_window(tiny_scorer, ids):
    """One huge unit is scored in pieces and can be dropped or kept."""
    long = np.tile(ids, 15)
    for keep in (True, False):
        stream = tiny_scorer.stream(ids[:0])
        assert len(stream.score(long)) == len(long) > 512
        stream.keep(np.full(len(long), keep))
        assert np.isfinite(stream.score(ids[:9])).all()


def test_batches_give_each_row_its_own_numbers(tiny_scorer, ids):
    """Rows of all lengths at once, with and without prefix, the longest beyond the window."""
    rows = [(ids[:0], ids[:n]) for n in (0, 1, 5, 40)] + [(ids[:6], ids[6:30]), (ids[:0], np.tile(ids, 12))]
    scores = tiny_scorer.surprisals(rows)
    for (prefix, row), values in zip(rows[:-1], scores, strict=False):
        expected = direct(tiny_scorer, [*prefix, *row])[len(prefix) :]
        assert values == pytest.approx(expected, abs=1e-4)
    assert len(scores[-1]) == len(rows[-1][1])


def test_without_a_start_token(tiny_model, tiny_tokenizer, ids):
    """A first token that nothing precedes is worth a uniform guess."""
    scorer = CausalLM.from_objects(tiny_model, tiny_tokenizer)
    scorer.loaded.start = ids[:0]
    guess = np.log(tiny_model.config.vocab_size)
    assert scorer.stream(ids[:0]).score(ids[:5])[0] == pytest.approx(guess)
    assert scorer.surprisals([(ids[:0], ids[:5])])[0][0] == pytest.approx(guess)
    for read in (scorer.surprisals([(ids[:0], ids[:0])])[0], scorer.read([ids[:0]])[0].surprisals()):
        assert read.tolist() == []


def test_streams_of_a_sliding_window_model(tiny_tokenizer, ids):
    """Gemma's layers see a window of their own, and a stream is right all the same."""
    torch.manual_seed(0)
    config = Gemma3TextConfig(
        vocab_size=len(tiny_tokenizer), hidden_size=32, intermediate_size=64, num_hidden_layers=2,
        num_attention_heads=2, num_key_value_heads=1, head_dim=16, sliding_window=8,
        layer_types=["sliding_attention", "full_attention"], max_position_embeddings=512,
    )  # fmt: skip
    scorer = CausalLM.from_objects(Gemma3ForCausalLM(config).eval(), tiny_tokenizer)
    stream = scorer.stream(ids[:0])
    stream.score(ids[:30])
    mask = np.arange(30) % 2 == 0
    stream.keep(mask)
    expected = direct(scorer, [*ids[:30][mask], *ids[30:50]])[15:]
    assert stream.score(ids[30:50]) == pytest.approx(expected, abs=1e-4)


def test_score_and_keep_take_turns(tiny_scorer, ids):
    """Calls out of order are refused."""
    stream = tiny_scorer.stream(ids[:0])
    with pytest.raises(InvalidRequest, match="segment that was scored last"):
        stream.keep(np.ones(3, dtype=bool))
    stream.score(ids[:3])
    with pytest.raises(InvalidRequest, match=r"Call keep\(\) after score"):
        stream.score(ids[:3])
    with pytest.raises(InvalidRequest, match="segment that was scored last"):
        stream.keep(np.ones(2, dtype=bool))


def test_encode_gives_characters(tiny_scorer):
    """Spans are characters of the text as it came, also around lone surrogates."""
    text = "a 漢\ud800 🎉 b"
    tokens = tiny_scorer.encode(text)
    assert {text[start:end].strip() for start, end in tokens.spans} >= {"a", "漢", "\ud800", "🎉", "b"}
    assert tokens.spans[-1].tolist()[1] == len(text)


def test_a_model_without_a_fast_tokenizer(tiny_model, tmp_path):
    """Tokens that cannot be traced to characters are no use."""

    class Slow:
        is_fast = False

    with pytest.raises(UnsupportedModel, match="slow has no fast tokenizer"):
        CausalLM.from_objects(tiny_model, Slow(), name="slow")


def test_out_of_memory_is_named_and_loses_nothing(tiny_scorer, monkeypatch):
    """The device's error becomes ours; the next call works."""
    compressor = PromptCompressor(tiny_scorer, "rag")
    texts = ["the cat sat on the mat and ran and ran"]
    fine = compressor.compress(texts, rate=0.5)

    def full(*args, **kwargs):
        raise torch.OutOfMemoryError("CUDA out of memory")

    with monkeypatch.context() as patch:
        patch.setattr(tiny_scorer.loaded.model.base_model, "forward", full)
        with pytest.raises(DeviceOutOfMemory, match='device="cpu"'):
            compressor.compress(texts, rate=0.5)
    assert texts == ["the cat sat on the mat and ran and ran"]
    assert compressor.compress(texts, rate=0.5) == fine


def test_other_errors_of_the_model_are_told(tiny_scorer, monkeypatch):
    """As ours, with what they say."""

    def broken(*args, **kwargs):
        raise RuntimeError("something else")

    monkeypatch.setattr(tiny_scorer.loaded.model.base_model, "forward", broken)
    with pytest.raises(ModelError, match="RuntimeError: something else"):
        PromptCompressor(tiny_scorer, "rag").compress(["a cat that nobody has seen before"], rate=0.5)


def test_copies_share_the_weights_and_pickles_leave_them_behind(tiny_scorer):
    """A scorer can be deep-copied and pickled; one with a model's name loads it anew on the other side."""
    assert copy.deepcopy(tiny_scorer).loaded is tiny_scorer.loaded
    there = pickle.loads(pickle.dumps(CausalLM("some-folder", device="cpu", look_back=9)))
    assert there.look_back == 9
    assert repr(there) == "CausalLM('some-folder', look_back=9)"
    with pytest.raises(UnknownModel):
        _ = there.loaded
