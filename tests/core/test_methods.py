"""Every method keeps the laws, on tiny random models; and what the methods differ in."""

from __future__ import annotations

import copy
import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import laws
from lingua_integrations import BudgetTooSmall, CompressionConfig, Context, PromptCompressor
from lingua_integrations.core.methods import METHODS, configuration
from lingua_integrations.core.models import loading
from lingua_integrations.core.prune.segmenters import segmenter
from lingua_integrations.core.text.documents import read
from lingua_integrations.core.text.must_keep import MustKeep
from lingua_integrations.errors import InvalidRequest, ModelError

NEEDS_QUESTION = {name for name, method in METHODS.items() if "question" in method.needs}
DOCUMENTS = [
    "The brewery opened in 2014. It stands near a river. Visitors come in summer.",
    "Mount Whitney is the tallest mountain in California. It is 14,505 feet high.",
    "Beer is made of malt, hops and water. The first brewery of the town closed in 1920.",
]
QUESTION = "When did the brewery open?"

BUDGETED = [name for name in METHODS if not METHODS[name].config.free]


@pytest.mark.parametrize("name", METHODS)
@settings(max_examples=40)
@given(inputs=laws.texts, rate=st.floats(0.05, 1.0))
def test_laws_of_every_method(tiny_compressor, o200k, name, inputs, rate):
    """Budget, extractive, whole atoms, provenance, no mutation, same call same output."""
    compressor, before = tiny_compressor(name), copy.deepcopy(inputs)
    result = laws.or_least(compressor.compress, inputs, question=QUESTION, rate=rate)
    assert inputs == before
    laws.budget(result, o200k)
    laws.provenance(result, inputs)
    for context in result.contexts:
        laws.extractive(context)
        if configuration(name).unit != "token":
            laws.whole_atoms(context)
    assert laws.or_least(compressor.compress, inputs, question=QUESTION, rate=rate) == result


MIXTURES = st.builds(
    CompressionConfig.rag().with_,
    scorer=st.sampled_from(["surprisal", "contrastive", "self-information", "relevance"]),
    unit=st.sampled_from(["atom", "phrase", "sentence", "token"]),
    threshold=st.none() | st.floats(-1, 8),
    order=st.sampled_from(["original", "relevance", "edges"]),
    filter=st.none() | st.just(METHODS["extractive-bm25"].config),
    dynamic_rate=st.sampled_from([0.0, 0.3]),
    neighbours=st.sampled_from([0, 1]),
    diversity=st.sampled_from([0.0, 0.5]),
    must_keep=st.none() | st.just(MustKeep(rules=("numbers",), first=1)),
    segment_tokens=st.just(20),
)
WHOLE = MIXTURES.map(lambda config: config.with_(unit="context", filter=None))


@settings(max_examples=60)
@given(inputs=laws.texts, rate=st.floats(0.05, 1.0), config=MIXTURES | WHOLE)
def test_laws_of_any_mixture(tiny_compressor, o200k, inputs, rate, config):
    """Stages combine freely; the laws do not notice."""
    result = laws.or_least(tiny_compressor(config).compress, inputs, question=QUESTION, rate=rate)
    laws.budget(result, o200k)
    laws.provenance(result, inputs, ordered=config.order == "original")
    for context in result.contexts:
        laws.extractive(context)


@pytest.mark.parametrize("name", BUDGETED)
@pytest.mark.parametrize("rate", [0.3, 0.7])
def test_the_budget_is_used_up(tiny_compressor, o200k, name, rate):
    """Law 1, second half: at least 0.97 of the budget comes out where no unit is large."""
    texts = ["".join(f"Line {n} of {i}: the cat sat, and ran.\n\n" for n in range(120)) for i in range(4)]
    config = configuration(name)
    filtered = config.filter and config.filter.with_(floor=None)
    compressor = tiny_compressor(config.with_(floor=None, filter=filtered))
    result = compressor.compress(texts, question=QUESTION, rate=rate)
    assert 0.97 * result.budget <= result.tokens_after <= result.budget


@pytest.mark.parametrize("name", [name for name in METHODS if not configuration(name).settled("?").strict])
def test_no_unit_that_fits_is_left_out(tiny_compressor, o200k, name):
    """Law 2: adding any dropped unit of a selected context breaks the budget.

    It holds unless units go by relevance.
    """
    compressor = tiny_compressor(name)
    result = compressor.compress(DOCUMENTS * 2, question=QUESTION, rate=0.45)
    spare = result.budget - result.tokens_after
    cut = segmenter(configuration(name), compressor._models)
    for context in result.contexts:
        units = cut(context.original)
        kept = np.array([any(s <= a < e for s, e in context.spans) for a in units.starts.tolist()])
        for unit in np.flatnonzero(~kept):
            more = units.join(np.flatnonzero(kept | with_all_it_needs(units, unit)))
            if configuration(name).filter is None:
                assert o200k(more) - context.tokens_after > spare, units.strings()[unit]


def with_all_it_needs(units, unit):
    """A unit and those that it needs, as a mask."""
    found, waiting = np.zeros(len(units), dtype=bool), [int(unit)]
    while waiting:
        one = waiting.pop()
        if not found[one]:
            found[one] = True
            waiting += units.structure.needs[one] if units.structure else ()
    return found


@pytest.mark.parametrize("name", METHODS)
def test_threads_get_the_same_answers(tiny_compressor, name):
    """Laws 5 and 6: one compressor serves many threads."""
    compressor = tiny_compressor(name)
    inputs = [[text * (1 + n % 3) for text in DOCUMENTS] for n in range(8)]

    def compress(texts):
        return compressor.compress(texts, question=QUESTION, rate=0.4)

    alone = [compress(texts) for texts in inputs]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(compress, inputs)) == alone


@pytest.mark.parametrize("name", METHODS)
def test_nothing_and_blanks(tiny_compressor, name):
    """Law 8: nothing gives nothing, blank contexts pass untouched."""
    compressor = tiny_compressor(name)
    assert compressor.compress([], question=QUESTION, rate=0.5).texts == []
    assert compressor.compress(["", ""], question=QUESTION, rate=0.5).texts == ["", ""]
    inputs = ["  ", *DOCUMENTS, "", "\n\n"]
    result = compressor.compress(inputs, question=QUESTION, rate=0.7)
    passed = {context.index: context.text for context in result.contexts}
    assert (passed[0], passed[4], passed[5]) == ("  ", "", "\n\n")


@pytest.mark.parametrize("name", BUDGETED)
def test_rate_one_is_the_identity(tiny_compressor, name):
    result = tiny_compressor(name).compress(DOCUMENTS, question=QUESTION, rate=1.0)
    assert result.texts == DOCUMENTS


@pytest.mark.parametrize("name", METHODS)
def test_a_question_is_asked_for_by_name(tiny_compressor, name):
    """Methods that need a question say so, with a method that does not; the others work without."""
    compressor = tiny_compressor(name)
    if name in NEEDS_QUESTION:
        with pytest.raises(InvalidRequest, match="needs a question"):
            compressor.compress(DOCUMENTS, rate=0.3)
    else:
        assert compressor.compress(DOCUMENTS, rate=0.3).texts


@pytest.mark.parametrize("name", ["extractive", "extractive-bm25", "extractive-cross-encoder"])
def test_extractive_keeps_whole_sentences(tiny_compressor, name):
    """What comes out are sentences of the input, in their order."""
    result = tiny_compressor(name).compress(DOCUMENTS, question=QUESTION, target_tokens=30)
    for context in result.contexts:
        whole = read(context.original)
        edges = {edge for span in context.spans for edge in span}
        assert edges <= {*whole.starts.tolist(), *whole.ends.tolist()}


def test_bm25_finds_the_sentence():
    """The sentence that shares the question's words is kept, the look-alikes go."""
    compressor = PromptCompressor(config="extractive-bm25")
    result = compressor.compress(DOCUMENTS, question="Which mountain is the tallest?", target_tokens=12)
    assert result.texts == ["Mount Whitney is the tallest mountain in California."]
    assert result.model is None
    assert {gone.index for gone in result.dropped} == {0, 2}


def test_neighbours_come_along():
    """With one neighbour the sentences on either side of the best one are next."""
    text = (
        "It rained. Tea was cold. The tallest mountain is Whitney. It is in California. Dogs bark. Cats sat."
    )
    config = METHODS["extractive-bm25"].config.with_(neighbours=1)
    result = PromptCompressor(config=config).compress(
        [text], question="Which mountain is the tallest?", target_tokens=16
    )
    assert result.texts == ["Tea was cold. The tallest mountain is Whitney. It is in California."]


def test_diversity_makes_repetitions_wait():
    """Of three documents that say the same, one is enough; the next sentence says something else."""
    texts = ["The tallest mountain is Whitney."] * 3 + ["A tall mountain is Mount Shasta, north."]
    question = "Which mountain is the tallest?"
    plain = METHODS["extractive-bm25"].config
    for diversity, expected in ((0.0, {0, 1}), (0.7, {0, 3})):
        compressor = PromptCompressor(config=plain.with_(diversity=diversity))
        result = compressor.compress(texts, question=question, target_tokens=17)
        assert {context.index for context in result.contexts} == expected


def test_a_title_helps_to_rank():
    """A sentence that says "it" is found by its document's title."""
    contexts = [Context("It opened in 2014.", title="Asheville brewery"), Context("It opened in 1920.")]
    compressor = PromptCompressor(config="extractive-bm25")
    result = compressor.compress(contexts, question="When did the Asheville brewery open?", target_tokens=9)
    assert result.texts == ["It opened in 2014."]


class Fixed:
    """A user's own scorer: long words first."""

    name = "longest words"

    def score(self, texts, question, titles):
        return [np.array([float(len(piece)) for piece in units.strings()]) for units in texts]


class Backwards:
    """A user's own ranker: the last text is the best."""

    def rank(self, question, texts):
        return np.arange(len(texts), dtype=float)


@pytest.mark.parametrize("name", [name for name in METHODS if not configuration(name).min_relevance])
def test_a_scorer_of_ones_own(name):
    """An object with the protocol's method serves every method with a rate, and results name it."""
    ranker = Backwards() if configuration(name).ranks or configuration(name).filter else None
    compressor = PromptCompressor(Fixed(), name, ranker=ranker)
    result = compressor.compress(DOCUMENTS, question=QUESTION, rate=0.4)
    assert result.tokens_after <= result.budget
    assert result.model == "longest words"


@pytest.mark.parametrize("name", METHODS)
def test_a_ranker_of_ones_own(tiny_scorer, name):
    """A ranker of one's own decides which context is selected first."""
    plain = {"min_relevance": None, "filter": None, "dynamic_rate": 0.0}
    config = configuration(name).with_(coarse_factor=1.0, scorer="surprisal", **plain)
    compressor = PromptCompressor(tiny_scorer, config, ranker=Backwards())
    result = compressor.compress(DOCUMENTS, question=QUESTION, target_tokens=18)
    assert [context.index for context in result.contexts] == [2]


@pytest.mark.parametrize("ranks", [np.zeros(2), np.zeros((3, 1)), np.array([1.0, np.nan, 0.0])])
def test_a_ranker_that_lies(tiny_scorer, ranks):
    """Another number of ranks than texts, or one that is no number, is named."""

    class Wrong:
        def rank(self, question, texts):
            return ranks

    with pytest.raises(InvalidRequest, match="ranked 3 texts"):
        PromptCompressor(tiny_scorer, "rag", ranker=Wrong()).compress(DOCUMENTS, rate=0.1)


class Altered:
    """A causal scorer whose surprisals something has spoilt on the way."""

    def __init__(self, scorer, spoil):
        self._scorer, self._spoil = scorer, spoil

    def __getattr__(self, name):
        return getattr(self._scorer, name)

    def surprisals(self, batch):
        return [self._spoil(one) for one in self._scorer.surprisals(batch)]

    def read(self, texts, *, lasting=False):
        return [AlteredText(one, self._spoil) for one in self._scorer.read(texts, lasting=lasting)]

    def stream(self, prefix):
        return AlteredStream(self._scorer.stream(prefix), self._spoil)


class AlteredText:
    def __init__(self, text, spoil):
        self._text, self._spoil = text, spoil

    def surprisals(self, begin=0, end=None):
        return self._spoil(self._text.surprisals(begin, end))


class AlteredStream:
    def __init__(self, stream, spoil):
        self._stream, self._spoil, self.keep = stream, spoil, stream.keep

    def score(self, ids):
        return self._spoil(self._stream.score(ids))


@pytest.mark.parametrize("name", ["rag", "llmlingua", "longllmlingua", "selective-context"])
@pytest.mark.parametrize(
    "spoil",
    [
        lambda nats: np.where(np.arange(len(nats)) == len(nats) // 2, np.nan, nats),
        lambda nats: np.full(len(nats), np.inf),
        lambda nats: nats[:-1],
    ],
    ids=["nan", "infinite", "one short"],
)
def test_a_causal_scorer_that_lies(tiny_scorer, name, spoil):
    """Surprisals that are no finite numbers, or one too few, are refused: nothing is chosen by them."""
    config = configuration(name).with_(coarse_factor=None, ranker="bm25", dynamic_rate=0.0)
    with pytest.raises((InvalidRequest, ModelError), match=r"finite|failed to score"):
        PromptCompressor(Altered(tiny_scorer, spoil), config).compress(DOCUMENTS, question=QUESTION, rate=0.5)


@pytest.mark.parametrize("scores", [lambda n: np.zeros(1), lambda n: np.full(n, np.nan)])
def test_a_scorer_that_lies(scores):
    class Wrong:
        name = None

        def score(self, texts, question, titles):
            return [scores(len(units)) for units in texts]

    with pytest.raises(InvalidRequest, match="one finite score for each unit"):
        PromptCompressor(Wrong()).compress(DOCUMENTS, rate=0.5)


@pytest.mark.parametrize("thing", [object(), "smollm2"])
def test_what_is_no_scorer(thing):
    with pytest.raises(InvalidRequest, match="has no method"):
        PromptCompressor(thing)


def test_a_variable_rate(tiny_compressor):
    """A threshold drops what lies below it although the budget has room; above it the budget holds."""
    compressor = PromptCompressor(Fixed(), CompressionConfig.rag().with_(threshold=6.0, coarse_factor=None))
    texts = ["California has bridges that opened near a river."]
    result = compressor.compress(texts, rate=1.0)
    assert result.texts == ["California bridges opened"]
    tight = compressor.compress(texts, target_tokens=2)
    assert tight.tokens_after <= 2


@pytest.mark.parametrize("scorer", ["surprisal", "contrastive", "self-information", "relevance"])
def test_a_threshold_above_everything_leaves_one_unit(tiny_compressor, scorer):
    config = CompressionConfig.rag().with_(scorer=scorer, threshold=1e9, coarse_factor=None)
    texts = ["California has bridges that opened near a river.", "It rained in Oregon."]
    result = tiny_compressor(config).compress(texts, question="Which river?", rate=0.9)
    assert sum(len(context.text.split()) for context in result.contexts) == 1


@pytest.mark.parametrize(("order", "expected"), [("relevance", [2, 1, 0]), ("edges", [2, 0, 1])])
def test_order(tiny_scorer, order, expected):
    """Contexts come out in the order asked for, also where nothing has to go."""
    compressor = PromptCompressor(tiny_scorer, CompressionConfig.rag().with_(order=order), ranker=Backwards())
    for rate in (0.8, 1.0):
        result = compressor.compress(DOCUMENTS, question=QUESTION, rate=rate)
        assert [context.index for context in result.contexts] == expected
        assert result.prompt.startswith(result.contexts[0].text)


def test_must_keep(tiny_compressor):
    """Rules keep numbers, negations, patterns, tokens and first sentences in every selected context."""
    text = (
        "Prices rose. They did not fall before 1,250 shops of ACME-7 closed; AssertionError was raised. End."
    )
    rules = MustKeep(rules=("numbers", "negations"), patterns=(r"\w+Error",), tokens=(";",), last=1)
    config = CompressionConfig.rag().with_(must_keep=rules)
    result = tiny_compressor(config).compress([text * 2], rate=0.7)
    for piece in ("not", "1,250", "ACME-7", ";", "AssertionError", "End."):
        assert piece in result.texts[0], piece
    with pytest.raises(BudgetTooSmall, match="must be kept") as refused:
        tiny_compressor(config).compress([text * 2], target_tokens=5)
    assert refused.value.smallest > 5


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ({"rules": ("number",)}, "no rule 'number'"),
        ({"rules": "numbers"}, "must be a tuple"),
        ({"patterns": ("(",)}, "patterns"),
        ({"first": -1}, "negative"),
    ],
)
def test_rules_that_cannot_be(rules, message):
    with pytest.raises(InvalidRequest, match=message):
        MustKeep(**rules)


def test_a_hybrid_prunes_within_the_filters_sentences(tiny_compressor):
    """Nothing comes out that the filter did not let through."""
    config = METHODS["hybrid"].config.with_(filter=METHODS["extractive-bm25"].config, filter_factor=1.5)
    documents = DOCUMENTS * 3
    hybrid = tiny_compressor(config).compress(documents, question=QUESTION, target_tokens=40)
    coarse = PromptCompressor(config="extractive-bm25").compress(
        documents, question=QUESTION, target_tokens=60
    )
    through = {context.index: context.spans for context in coarse.contexts}
    for context in hybrid.contexts:
        for start, end in context.spans:
            assert any(a <= start and end <= b for a, b in through[context.index])
    assert hybrid.tokens_after == min(40, coarse.tokens_after)


def test_source_code_keeps_whole_lines(tiny_compressor):
    code = "def f(x):\n    if x:\n        return 1\n\n    return 2\n" * 5
    result = tiny_compressor("rag").compress([Context(code, kind="python")], rate=0.4)
    lines = {line.rstrip() for line in code.splitlines()} | {"    ..."}
    assert {line for line in result.texts[0].split("\n") if line.strip()} <= lines


UNMODELLED = ("extractive-bm25", "salience", "steps")


@pytest.mark.parametrize("name", METHODS)
def test_compressors_copy_and_pickle(name):
    """A compressor that was described by names is a value: it can be copied and pickled."""
    compressor = PromptCompressor.from_pretrained(None if name in UNMODELLED else "some-model", name)
    for again in (copy.deepcopy(compressor), pickle.loads(pickle.dumps(compressor))):
        assert again.config == compressor.config
        assert repr(again) == repr(compressor)


def test_the_nearest_method_is_named():
    with pytest.raises(InvalidRequest, match=r"'longlingua'.*mean 'longllmlingua'"):
        PromptCompressor(config="longlingua")


def test_a_classifier_has_to_be_named():
    with pytest.raises(InvalidRequest, match="microsoft/llmlingua-2"):
        PromptCompressor(config="llmlingua2").compress(DOCUMENTS, rate=0.5)


@pytest.mark.parametrize(
    ("model", "config", "message"),
    [
        ("extractive-bm25", None, "is a method, not a model"),
        ("a-model", "extractive-bm25", "uses no model"),
    ],
)
def test_models_and_methods_are_not_mixed_up(model, config, message):
    with pytest.raises(InvalidRequest, match=message):
        PromptCompressor.from_pretrained(model, config)


@pytest.mark.parametrize("name", ["rag", "extractive-bm25"])
def test_a_rate_of_its_own_is_a_ceiling(tiny_compressor, name):
    """A context keeps no more than its own share, however much room the budget has."""
    text = "The cat sat here. Dogs bark. It rained all day long. Tea was cold. " * 4
    contexts = [Context(text, rate=0.25), text]
    result = tiny_compressor(name).compress(contexts, question="cat", rate=1.0)
    own, other = result.contexts
    assert own.tokens_after <= 0.25 * own.tokens_before + 1
    assert other.text == text.strip()


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("rate", [0.4, 0.6])
def test_the_head_of_a_table_comes_before_its_rows(tiny_compressor, o200k, name, rate):
    """Where a row stays, its table's head does, unless the budget ends between the two."""
    head = "| fruit | price |\n|---|---|"
    rows = [f"| {fruit} | {len(fruit)} |" for fruit in ("apple", "pear", "quince", "medlar")]
    text = "\n".join(["Prices of today follow in a table.", "", head, *rows, "", "Then it closes."])
    result = laws.or_least(
        tiny_compressor(name).compress, [text], question="What does a quince cost?", rate=rate
    )
    for kept in result.texts:
        if configuration(name).unit != "token" and any(row in kept for row in rows) and head not in kept:
            assert result.budget - result.tokens_after < o200k(head)


def test_whole_contexts_to_a_budget(tiny_compressor, o200k):
    """The best that fit, untouched; without a question by perplexity."""
    config = CompressionConfig.rag().with_(unit="context", scorer="relevance", coarse_factor=None)
    result = tiny_compressor(config).compress(DOCUMENTS, question="opened near a river", target_tokens=40)
    assert set(result.texts) < set(DOCUMENTS)
    assert DOCUMENTS[0] in result.texts
    least = min(o200k(one.original) for one in result.dropped)
    assert result.budget - result.tokens_after < least
    by_perplexity = tiny_compressor(config.with_(ranker="perplexity"))
    assert len(by_perplexity.compress(DOCUMENTS, target_tokens=40).texts) >= 1
    with pytest.raises(InvalidRequest, match="keeps them whole"):
        config.with_(filter=CompressionConfig.rag().with_(unit="sentence"))


@pytest.mark.parametrize("change", [{"order": "edges"}, {"dynamic_rate": 0.3}, {"coarse_factor": 2.0}])
@pytest.mark.parametrize("name", ["extractive-bm25", "extractive-fusion", "salience"])
def test_what_ranks_by_the_question_says_so_before_any_model_is_loaded(monkeypatch, name, change):
    """Without a question nothing is fetched that could not help."""

    def refuse(request):
        raise AssertionError(f"{request.name} was loaded")

    monkeypatch.setattr(loading, "_loaded", refuse)
    compressor = PromptCompressor(config=METHODS[name].config.with_(**change))
    with pytest.raises(InvalidRequest, match="needs a question"):
        compressor.compress(DOCUMENTS, rate=0.3)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (lambda scorer: PromptCompressor(scorer), "Choose a method that does: rag"),
        (lambda scorer: PromptCompressor(scorer, "extractive-bm25"), "does not use"),
        (lambda scorer: PromptCompressor(config="llmlingua2", ranker=Backwards()), "does not rank"),
        (lambda scorer: PromptCompressor.from_pretrained("all-minilm-l6-v2", "salience"), "uses no model"),
        (lambda scorer: PromptCompressor.from_pretrained("smollm2-135m-q4_1"), "Name the method"),
        (lambda scorer: PromptCompressor.from_pretrained("owner/unheard-of"), "Name the method"),
    ],
)
def test_what_would_be_ignored_is_refused(tiny_scorer, given, message):
    """Nothing that the caller gives is without effect."""
    with pytest.raises(InvalidRequest, match=message):
        given(tiny_scorer)


@pytest.mark.parametrize("ranker", ["perplexity", "question-perplexity"])
@pytest.mark.parametrize("scorer", ["auto", "relevance"])
def test_a_causal_model_can_rank_sentences(tiny_scorer, ranker, scorer):
    compressor = PromptCompressor(tiny_scorer, CompressionConfig(scorer=scorer, ranker=ranker))
    result = compressor.compress(DOCUMENTS, question=QUESTION, rate=0.5)
    assert tiny_scorer.name in result.model


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("encoder", "extractive-fusion"),
        ("cross-encoder", "extractive-cross-encoder"),
        ("classifier", "llmlingua2"),
    ],
)
def test_a_model_without_a_method_is_used_for_what_it_is(tiny_encoders, kind, name):
    """Known by the configuration in its folder, without loading it."""
    compressor = PromptCompressor.from_pretrained(tiny_encoders[kind])
    assert compressor.config == METHODS[name].config
    result = compressor.compress(DOCUMENTS, question=QUESTION, rate=0.5)
    assert tiny_encoders[kind] in str(result.model)


def test_the_default_is_one(tiny_compressor):
    """Everywhere the same: whole sentences by the question, and by salience without one."""
    assert CompressionConfig() == METHODS["extractive-fusion"].config.with_(scorer="auto")
    for question, name in ((QUESTION, "extractive-fusion"), (None, "salience")):
        default = tiny_compressor(CompressionConfig()).compress(DOCUMENTS, question=question, rate=0.4)
        named = tiny_compressor(name).compress(DOCUMENTS, question=question, rate=0.4)
        assert default == named
