"""What makes scoring fast changes no score: body and head apart, readings, and scores that are remembered."""

from __future__ import annotations

import copy
import pickle
from dataclasses import replace

import diskcache
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from plain_pass import direct
from transformers import (
    FalconConfig,
    FalconForCausalLM,
    Gemma2Config,
    Gemma2ForCausalLM,
    GPT2Config,
    GPT2LMHeadModel,
    GPTNeoConfig,
    GPTNeoForCausalLM,
    LlamaForCausalLM,
)

from lingua_integrations import PromptCompressor
from lingua_integrations.core.methods import METHODS
from lingua_integrations.core.models import reading, streams
from lingua_integrations.core.models.causal import CausalLM
from lingua_integrations.core.models.cpu import head, sizes
from lingua_integrations.core.models.cpu.cache import RoundedLayer
from lingua_integrations.core.models.cpu.packed import pack
from lingua_integrations.core.models.remembered import in_memory
from lingua_integrations.core.prune.rankers.perplexity import PerplexityRanker, QuestionPerplexityRanker
from lingua_integrations.core.prune.sources import Together
from lingua_integrations.errors import UnsupportedModel

TEXTS = [
    "the cat sat on the mat and ran, 1969 漢字 🎉 don't " * 2,
    "a mat ran; the cat sat. " * 7,
    "Python 3.14 at a.org/b?c=d on the mat",
]


def fresh(tiny_model, tiny_tokenizer, scores=None):
    """A scorer that remembers nothing yet."""
    return CausalLM.from_objects(tiny_model, tiny_tokenizer, name="tiny", scores=scores)


@pytest.fixture
def ids(tiny_scorer):
    return [tiny_scorer.encode(text).ids for text in TEXTS]


@given(cuts=st.tuples(st.integers(0, 60), st.integers(0, 60)))
def test_a_reading_tells_any_stretch(tiny_scorer, cuts):
    """Predictions for a part are those of the whole."""
    ids = tiny_scorer.encode(TEXTS[0]).ids
    begin, end = sorted(min(cut, len(ids)) for cut in cuts)
    (read,) = tiny_scorer.read([ids])
    assert read.surprisals(begin, end) == pytest.approx(direct(tiny_scorer, ids)[begin:end], abs=1e-4)
    assert len(read.surprisals()) == len(ids)


def test_readings_of_all_lengths(tiny_scorer, ids):
    """Short ones share passes, one that exceeds the window goes through a stream; the order stays."""
    texts = [ids[0][:0], ids[0][:1], *ids, np.tile(ids[1], 9)]
    found = tiny_scorer.read(texts)
    assert [len(one.surprisals()) for one in found] == [len(text) for text in texts]
    for text, one in zip(texts[:-1], found[:-1], strict=True):
        assert one.surprisals() == pytest.approx(direct(tiny_scorer, text), abs=1e-4)


def test_where_many_texts_wait_their_surprisals_are_computed_at_once(tiny_scorer, ids, monkeypatch):
    """Memory is bounded, and the numbers are the same."""
    lazy = [one.surprisals() for one in tiny_scorer.read(ids)]
    monkeypatch.setattr("lingua_integrations.core.models.causal._HELD", 0)
    found = tiny_scorer.read(ids)
    assert {type(one) for one in found} == {reading.ScoredText}
    assert all((one.surprisals() == nats).all() for one, nats in zip(found, lazy, strict=True))


def test_logits_in_pieces(tiny_scorer, ids, monkeypatch):
    """However many rows the head sees at a time, the numbers are the same."""
    whole = tiny_scorer.read(ids)[1].surprisals()
    monkeypatch.setattr(head, "_LOGITS", 1)
    assert tiny_scorer.read(ids)[1].surprisals() == pytest.approx(whole, abs=1e-5)


@pytest.mark.parametrize("kind", ["capped", "gpt2"])
def test_models_whose_halves_differ(tiny_tokenizer, ids, kind):
    """Gemma 2 caps what its head says, so it stays whole; GPT-2 calls its parts by other names."""
    torch.manual_seed(0)
    size = len(tiny_tokenizer)
    if kind == "capped":
        config = Gemma2Config(
            vocab_size=size, hidden_size=32, intermediate_size=64, num_hidden_layers=2, head_dim=16,
            num_attention_heads=2, num_key_value_heads=1, max_position_embeddings=512,
            final_logit_softcapping=0.5, initializer_range=0.5,
        )  # fmt: skip
        model = Gemma2ForCausalLM(config)
    else:
        model = GPT2LMHeadModel(GPT2Config(vocab_size=size, n_embd=32, n_layer=2, n_head=2, n_positions=512))
    scorer = CausalLM.from_objects(model.eval(), tiny_tokenizer)
    assert scorer.loaded.apart.whole == (kind == "capped")
    for text, one in zip(ids, scorer.read(ids), strict=True):
        assert one.surprisals() == pytest.approx(direct(scorer, text), abs=1e-4)
    stream = scorer.stream(ids[0][:3])
    assert stream.score(ids[0][3:9]) == pytest.approx(direct(scorer, ids[0][:9])[3:], abs=1e-4)


def test_what_fills_up_a_pass_stays_within_the_window(tiny_tokenizer, ids):
    """A model with a table of 77 positions: 77 would be filled up to 80."""
    torch.manual_seed(0)
    config = GPT2Config(vocab_size=len(tiny_tokenizer), n_embd=32, n_layer=2, n_head=2, n_positions=77)
    scorer = CausalLM.from_objects(GPT2LMHeadModel(config).eval(), tiny_tokenizer)
    text = np.tile(ids[1], 9)[:76]
    assert sizes.rounded(77) == 80
    assert scorer.read([text])[0].surprisals() == pytest.approx(direct(scorer, text), abs=1e-4)
    stream = scorer.stream(text[:0])
    for begin in range(0, 76, 19):  # all is kept: the last segment fills the window to the brim
        found = stream.score(text[begin : begin + 19])
        assert found == pytest.approx(direct(scorer, text)[begin : begin + 19], abs=1e-4)
        stream.keep(np.ones(19, dtype=bool))


@pytest.mark.parametrize("kind", ["llama", "gpt2"])
def test_what_fills_up_a_pass_leaves_no_trace_in_a_stream(tiny_scorer, tiny_tokenizer, ids, kind):
    """Passes of 49 tokens are filled up and cut back; the last one ends where GPT-2's table does."""
    segments = np.split(np.tile(ids[1], 9)[: 6 * 28], 6)
    mask = np.arange(28) % 4 > 0
    scorer = tiny_scorer
    if kind == "gpt2":
        places = 1 + 5 * int(mask.sum()) + 28
        torch.manual_seed(0)
        config = GPT2Config(
            vocab_size=len(tiny_tokenizer), n_embd=32, n_layer=2, n_head=2, n_positions=places
        )
        scorer = CausalLM.from_objects(GPT2LMHeadModel(config).eval(), tiny_tokenizer)
    stream, kept = scorer.stream(ids[0][:0]), []
    for segment in segments:
        read = len(stream._pending) + len(segment)
        assert len(kept) == 0 or sizes.rounded(read) > read
        expected = direct(scorer, [*kept, *segment])[len(kept) :]
        assert stream.score(segment) == pytest.approx(expected, abs=1e-4)
        stream.keep(mask)
        kept += segment[mask].tolist()


def test_models_that_are_handed_over_do_not_share_scores(tiny_model, tiny_tokenizer, ids):
    """Two of them have nothing in common but that neither has a name."""
    torch.manual_seed(1)
    other = LlamaForCausalLM(tiny_model.config).eval()
    shelf = in_memory()
    row = [(ids[0][:0], ids[0])]
    for model in (tiny_model, other):
        scorer = CausalLM.from_objects(model, tiny_tokenizer, scores=shelf)
        assert scorer.surprisals(row)[0] == pytest.approx(direct(scorer, ids[0]), abs=1e-4)
        assert (scorer.surprisals(row)[0] == scorer.surprisals(row)[0]).all()
    assert len(shelf) == 2


def test_logits_do_not_wait(tiny_tokenizer, ids):
    """The states of a model that stays whole are logits: too much to hold for many texts."""
    config = Gemma2Config(
        vocab_size=len(tiny_tokenizer), hidden_size=32, intermediate_size=64, num_hidden_layers=2,
        head_dim=16, num_attention_heads=2, num_key_value_heads=1, max_position_embeddings=512,
        final_logit_softcapping=0.5,
    )  # fmt: skip
    scorer = CausalLM.from_objects(Gemma2ForCausalLM(config).eval(), tiny_tokenizer)
    assert {type(one) for one in scorer.read(ids)} == {reading.ScoredText}


def test_a_model_whose_body_gives_no_states_stays_whole(tiny_model):
    """What remote code or an adapter calls the base model may be the whole one."""

    class Wrapped(type(tiny_model)):
        base_model_prefix = ""

    model = copy.deepcopy(tiny_model)
    model.__class__ = Wrapped
    assert model.base_model is model
    found = head.take_apart(model)
    assert found.whole and not head.take_apart(tiny_model).whole


def test_a_model_that_widens_its_logits_is_cut_all_the_same(tiny_model, tiny_tokenizer, ids):
    """Some return float32 whatever they work in."""

    class Widening(type(tiny_model)):
        def forward(self, *args, **options):
            output = super().forward(*args, **options)
            output.logits = output.logits.float()
            return output

    model = copy.deepcopy(tiny_model).to(torch.bfloat16)
    model.__class__ = Widening
    scorer = CausalLM.from_objects(model, tiny_tokenizer)
    assert not scorer.loaded.apart.whole
    assert scorer.read(ids)[0].surprisals() == pytest.approx(direct(scorer, ids[0]), abs=0.05)


def test_streams_are_the_same_where_attention_sees_few_sizes(tiny_scorer, ids, monkeypatch):
    """In float32, where a difference would show, as if code were compiled for it."""
    text = np.tile(ids[1], 5)
    plain = pruned_by_turns(tiny_scorer.stream(ids[0][:3]), text)
    monkeypatch.setattr(RoundedLayer, "compiled", (torch.float32,))
    assert pruned_by_turns(tiny_scorer.stream(ids[0][:3]), text) == pytest.approx(plain, abs=1e-4)


def test_streams_in_bfloat16(tiny_model, tiny_tokenizer, ids):
    """Also where nothing is left of a segment, and where the window is full."""
    half = CausalLM.from_objects(copy.deepcopy(tiny_model).to(torch.bfloat16), tiny_tokenizer, look_back=64)
    full = CausalLM.from_objects(tiny_model, tiny_tokenizer, look_back=64)
    text = np.tile(ids[1], 3)
    found, expected = (pruned_by_turns(one.stream(ids[0][:3]), text) for one in (half, full))
    assert found == pytest.approx(expected, abs=0.5)
    assert 0 < np.abs(found - expected).mean() < 0.05


@pytest.mark.parametrize("kind", ["gpt-neo", "falcon"])
def test_models_that_count_rows_themselves(tiny_tokenizer, ids, monkeypatch, kind):
    """GPT-Neo reads its mask off the number of rows, Falcon has positions in it: they are shown no others."""
    monkeypatch.setattr(RoundedLayer, "compiled", (torch.float32,))
    torch.manual_seed(0)
    size = len(tiny_tokenizer)
    if kind == "gpt-neo":
        config = GPTNeoConfig(
            vocab_size=size, hidden_size=32, num_layers=2, num_heads=2, attention_types=[[["global"], 2]],
            max_position_embeddings=512,
        )  # fmt: skip
        model = GPTNeoForCausalLM(config)
    else:
        config = FalconConfig(
            vocab_size=size, hidden_size=32, num_hidden_layers=2, num_attention_heads=2, alibi=True
        )
        model = FalconForCausalLM(config)
    scorer = CausalLM.from_objects(model.eval(), tiny_tokenizer)
    stream, seen = scorer.stream(ids[0][:0]), 0
    for step in (9, 7, 8):
        found = stream.score(ids[0][seen : seen + step])
        stream.keep(np.ones(step, dtype=bool))
        assert found == pytest.approx(direct(scorer, ids[0][: seen + step])[seen:], abs=1e-3)
        seen += step


def pruned_by_turns(stream, ids):
    """Surprisals of segments of which every other token stays, then none, then all."""
    masks = [np.arange(8) % 2 == 0, np.zeros(8, dtype=bool), np.ones(8, dtype=bool)]
    nats = []
    for begin in range(0, len(ids) // 8 * 8, 8):
        nats.append(stream.score(ids[begin : begin + 8]))
        stream.keep(masks[begin // 8 % 3])
    return np.concatenate(nats)


def test_layers_that_cannot_forget_are_refused_by_name(tiny_scorer, ids, monkeypatch):
    """A convolution's state has no rows that could go."""
    monkeypatch.setattr(
        tiny_scorer.loaded.model.config, "layer_types", ["conv", "full_attention"], raising=False
    )
    with pytest.raises(UnsupportedModel, match="layers of kind conv"):
        tiny_scorer.stream(ids[0][:0])


def test_scores_that_are_remembered_need_no_model(tiny_model, tiny_tokenizer, ids, monkeypatch):
    """The same text again, alone or among others, costs no pass and has the same bits."""
    scorer = fresh(tiny_model, tiny_tokenizer, in_memory())
    nothing = ids[0][:0]
    first = scorer.surprisals([(nothing, text) for text in ids])
    monkeypatch.setattr(head.Apart, "nats", None)
    again = scorer.surprisals([(nothing, ids[2]), (ids[0][:5], ids[0][5:])])
    assert (again[0] == first[2]).all()
    assert (again[1] == first[0][5:]).all()


def test_no_earlier_call_changes_a_score(tiny_model, tiny_tokenizer, ids):
    """Law 5: whatever was read before, and in whatever company, a text's scores have the same bits."""
    alone, company = (fresh(tiny_model, tiny_tokenizer, in_memory()) for _ in range(2))
    nothing = ids[0][:0]
    company.surprisals([(nothing, text) for text in [*ids, ids[0][:9], ids[1][:30]]])
    for text in ids:
        expected = alone.surprisals([(nothing, text)])[0]
        assert (company.surprisals([(nothing, ids[1][:4]), (nothing, text)])[1] == expected).all()


def test_scores_go_into_any_mapping(tiny_model, tiny_tokenizer, ids, monkeypatch):
    """One that lies on a disk, say, serves the next process; another model's scores are another's."""
    shelf: dict[str, bytes] = {}
    writer, reader = (fresh(tiny_model, tiny_tokenizer, scores=shelf) for _ in range(2))
    row = [(ids[0][:0], ids[0])]
    written = writer.surprisals(row)[0]
    assert all(isinstance(value, bytes) for value in shelf.values())
    other = fresh(tiny_model, tiny_tokenizer, scores=shelf)
    other.loaded.name = "another"
    other.surprisals(row)
    assert len(shelf) == 2
    monkeypatch.setattr(head.Apart, "nats", None)
    assert (reader.surprisals(row)[0] == written).all()


def test_texts_longer_than_the_memory_are_not_remembered(tiny_model, tiny_tokenizer, ids):
    """They are scored all the same."""
    scores = in_memory(100 / 2**20)
    scorer = fresh(tiny_model, tiny_tokenizer, scores)
    assert len(scorer.surprisals([(ids[0][:0], ids[0])])[0]) == len(ids[0])
    assert not scores


def test_a_pickled_scorer_takes_its_store_along():
    """If that can be pickled, as diskcache's can."""
    there = pickle.loads(pickle.dumps(CausalLM("some-folder", scores={"key": b""})))
    assert there._remembered.store == {"key": b""}


@pytest.mark.parametrize("method", ["rag", "llmlingua", "longllmlingua", "selective-context"])
@pytest.mark.parametrize("rate", [0.3, 0.6])
def test_every_optimisation_switched_off(tiny_model, tiny_tokenizer, monkeypatch, method, rate):
    """The kept spans are the same without any of them; without packed layers, too, which come last."""

    def spans(scorer):
        compressor = PromptCompressor(
            scorer, METHODS[method].config.with_(segment_tokens=60, independent=True)
        )
        result = compressor.compress(TEXTS, question="who sat on the mat?", rate=rate)
        return [(one.index, one.spans) for one in result.contexts]

    expected = spans(fresh(tiny_model, tiny_tokenizer))
    remembering = fresh(tiny_model, tiny_tokenizer, in_memory())
    assert spans(remembering) == expected, "passes of one text"
    assert spans(remembering) == expected, "remembered scores"
    with monkeypatch.context() as patch:
        patch.setattr(reading, "BATCH_TOKENS", 1)
        assert spans(fresh(tiny_model, tiny_tokenizer)) == expected, "one text a pass"
    with monkeypatch.context() as patch:
        patch.setattr("lingua_integrations.core.models.causal._HELD", 0)
        assert spans(fresh(tiny_model, tiny_tokenizer)) == expected, "predictions on demand"
    with monkeypatch.context() as patch:
        for ranker in (PerplexityRanker, QuestionPerplexityRanker):
            ranking = ranker.ranking
            patch.setattr(
                ranker, "ranking", lambda *given, ranking=ranking: ranking(*given)._replace(read={})
            )
        assert spans(fresh(tiny_model, tiny_tokenizer)) == expected, "the ranking's pass, used again"
    whole = fresh(tiny_model, tiny_tokenizer)
    logits = head.Apart(
        lambda **inputs: tiny_model(**inputs).logits, head._itself, tiny_model.config.vocab_size
    )
    whole.loaded.prepared = replace(whole.loaded.prepared, apart=logits)
    assert spans(whole) == expected, "body and head apart"
    with monkeypatch.context() as patch:
        for module in (reading, streams, head):
            patch.setattr(module, "rounded", lambda n: n)
        assert spans(fresh(tiny_model, tiny_tokenizer)) == expected, "passes of few sizes"
    quick = copy.deepcopy(tiny_model)
    pack(quick)
    assert spans(fresh(quick, tiny_tokenizer)) == expected, "packed layers"


def test_texts_share_larger_passes_on_a_gpu_but_where_states_are_logits(
    tiny_model, tiny_tokenizer, monkeypatch
):
    assert reading.pass_tokens(torch.device("cuda:1")) > reading.pass_tokens(torch.device("cpu"))
    monkeypatch.setattr("lingua_integrations.core.models.causal.pass_tokens", lambda device: 10**6)
    scorer = fresh(tiny_model, tiny_tokenizer)
    assert scorer._pass_tokens == 10**6
    logits = head.Apart(scorer.loaded.apart.body, head._itself, 8)
    scorer.loaded.prepared = replace(scorer.loaded.prepared, apart=logits)
    assert scorer._pass_tokens == reading.BATCH_TOKENS


def test_a_stream_that_starts_again_uses_its_memory_again(tiny_model, tiny_tokenizer, ids):
    """A window of 32, of which 96 tokens are kept."""
    stream = CausalLM.from_objects(tiny_model, tiny_tokenizer, look_back=32).stream(ids[0][:2])
    places, ends = set(), []
    for segment in np.resize(np.concatenate(ids), (12, 8)):
        stream.score(segment)
        stream.keep(np.ones(8, dtype=bool))
        places.add(stream._cache.layers[0]._blocks[0].data_ptr())
        ends.append(stream._position)
    assert ends != sorted(ends), "it never started again"
    assert len(places) == 1


@pytest.mark.parametrize("rate", [0.3, 0.6])
def test_what_stands_between_texts_may_be_read_by_itself(tiny_model, tiny_tokenizer, monkeypatch, rate):
    """Read with the next segment instead, it takes a pass less for every text; what is kept is the same."""

    class Apart(Together):
        def after(self):
            self._stream.score(self._joint)
            self._stream.keep(np.ones(len(self._joint), dtype=bool))

    config = METHODS["llmlingua"].config.with_(segment_tokens=60, independent=False)
    compressor = PromptCompressor(fresh(tiny_model, tiny_tokenizer), config)
    expected = compressor.compress(TEXTS, rate=rate).texts
    monkeypatch.setattr("lingua_integrations.core.prune.drafts.Together", Apart)
    assert compressor.compress(TEXTS, rate=rate).texts == expected


def test_scores_outlive_the_process_on_a_disk(tiny_model, tiny_tokenizer, ids, tmp_path, monkeypatch):
    """diskcache's cache is such a mapping."""
    row = [(ids[0][:0], ids[0])]
    with diskcache.Cache(tmp_path) as cache:
        written = fresh(tiny_model, tiny_tokenizer, scores=cache).surprisals(row)[0]
    with diskcache.Cache(tmp_path) as cache:
        reader = fresh(tiny_model, tiny_tokenizer, scores=cache)
        monkeypatch.setattr(head.Apart, "nats", None)
        assert (reader.surprisals(row)[0] == written).all()
