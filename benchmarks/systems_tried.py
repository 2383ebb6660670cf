"""What was tried beside the defaults for benchmarks/systems.py, and is not in the package."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np

from lingua_integrations import CompressionConfig, CompressionResult, Context, PromptCompressor
from lingua_integrations.core.models.causal import CausalLM
from lingua_integrations.core.protocols import Ranker
from lingua_integrations.core.prune.rankers.fusion import standardised
from lingua_integrations.core.prune.rankers.lexical import terms
from lingua_integrations.core.prune.scorers.relevance import RelevanceScorer
from lingua_integrations.core.prune.scorers.salience import SalienceScorer, salience
from lingua_integrations.core.prune.topics import communities, stretches, weighted_words
from lingua_integrations.core.store.resolve import resolve
from lingua_integrations.core.text.units import Units
from lingua_integrations.core.types import FloatArray, IntArray
from lingua_integrations.errors import InvalidRequest

_BLOCK = 2000  # characters of a block at most: a function, a section, a few paragraphs


class Flat:
    """A scorer of the units of all texts of a call, one after the other."""

    name = None

    def score(self, texts: Sequence[Units], question: str, titles: Sequence[str | None]) -> list[FloatArray]:
        """The scores, cut at the texts' edges."""
        flat = np.asarray(self.flat([piece for units in texts for piece in units.strings()]))
        return [flat[begin:end] for begin, end in pairwise(np.cumsum([0, *map(len, texts)]).tolist())]

    def flat(self, pieces: Sequence[str]) -> Any:
        raise NotImplementedError


@dataclass
class Topics(Flat):
    """Semantic Compression: topics share the budget, and of each stay the sentences that are most central.

    With ``central=False`` those that say most, as the method salience has it.
    """

    vectors: Callable[[Sequence[str]], FloatArray] = weighted_words
    central: bool = True

    def flat(self, pieces: Sequence[str]) -> FloatArray:
        return np.concatenate([self._of(pieces[part]) for part in stretches(len(pieces))] or [np.zeros(0)])

    def _of(self, pieces: Sequence[str]) -> FloatArray:
        vectors = self.vectors(pieces)
        topics = communities(vectors)
        order = centrality(vectors, topics) if self.central else salience([terms(piece) for piece in pieces])
        return shares(order, topics, np.array([len(piece) for piece in pieces]))


def centrality(vectors: FloatArray, topics: IntArray) -> FloatArray:
    """How like each sentence is to the others of its topic: its mean cosine with all of them, shape [n].

    >>> centrality(np.array([[1.0, 0.0], [0.6, 0.8], [0.0, 1.0]]), np.zeros(3, dtype=int)).round(2)
    array([0.53, 0.8 , 0.6 ])
    """
    n = int(topics.max(initial=-1)) + 1
    sums = np.zeros((n, vectors.shape[1]))
    np.add.at(sums, topics, vectors)
    sizes = np.bincount(topics, minlength=n)
    return np.asarray((vectors * sums[topics]).sum(axis=1) / sizes[topics])


def shares(central: FloatArray, topics: IntArray, lengths: IntArray) -> FloatArray:
    """Scores in (0, 1) by which every topic keeps the same share of its length.

    A score is 1 less the share of the topic that lies in more central sentences and half of the own one.

    >>> shares(np.array([0.1, 0.9, 0.5]), np.array([0, 0, 1]), np.array([10, 30, 5]))
    array([0.125, 0.625, 0.5  ])
    """
    scores = np.zeros(len(central))
    for topic in range(int(topics.max(initial=-1)) + 1):
        members = np.flatnonzero(topics == topic)
        order = members[np.argsort(-central[members], kind="stable")]
        ends = np.cumsum(lengths[order])
        scores[order] = 1 - (ends - lengths[order] / 2) / max(1, int(ends[-1]))
    return scores


@dataclass
class Edges:
    """Part of the budget for the beginnings and ends of texts, the rest for what salience takes."""

    part: float = 0.5  # of beginnings and ends
    name = None

    def score(self, texts: Sequence[Units], question: str, titles: Sequence[str | None]) -> list[FloatArray]:
        """Scores that rise with how early a unit comes."""
        salient = np.concatenate(SalienceScorer().score(texts, question, titles))
        places = [np.arange(len(units)) for units in texts]
        inward = np.concatenate([np.minimum(one, one[::-1]) for one in places])
        lengths = np.concatenate([units.ends - units.starts for units in texts]).astype(float)
        edges = np.cumsum([0, *map(len, texts)]).tolist()
        scored = np.concatenate([begin + one.scored() for begin, one in zip(edges, texts, strict=False)])
        cost = np.full(len(salient), np.inf)
        for order, share in ((inward, self.part), (-salient, 1 - self.part)):
            ordered = scored[np.argsort(order[scored], kind="stable")]
            cost[ordered] = np.minimum(cost[ordered], np.cumsum(lengths[ordered]) / share)
        cost[~np.isfinite(cost)] = cost[scored].max(initial=0) + 1
        return [-cost[begin:end] for begin, end in pairwise(edges)]


class PageRank(Flat):
    """LexRank (Erkan and Radev 2004) by networkx: PageRank over the cosines of TF-IDF vectors above 0.1."""

    def flat(self, pieces: Sequence[str]) -> list[float]:
        import networkx

        vectors = weighted_words(pieces)
        likeness = vectors @ vectors.T
        np.fill_diagonal(likeness, 0)
        ranks = networkx.pagerank(networkx.from_numpy_array(np.where(likeness > 0.1, 1.0, 0.0)))
        return [ranks[place] for place in range(len(pieces))]


class LexRank(Flat):
    """LexRank by sumy, which takes seconds for a long text: a text's rating is remembered."""

    def flat(self, pieces: Sequence[str]) -> FloatArray:
        return _rated(tuple(pieces))


@lru_cache(maxsize=4)
def _rated(pieces: tuple[str, ...]) -> FloatArray:
    from sumy.models.dom import Sentence
    from sumy.nlp.stemmers import Stemmer
    from sumy.summarizers.lex_rank import LexRankSummarizer
    from sumy.utils import get_stop_words

    class Words:
        to_words = staticmethod(terms)

    class Rated(LexRankSummarizer):
        def _get_best_sentences(self, sentences, count, rating):
            return [rating[one] for one in sentences]

    class Text:
        sentences = tuple(Sentence(piece, Words()) for piece in pieces)

    summarizer = Rated(Stemmer("english"))
    summarizer.stop_words = get_stop_words("english")
    return np.array(summarizer(Text, 0), dtype=np.float64)


def blocks(units: Units, most: int = _BLOCK) -> IntArray:
    """The block of each unit: what hangs under the outermost header of not too much, else its paragraph."""
    pieces = units.structure.pieces if units.structure else ()
    paths: list[list[int]] = [[] for _ in range(len(units))]
    for unit, piece in enumerate(pieces):
        direct = [need for need in piece.needs if pieces[need].carrier and need < unit]
        paths[unit] = (
            sorted({*direct, *(far for need in direct for far in paths[need])}) + [unit] * piece.carrier
        )
    ends = {head: int(units.ends[unit]) for unit, path in enumerate(paths) for head in path}
    found = np.zeros(len(units), dtype=np.int64)
    paragraph, begin = len(units), 0
    for unit, path in enumerate(paths):
        gap = units.text[int(units.ends[unit - 1]) : int(units.starts[unit])] if unit else ""
        if gap.count("\n") > 1 or int(units.ends[unit]) - begin > most:
            paragraph, begin = len(units) + unit, int(units.starts[unit])
        small = (head for head in path if ends[head] - int(units.starts[head]) <= most)
        found[unit] = next(small, paragraph)
    return found


@dataclass
class Blocks:
    """LongCodeZip, and the like for sections: a unit's relevance, and that of the block that it stands in."""

    of_blocks: Ranker
    of_units: Ranker
    name = None

    def score(self, texts: Sequence[Units], question: str, titles: Sequence[str | None]) -> list[FloatArray]:
        """The sum of both, each scaled to mean 0 and deviation 1 over the call."""
        wholes: list[str] = []
        owners: list[int] = []
        pieces: list[str] = []
        for units in texts:
            scored, found = units.scored(), blocks(units)
            known, places = np.unique(found, return_inverse=True)
            owners += (len(wholes) + places[scored]).tolist()
            wholes += [_stretch(units, np.flatnonzero(found == block)) for block in known]
            above = [units.above[unit] for unit in scored.tolist()]
            pieces += [f"{over}\n{piece}" for over, piece in zip(above, units.texts(scored), strict=True)]
        own, whole = self.of_units.rank(question, pieces), self.of_blocks.rank(question, wholes)
        relevance = standardised(own) + standardised(whole)[owners]
        edges = np.cumsum([0, *(len(units.scored()) for units in texts)]).tolist()
        scores = [np.full(len(units), float(relevance.min(initial=0))) for units in texts]
        for one, units, (begin, end) in zip(scores, texts, pairwise(edges), strict=True):
            one[units.scored()] = relevance[begin:end]
        return scores


def _stretch(units: Units, members: IntArray) -> str:
    return units.text[int(units.starts[members[0]]) : int(units.ends[members[-1]])]


@dataclass
class Grains:
    """SharedLLM's idea for text: an outline of all, paragraphs of what is near, sentences of what answers.

    Each grain has an order of its own and a share of one budget: a unit's score is minus the number of
    characters, over the share, that the grain in which it comes first has taken when it comes.
    """

    ranker: Ranker
    parts: tuple[float, float, float] = (0.2, 0.3, 0.5)  # of outline, paragraphs and sentences
    name = None

    def score(self, texts: Sequence[Units], question: str, titles: Sequence[str | None]) -> list[FloatArray]:
        """Scores that rise with how early a unit comes."""
        relevance = np.concatenate(RelevanceScorer(self.ranker, hops=2).score(texts, question, titles))
        lengths = np.concatenate([units.ends - units.starts for units in texts]).astype(float)
        edges = np.cumsum([0, *map(len, texts)]).tolist()
        scored = np.concatenate([begin + units.scored() for begin, units in zip(edges, texts, strict=False)])
        apart = zip(edges, texts, strict=False)
        _, owners = np.unique(
            np.concatenate([3 * begin + blocks(one) for begin, one in apart]), return_inverse=True
        )
        cost = np.full(len(relevance), np.inf)
        for order, share in zip(_orders(scored, owners, relevance), self.parts, strict=True):
            if share:
                cost[order] = np.minimum(cost[order], np.cumsum(lengths[order]) / share)
        cost[~np.isfinite(cost)] = cost[scored].max(initial=0) + 1
        return [-cost[begin:end] for begin, end in pairwise(edges)]


def _orders(scored: IntArray, owners: IntArray, relevance: FloatArray) -> Iterator[IntArray]:
    """Units by grain: first ones of blocks, evenly spread; by the best of their block; by their own score."""
    _, first = np.unique(owners[scored], return_index=True)
    heads = scored[np.sort(first)]
    yield heads[sorted(range(len(heads)), key=lambda place: int(f"{place:016b}"[::-1], 2))]
    best = np.full(int(owners.max(initial=0)) + 1, -np.inf)
    np.maximum.at(best, owners[scored], relevance[scored])
    yield scored[np.lexsort((scored, -best[owners[scored]]))]
    yield scored[np.argsort(-relevance[scored], kind="stable")]


class OpenClasses:
    """Words of open classes stay; the others, the stop words of `stop-words`, go first, but for negations."""

    name = None

    def __init__(self) -> None:
        from stop_words import get_stop_words

        self.closed = set(get_stop_words("en")) - {"no", "not", "never", "none", "nor", "cannot", "without"}

    def score(self, texts: Sequence[Units], question: str, titles: Sequence[str | None]) -> list[FloatArray]:
        """1 for a word of an open class, else 0."""
        return [
            np.array(
                [float(word.lower().strip(".,;:!?()\"'") not in self.closed) for word in units.strings()]
            )
            for units in texts
        ]


class LanguaShrink:
    """Sentences by relevance, then words by their class; numbers and negations stay."""

    def __init__(self, factor: float = 1.3) -> None:
        self.factor = factor
        self.sentences = PromptCompressor(config="extractive-fusion")
        self.words = PromptCompressor(OpenClasses(), CompressionConfig(scorer="classifier", unit="atom"))

    def compress(self, contexts: Sequence[Context], *, question: str, rate: float) -> CompressionResult:
        """Sentences down to a multiple of the budget, words down to it."""
        first = self.sentences.compress(contexts, question=question, rate=min(1.0, rate * self.factor))
        return self.words.compress(first.texts, target_tokens=max(1, int(rate * first.tokens_before)))


def scorer_in(kind: str) -> CausalLM:
    """The default scorer in other numbers: torch's, or torchao's with fewer bits."""
    import torch
    from torchao import quantization
    from torchao.quantization.granularity import PerGroup
    from transformers import AutoModelForCausalLM, AutoTokenizer

    folder = resolve("smollm2-135m-q4_1").folder
    dtype = torch.bfloat16 if kind == "bfloat16" else torch.float32
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=dtype).eval()
    configs = {
        "int8": quantization.Int8WeightOnlyConfig(),
        "int8, activations too": quantization.Int8DynamicActivationInt8WeightConfig(),
        "int4": quantization.IntxWeightOnlyConfig(weight_dtype=torch.int4, granularity=PerGroup(32)),
    }
    if kind in configs:
        quantization.quantize_(model, configs[kind])
    elif kind not in ("float32", "bfloat16"):
        raise InvalidRequest(f"There is no {kind!r}.")
    return CausalLM.from_objects(model, AutoTokenizer.from_pretrained(folder), name=f"smollm2 in {kind}")
