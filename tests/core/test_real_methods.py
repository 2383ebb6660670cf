"""The methods on real weights: what a question finds, and exact budgets on real documents."""

from __future__ import annotations

from pydoc_data.topics import topics

import numpy as np
import pytest

import laws
from lingua_integrations import CompressionConfig, Context, PromptCompressor
from lingua_integrations.core.budget.counting import as_counter
from lingua_integrations.core.methods import METHODS, configuration
from lingua_integrations.core.models.causal import CausalLM
from lingua_integrations.core.prune.rankers.embedding import EmbeddingRanker
from lingua_integrations.core.prune.rankers.perplexity import QuestionPerplexityRanker
from lingua_integrations.core.prune.scorers.contrastive import ContrastiveStream

pytestmark = pytest.mark.model

DOCUMENTS = [
    "Marie Curie was born in Warsaw. Studies in Paris and two Nobel Prizes followed.",
    "The violin has four strings. It is played with a bow made of horsehair.",
    "Mount Everest rises 8,849 metres above the sea. Many climbers try it in May.",
]
QUESTIONS = {0: "In which city did the physicist come into the world?", 2: "How high is the highest peak?"}
LONGEST = sorted(topics, key=lambda topic: -len(topics[topic]))[:3]
LOCAL = [
    name
    for name, method in METHODS.items()
    if method.config.scorer not in ("classifier", "pruner") and method.config.ranker != "cross-encoder"
]


@pytest.fixture(scope="module")
def scorer():
    return CausalLM("smollm2-135m-q4_1")


@pytest.mark.parametrize("which", QUESTIONS)
def test_embeddings_find_what_shares_no_word(which):
    """By meaning: the right document first, and of it alone a sentence."""
    small = EmbeddingRanker("all-minilm-l6-v2").rank(QUESTIONS[which], DOCUMENTS)
    assert np.sort(small)[-2] < 0.2  # with padding, which its tokenizer comes with, it would be 0.7
    assert small.argmax() == EmbeddingRanker().rank(QUESTIONS[which], DOCUMENTS).argmax() == which
    result = PromptCompressor(config="extractive").compress(
        DOCUMENTS, question=QUESTIONS[which], target_tokens=14
    )
    assert [context.index for context in result.contexts] == [which]
    assert result.model.startswith("multilingual-e5-small@")


@pytest.mark.parametrize("which", QUESTIONS)
def test_the_right_document_makes_the_question_likely(scorer, which):
    """LongLLMLingua's order; with the sign of the paper's text it would be the last one."""
    assert QuestionPerplexityRanker(scorer).rank(QUESTIONS[which], DOCUMENTS).argmax() == which


def test_the_question_takes_surprise_off_what_it_is_about(scorer):
    """Contrastive perplexity: a sentence gains more from the question that is about it than from another."""
    brewery, rain = "The brewery opened in Asheville.", "Rain fell on the hills."
    tokens = scorer.encode(f"The shop sells bread. {brewery} {rain}")

    def gain(question):
        asked = scorer.encode(f"{question}\n\n").ids
        return ContrastiveStream(scorer.stream(asked[:0]), scorer.stream(asked)).score(tokens.ids)

    difference = gain("Where did the brewery open?") - gain("What fell on the hills?")
    second = tokens.spans[:, 1] <= len("The shop sells bread. ") + len(brewery)
    assert difference[second][6:].mean() > 0 > difference[~second].mean()


@pytest.mark.parametrize("name", LOCAL)
def test_budgets_on_real_documents(scorer, name):
    """Law 1 and 2 on three of the longest topics of the language reference, cut to 800 characters each."""
    count = as_counter("o200k_base").count
    contexts = [Context(topics[topic][:800], title=topic) for topic in LONGEST]
    config: CompressionConfig = configuration(name)
    causal = scorer if config.causal else None
    compressor = PromptCompressor(causal, config)
    result = compressor.compress(contexts, question="What does the class statement do?", rate=0.4)
    laws.budget(result, count)
    if config.unit == "atom" and config.filter is None:
        assert result.tokens_after >= 0.97 * result.budget
    for context in result.contexts:
        laws.extractive(context)
