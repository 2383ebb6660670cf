"""LLMLingua-2: labels, windows, and the reference's own numbers on the same weights."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from lingua_integrations import CompressionConfig, PromptCompressor
from lingua_integrations.core.models.labels import KEEP, label_of
from lingua_integrations.core.prune.scorers.token_classifier import TokenClassifier
from lingua_integrations.core.text.atoms import segment
from lingua_integrations.core.text.units import from_spans
from lingua_integrations.errors import UnsupportedModel

GOLDEN = Path(__file__).parents[2] / "goldens" / "llmlingua2"
CASES = json.loads((GOLDEN / "golden.json").read_text())


def words_of(case):
    """The reference's words as units of the text."""
    spans, end = [], 0
    for word in case["words"]:
        start = case["text"].lower().index(word, end)
        end = start + len(word)
        spans.append((start, end))
    return from_spans(case["text"], spans)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['text'][:12]}-{case['rate']}")
def test_word_by_word_as_the_reference(case):
    """Golden: `python tests/goldens/regenerate_llmlingua2.py` writes it. Words' probabilities are equal."""
    classifier = TokenClassifier(str(GOLDEN / "bert-base-multilingual-cased"), dtype="float32")
    units = words_of(case)
    (scores,) = classifier.score([units], "", [None])
    assert scores == pytest.approx(case["probabilities"], abs=1e-5)
    # Where the two should agree: with as many words as the reference keeps, they are the same ones.
    n = sum(case["kept"])
    best = set(np.argsort(-scores)[:n].tolist())
    assert best == {i for i, kept in enumerate(case["kept"]) if kept}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['text'][:12]}-{case['rate']}")
def test_known_differences_to_the_reference(case):
    """Ours cuts from the text and uses up the budget; the reference rebuilds words and misses its rate."""
    compressor = PromptCompressor(
        TokenClassifier(str(GOLDEN / "bert-base-multilingual-cased"), dtype="float32"),
        CompressionConfig.rag().with_(coarse_factor=None),
    )
    result = compressor.compress([case["text"]], rate=case["rate"])
    assert all(piece in case["text"] for piece in result.texts[0].split())  # "the" for "The" in the reference
    assert result.tokens_after == result.budget
    assert case["output"] == case["output"].lower()
    assert len(result.texts[0].split()) >= 0.6 * sum(case["kept"])  # numbers bring what they bind


def labels(*names):
    return SimpleNamespace(id2label=dict(enumerate(names)))


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("LABEL_0", "LABEL_1"), 1),
        (("0", "1"), 1),
        (("keep", "drop"), 0),
        (("DROP", "KEEP"), 1),
        (("discard", "other"), 1),
        (("not_important", "preserve"), 1),
        (("O", "B-drop", "B-keep"), 2),
        (("score",), None),
    ],
)
def test_labels(names, expected):
    """What a label means is read from its name; of nameless ones the second means keep, as published."""
    assert label_of(labels(*names), KEEP) == expected


@pytest.mark.parametrize("names", [("O", "PER"), ("LABEL_0", "LABEL_1", "LABEL_2"), ("keep_a", "keep_b")])
def test_labels_that_do_not_say(names):
    with pytest.raises(UnsupportedModel, match="which label"):
        label_of(labels(*names), KEEP)


def test_a_long_text_has_a_score_for_every_unit(tiny_encoders):
    """Beyond the window of 64 tokens, too, and the same whatever else is in the batch."""
    classifier = TokenClassifier(tiny_encoders["classifier"], dtype="float32")
    long = segment("The cat sat on the mat, number 12. " * 40)
    short = segment("a cat")
    (alone,) = classifier.score([long], "", [None])
    together = classifier.score([short, long], "", [None, None])[1]
    assert len(alone) == len(long) and (alone > 0).all() and (alone < 1).all()
    assert together == pytest.approx(alone, abs=1e-5)


@pytest.fixture(scope="module")
def trained(tiny_encoders, tmp_path_factory):
    """A small classifier trained here, to keep words with a capital letter or a digit."""
    from transformers import AutoConfig, AutoModelForTokenClassification, AutoTokenizer, set_seed

    set_seed(1)
    tokenizer = AutoTokenizer.from_pretrained(tiny_encoders["classifier"])
    config = AutoConfig.from_pretrained(tiny_encoders["classifier"], initializer_range=0.05)
    model = AutoModelForTokenClassification.from_config(config)
    text = "the cat sat on a mat and ran 1969 3.14 don't Python Anna the 42 Bob on a the and Carl ran"
    rng, words = np.random.default_rng(0), text.split()
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    model.train()
    for _ in range(250):
        row = " ".join(rng.permutation(words)[:16])
        encoded = tokenizer(row, return_offsets_mapping=True, return_tensors="pt")
        owner = np.cumsum([0, *(char == " " for char in row)])  # of each character
        chosen = [any(char.isupper() or char.isdigit() for char in word) for word in row.split()]
        targets = [
            int(chosen[owner[end]]) if end > start else -100
            for start, end in encoded.pop("offset_mapping")[0].tolist()
        ]
        loss = model(**encoded, labels=torch.tensor([targets])).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    folder = tmp_path_factory.mktemp("trained")
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return str(folder)


def test_a_trained_classifier_keeps_what_it_was_taught(trained):
    """Half of the text goes: the words without capitals and digits."""
    compressor = PromptCompressor.from_pretrained(trained, "llmlingua2")
    text = "Anna sat on a mat and Bob ran on the mat 1969 and a cat and Carl sat on 42"
    result = compressor.compress([text], rate=0.5)
    for word in ("Anna", "Bob", "Carl", "1969", "42"):
        assert word in result.texts[0].split()
    assert result.model.startswith(trained)


def test_a_classifier_of_question_and_text(trained):
    """As QuerySelect is: where the configuration does not say it, the caller does."""
    units = segment("Anna sat 1969")
    (blind,) = TokenClassifier(trained).score([units], "Who sat?", [None])
    (alone,) = TokenClassifier(trained).score([units], "", [None])
    (asked,) = TokenClassifier(trained, reads_question=True).score([units], "Who sat?", [None])
    assert blind.tolist() == alone.tolist()
    assert not np.allclose(asked, blind)


@pytest.mark.parametrize("how", ["mean", "max", "sum"])
def test_unit_scores(trained, how):
    """Units' scores come from their tokens' probabilities in the way that is asked for."""
    units = segment("Anna sat 1969")
    classifier = TokenClassifier(trained, unit_score=how)
    (scores,) = classifier.score([units], "", [None])
    assert scores[0] > scores[1]
    assert (scores <= 1).all() or how == "sum"
