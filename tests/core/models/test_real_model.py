"""What only real weights can show: token and score belong together, and each segment has its threshold."""

from __future__ import annotations

from pydoc_data.topics import topics

import numpy as np
import pytest

import laws
from lingua_integrations import CompressionConfig, Context, PromptCompressor
from lingua_integrations.core.budget.counting import as_counter
from lingua_integrations.core.models.causal import CausalLM
from lingua_integrations.core.protocols import Source, Tokens
from lingua_integrations.core.prune.iterative import Pruner
from lingua_integrations.core.text.atoms import segment
from lingua_integrations.core.text.units import from_tokens

pytestmark = pytest.mark.model

# The longest topics of the language reference: real documents, on every machine.
TOPICS = dict(sorted(topics.items(), key=lambda item: -len(item[1]))[:48:8])
RATES = [0.1, 0.5, 0.9]
SENTENCE = "The cat sat on the mat."
ODD_ONE_OUT = f"{SENTENCE} {SENTENCE} The cat sat on the xylophone mat. {SENTENCE}"


@pytest.fixture(scope="module")
def scorer():
    return CausalLM("smollm2-135m-q4_1", dtype="float32")


@pytest.fixture(scope="module")
def tokenizer(scorer):
    from transformers import AutoTokenizer

    from lingua_integrations.core.store.resolve import resolve

    return AutoTokenizer.from_pretrained(resolve("smollm2-135m-q4_1").folder)


def test_surprisals_match_an_independent_computation(scorer):
    """Token i's number is -ln p(token i | tokens before i): the one law the reference breaks by one."""
    import torch

    text = "The capital of France is Paris, and the capital of Italy is Rome."
    ids = scorer.encode(text).ids
    with torch.inference_mode():
        row = torch.tensor([[*scorer.loaded.start.tolist(), *ids.tolist()]])
        logits = scorer.loaded.model(row).logits[0].double()
    expected = [-torch.log_softmax(logits[i], -1)[token].item() for i, token in enumerate(ids)]
    nothing = ids[:0]
    stream = scorer.stream(nothing)
    assert stream.score(ids) == pytest.approx(expected, abs=1e-3)
    assert scorer.surprisals([(nothing, ids)])[0] == pytest.approx(expected, abs=1e-3)


def test_bfloat16_is_near(scorer):
    """The quick type's roundings: small for every token, and nothing on the average."""
    ids = scorer.encode(next(iter(TOPICS.values()))[:1000]).ids
    half = CausalLM("smollm2-135m-q4_1", dtype="bfloat16")
    (exact,), (found,) = (one.surprisals([(ids[:0], ids)]) for one in (scorer, half))
    assert 0 < np.abs(found - exact).mean() < 0.1
    assert abs((found - exact).mean()) < 0.02


def test_the_surprising_word_stays_and_not_its_neighbour(scorer):
    """Off by one, "the" or "mat" would be kept in place of the one word nobody expects."""
    result = PromptCompressor(scorer, "rag").compress([ODD_ONE_OUT], rate=0.35)
    words = result.texts[0].split()
    assert "xylophone" in words
    units = segment(ODD_ONE_OUT)
    tokens = scorer.encode(ODD_ONE_OUT)
    draft = Pruner(as_counter("o200k_base").count, 200, "max").prune(
        units, Source(tokens, scorer.stream(tokens.ids[:0])), np.zeros(len(units), dtype=bool), 0.35
    )
    later = slice(8, None)  # the first sentence is news itself
    assert units.strings()[later][int(draft.margin[later].argmax())] == "xylophone"


def test_every_segment_keeps_its_share(scorer):
    """A dull half and a dense half each keep their rate: thresholds come from a segment's own scores."""
    dull = "the cat sat on the mat and " * 30
    dense = " ".join(TOPICS["specialnames"].split()[500:650])
    count = as_counter("o200k_base").count
    text = dull + dense
    result = PromptCompressor(scorer, CompressionConfig.rag().with_(segment_tokens=100)).compress(
        [text], rate=0.5
    )
    kept_dull = sum(
        min(end, len(dull)) - start for start, end in result.contexts[0].spans if start < len(dull)
    )
    assert 0.3 < kept_dull / len(dull) < 0.7
    assert count(result.texts[0]) <= result.budget


def test_a_stream_sees_exactly_what_was_kept(scorer):
    """After a segment was thinned out, the next one scores as if only the kept text had ever been there."""
    ids = scorer.encode("Alice met Bob in Paris last summer, and they talked about prime numbers.").ids
    mask = np.arange(8) % 2 == 0
    stream = scorer.stream(ids[:0])
    stream.score(ids[:8])
    stream.keep(mask)
    thinned = stream.score(ids[8:])
    fresh = scorer.surprisals([(ids[:8][mask], ids[8:])])[0]
    assert thinned == pytest.approx(fresh, abs=1e-3)


class ByToken:
    """A scorer whose surprisal of a token follows from its place in the vocabulary, for long documents.

    SmolLM2's vocabulary is ordered by when BPE merged a token, so rare tokens have high ids: ln(id) stands
    for a unigram surprisal. It makes hundreds of compressions of real documents a matter of seconds.
    """

    name = "by token"
    window = 8192

    def __init__(self, scorer):
        self.encode = scorer.encode

    def surprisals(self, batch):
        return [np.log1p(ids) for _, ids in batch]

    def stream(self, prefix):
        return self

    def score(self, ids):
        return np.log1p(ids)

    def keep(self, mask):
        pass


class Recorded:
    """SmolLM2's own surprisals of one text, recorded once and read off in order at every rate."""

    name = "recorded"
    window = 8192

    def __init__(self, scorer, ids, nats):
        self.encode = scorer.encode
        self.ids, self.nats = ids, nats

    def surprisals(self, batch):
        raise AssertionError("nothing is ranked where there is one text")

    def stream(self, prefix):
        self.at = 0
        return self

    def score(self, ids):
        here = slice(self.at, self.at + len(ids))
        self.at = here.stop
        if here.start < len(self.ids):  # the separator behind the text was not recorded
            assert np.array_equal(self.ids[here], ids)
        return np.r_[self.nats[here], np.zeros(len(ids))][: len(ids)]

    def keep(self, mask):
        pass


@pytest.fixture(scope="module")
def recordings(scorer):
    """The first 1,000 characters of each topic with the real model's surprisals, in nats."""
    texts = [text[:1000] for text in TOPICS.values()]
    ids = [scorer.encode(text).ids for text in texts]
    nats = scorer.surprisals([(one[:0], one) for one in ids])
    return [(text, Recorded(scorer, one, seen)) for text, one, seen in zip(texts, ids, nats, strict=True)]


def test_budget_on_recorded_scores(recordings, tokenizer):
    """Law 1 on real topics at three rates, for three ways to count, on the real model's scores."""
    applied = 0
    for spec in ("o200k_base", tokenizer, lambda text: len(text.split())):
        for text, recorded in recordings:
            compressor = PromptCompressor(recorded, "rag", counter=spec)
            count = compressor.counter.count
            for rate in RATES:
                result = compressor.compress([Context(text, kind="prose")], rate=rate)
                laws.budget(result, count)
                applied += laws.filled(result, count, lambda text: segment(text).strings())
                laws.extractive(result.contexts[0])
                laws.whole_atoms(result.contexts[0])
    assert applied > 5


@pytest.mark.parametrize("counter", ["o200k_base", "scorer", "callable"])
def test_budget_on_real_topics(scorer, tokenizer, counter):
    """Law 1 on real topics at three rates, for three ways to count; laws 2 and 3 along the way."""
    spec = {"o200k_base": "o200k_base", "scorer": tokenizer, "callable": lambda text: len(text.split())}[
        counter
    ]
    compressor = PromptCompressor(ByToken(scorer), "rag", counter=spec)
    count = compressor.counter.count
    for text in TOPICS.values():
        for rate in RATES:
            result = compressor.compress([Context(text[:6000], kind="prose")], rate=rate)
            laws.budget(result, count)
            laws.filled(result, count, lambda text: segment(text).strings())
            laws.extractive(result.contexts[0])
            if counter == "o200k_base":
                laws.whole_atoms(result.contexts[0])


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_budget_on_real_topics_with_the_real_model(scorer, o200k, rate):
    """A covering sample of the same with real scores."""
    for text in list(TOPICS.values())[::3]:
        result = PromptCompressor(scorer, "rag").compress([Context(text[:2000], kind="prose")], rate=rate)
        laws.budget(result, o200k)
        laws.filled(result, o200k, lambda text: segment(text).strings())
        laws.extractive(result.contexts[0])


def test_the_final_fit_moves_one_unit_in_a_hundred(scorer, o200k):
    """Law 7: thresholds decide, segment by segment; of the fit at the end little is left to do."""
    fake = ByToken(scorer)
    for text in (text[:20_000] for text in TOPICS.values()):
        for rate in (0.2, 0.5, 0.8):
            tokens: Tokens = fake.encode(text)
            units = from_tokens(text, tokens.spans.tolist())
            config, forced = CompressionConfig.rag().with_(unit="token"), np.zeros(len(units), dtype=bool)
            pruner = Pruner(o200k, config.segment_tokens, config.unit_score)
            share = int(rate * o200k(text)) / o200k(text)  # what the budget, a whole number, comes to
            draft = pruner.prune(units, Source(tokens, fake), forced, share, settle=True)
            result = PromptCompressor(fake, config).compress([text], rate=rate)
            final = np.zeros(len(units), dtype=bool)
            for start, end in result.contexts[0].spans:
                final |= (units.starts >= start) & (units.ends <= end)
            assert (final != draft.kept).sum() <= max(1, 0.01 * len(units))
