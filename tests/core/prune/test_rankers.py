"""Rankers: what each puts first, on weights where that can be known, and whose embeddings it takes."""

from __future__ import annotations

import copy
import pickle

import bm25s
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import LlamaForSequenceClassification, set_seed

from lingua_integrations.core.budget.shares import dynamic_rates, select
from lingua_integrations.core.models.encoder import Encoder
from lingua_integrations.core.models.reading import rounded
from lingua_integrations.core.prune.rankers.cross_encoder import CrossEncoderRanker
from lingua_integrations.core.prune.rankers.embedding import EmbeddingRanker
from lingua_integrations.core.prune.rankers.lexical import BM25Ranker
from lingua_integrations.core.prune.rankers.perplexity import PerplexityRanker, QuestionPerplexityRanker
from lingua_integrations.core.prune.scorers.relevance import marginal_order
from lingua_integrations.errors import InvalidRequest, ModelUnavailable

TEXTS = ["the cat sat on the mat", "1969 3.14 Python", "a dog ran", ""]


class Letters:
    """Embeddings by hand: how often a and b stand in a text."""

    def vector(self, text):
        return [float(text.count("a")), float(text.count("b"))]


class LangChain(Letters):
    def embed_query(self, text):
        return self.vector(text)

    def embed_documents(self, texts):
        return [self.vector(text) for text in texts]


class LlamaIndex(Letters):
    def get_query_embedding(self, text):
        return self.vector(text)

    def get_text_embedding_batch(self, texts):
        return [self.vector(text) for text in texts]


class SentenceTransformers(Letters):
    def encode(self, texts):
        return np.array([self.vector(text) for text in texts])


def test_no_text_is_embedded_twice():
    """Not within a call, nor for another question; the numbers are the same as without a memory."""
    asked = []

    class Counting:
        def encode(self, texts):
            asked.extend(texts)
            return np.array([[len(text), text.count("a") + 1.0] for text in texts])

    ranker, texts = EmbeddingRanker(Counting()), ["aaa", "b", "aaa", "ca"]
    first = ranker.rank("a", texts)
    assert asked == ["a", "aaa", "b", "ca"] or asked == ["aaa", "b", "ca", "a"]
    again = ranker.rank("a", [*texts, "d"])
    assert asked.count("d") == 1
    assert asked.count("b") == 1
    assert again[:4].tolist() == first.tolist() == EmbeddingRanker(Counting()).rank("a", texts).tolist()
    assert ranker.vectors([]).shape[0] == 0


@pytest.mark.parametrize("embeddings", [LangChain(), LlamaIndex(), SentenceTransformers()])
def test_anybodys_embeddings(embeddings):
    """Cosines by hand: 1, 0, the diagonal's, and 0 for a vector of zeros."""
    ranker = EmbeddingRanker(embeddings)
    ranks = ranker.rank("aa", ["a", "b", "ab", "c"])
    assert ranks == pytest.approx([1.0, 0.0, 0.5**0.5, 0.0])
    assert ranker.name == type(embeddings).__name__
    assert ranker.rank("aa", []).shape == (0,)
    assert pickle.loads(pickle.dumps(ranker)).rank("aa", ["a"]) == pytest.approx([1.0])


def test_what_embeds_nothing():
    with pytest.raises(InvalidRequest, match="cannot embed text"):
        EmbeddingRanker(object())


def test_vectors_are_means_of_hidden_states(tiny_encoders):
    """Independently: the mean over all tokens, special ones included, of the last hidden state."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(tiny_encoders["encoder"])
    model = AutoModel.from_pretrained(tiny_encoders["encoder"]).eval()
    with torch.inference_mode():
        means = [
            model(**tokenizer(text, return_tensors="pt")).last_hidden_state[0].mean(0).numpy()
            for text in TEXTS
        ]
    expected = [mean / np.linalg.norm(mean) for mean in means]
    assert EmbeddingRanker(tiny_encoders["encoder"], dtype="float32").vectors(TEXTS) == pytest.approx(
        np.array(expected), abs=1e-5
    )


def test_long_texts_are_read_to_their_end(tiny_encoders):
    """Beyond the window of 64 tokens a text's end still counts."""
    ranker = EmbeddingRanker(tiny_encoders["encoder"])
    long = "the cat sat on the mat " * 30
    one, other = ranker.vectors([long + "Python", long + "1969 3.14 漢字"])
    assert not np.allclose(one, other)


def test_cross_encoder_reads_the_pair(tiny_encoders):
    """Independently: the sigmoid of the logit of the pair; long texts are cut, not refused."""
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    folder = tiny_encoders["cross-encoder"]
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    with torch.inference_mode():
        expected = [
            model(**tokenizer("where is it", text, return_tensors="pt")).logits[0, 0].sigmoid().item()
            for text in TEXTS[:3]
        ]
    ranker = CrossEncoderRanker(folder, dtype="float32")
    assert ranker.rank("where is it", TEXTS[:3]) == pytest.approx(expected, abs=1e-5)
    assert np.isfinite(ranker.rank("q \ud800", ["the cat " * 200])).all()


def test_perplexity_rankers(tiny_scorer):
    """Independently computed: of the text itself, and of the question after it."""
    nothing = np.zeros(0, dtype=np.int64)
    own = PerplexityRanker(tiny_scorer).rank("", TEXTS[:3])
    expected = [
        np.exp(tiny_scorer.surprisals([(nothing, tiny_scorer.encode(t).ids)])[0].mean()) for t in TEXTS[:3]
    ]
    assert own == pytest.approx(expected)
    asked = QuestionPerplexityRanker(tiny_scorer, restriction="So.")
    question = tiny_scorer.encode("\n\nwhere? So.").ids
    expected = [-tiny_scorer.surprisals([(tiny_scorer.encode(t).ids, question)])[0].mean() for t in TEXTS]
    assert asked.rank("where?", TEXTS) == pytest.approx(expected)


def test_a_reranker_that_pools_the_last_place(tmp_path, tiny_model, tiny_tokenizer):
    """A causal reranker without a padding token looks at the last place of a single row: nothing fills it."""
    set_seed(0)
    config = copy.deepcopy(tiny_model.config)
    config.num_labels = 1
    model = LlamaForSequenceClassification(config)
    assert model.config.pad_token_id is None
    model.eval().save_pretrained(tmp_path)
    tiny_tokenizer.save_pretrained(tmp_path)
    encoder = Encoder(str(tmp_path), "cross-encoder", dtype="float32")
    text = "the cat sat on the mat " * 8 + "Q"
    ids = encoder.framed(encoder.ids_of("a dog"), encoder.ids_of(text))[0]
    assert rounded(len(ids)) > len(ids)
    with torch.inference_mode():
        expected = model(torch.tensor([ids])).logits.numpy()
    assert encoder.pairs("a dog", [text]) == pytest.approx(expected, abs=1e-4)


def test_a_text_longer_than_the_window(tiny_scorer):
    ranker = QuestionPerplexityRanker(tiny_scorer)
    ranks = ranker.rank("where is the cat? " * 300, ["the cat sat " * 900, "short"])
    assert np.isfinite(ranks).all()


def test_a_model_from_nowhere():
    with pytest.raises(ModelUnavailable):
        CrossEncoderRanker("nobody/no-such-model").rank("q", ["a"])


@given(
    lengths=st.lists(st.integers(1, 500), min_size=2, max_size=20),
    rate=st.floats(0.05, 0.95),
    spread=st.floats(0.0, 1.0),
)
def test_dynamic_rates_keep_the_budget(lengths, rate, spread):
    """Whatever the lengths, the contexts cost what one common rate costs, and better ones get no less."""
    relevance = np.arange(len(lengths), dtype=float)
    rates = dynamic_rates(relevance, lengths, rate, spread)
    assert all(0 <= one <= 1 for one in rates)
    assert rates == sorted(rates)
    assert np.dot(rates, lengths) == pytest.approx(rate * sum(lengths), rel=1e-6)


def test_what_must_stay_does_not_crowd_out():
    """A context whose must-keep text does not fit any more is passed over for the next one."""
    relevance = np.array([3.0, 2.0, 1.0])
    assert select(relevance, [10, 10, 10], 10, 3.0, needs=[6, 6, 4]) == [0, 2]
    assert select(relevance, [10, 10, 10], 10, 3.0, needs=[6, 6, 4], pinned=[1]) == [1, 2]


def test_marginal_relevance_without_diversity_is_relevance():
    relevance = np.array([0.3, 0.9, 0.5])
    order = marginal_order(relevance, np.eye(3), 1e-9)
    assert order.tolist() == [2.0, 0.0, 1.0]


@given(
    st.lists(st.lists(st.sampled_from("abcde"), max_size=8), min_size=1, max_size=6),
    st.lists(st.sampled_from("abcdefg"), max_size=5),
)
def test_bm25_is_that_of_the_library(texts, question):
    """Words that stand often, nowhere, everywhere; texts without words; a question that says a word twice."""
    scores = BM25Ranker().rank(" ".join(question), [" ".join(text) for text in texts])
    asked = sorted({word for word in question if any(word in text for text in texts)})
    expected = np.zeros(len(texts))
    if asked:
        index = bm25s.BM25()
        index.index(texts, show_progress=False)
        expected = index.get_scores(asked)
    np.testing.assert_allclose(scores, expected, rtol=1e-5)


def test_bm25_of_no_texts():
    assert BM25Ranker().rank("Who?", []).tolist() == []
