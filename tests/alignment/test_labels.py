"""Words that a compressed text kept, and classifiers that learn them."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from transformers import AutoTokenizer, BertConfig, BertModel, set_seed

import lingua_integrations.alignment.labels as labelling_module
from lingua_integrations import PromptCompressor
from lingua_integrations.alignment.align import Alignment
from lingua_integrations.alignment.classifier import RECIPE, examples
from lingua_integrations.alignment.collect import collect
from lingua_integrations.alignment.labelling import evidence, labelled, read_labels, requests
from lingua_integrations.alignment.labels import Labelled, align, chunks, request, trusted
from lingua_integrations.alignment.responders import Said
from lingua_integrations.core.models.encoder import Encoder
from lingua_integrations.core.prune.scorers.token_classifier import TokenClassifier
from lingua_integrations.core.request import Context
from lingua_integrations.core.text.atoms import segment
from lingua_integrations.errors import InvalidRequest
from lingua_integrations.evaluation.cases import Case

TEXT = "The old man was walking slowly. The old dog was not walking at all."
QUICK = RECIPE.with_(epochs=6, learning_rate=3e-3, batch=8, held_out=0.2)


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty store."""
    monkeypatch.setenv("LINGUA_HOME", str(tmp_path / "home"))


@pytest.fixture(scope="session")
def fresh(tmp_path_factory, tiny_encoders):
    """A folder with an encoder that has learnt nothing, and can."""
    folder = tmp_path_factory.mktemp("fresh") / "encoder"
    config = BertConfig.from_pretrained(tiny_encoders["encoder"])
    config.initializer_range = 0.02
    set_seed(0)
    BertModel(config).save_pretrained(folder)
    AutoTokenizer.from_pretrained(tiny_encoders["encoder"]).save_pretrained(folder)
    return str(folder)


def kept(found):
    return [found.text[start:end] for start, end in found.kept]


def places(found):
    starts = segment(found.text).starts.tolist()
    return [starts.index(start) for start, _ in found.kept]


def test_words_are_found_in_order():
    """Each takes the next of its kind: the second dog sentence's words are not the first's."""
    found = align(TEXT, "old man walking. old dog not walking.")
    assert kept(found) == ["old", "man", "walking", ".", "old", "dog", "not", "walking", "."]
    assert places(found) == [1, 2, 4, 6, 8, 9, 11, 12, 15]
    assert (found.variation, found.gap) == (0, 0)


def test_words_that_moved_or_changed():
    """Backwards where nothing comes after; endings do not matter; new words are variation."""
    found = align("one two three walking five", "walked one SIX")
    assert kept(found) == ["one", "walking"]
    assert found.variation == pytest.approx(1 / 3)


def test_a_gap_by_hand():
    """Of 12 words with the same word 600 places apart, the far one cannot be aligned after the near one."""
    text = "start " + "x " * 600 + "start"
    near = align(text, "start")
    assert near.gap == 0
    far = align(text, "start start")
    assert len(far.kept) == 1
    assert far.gap == pytest.approx(1 / 602)


def test_the_worst_are_left_out():
    """Of forty texts two for variation, and of the other 38 three for the gap."""
    plain = [align(f"word{number} stays here", f"word{number} stays") for number in range(35)]
    odd = [align("a text", "something else")] * 2
    gaps = [align("start " + "x " * 600 + "start", "start start")] * 3
    left = trusted([*plain[:20], *odd, *gaps, *plain[20:]])
    assert left == plain
    assert trusted(plain[:3]) == plain[:3]


texts = st.text(st.sampled_from("ab .,\n漢🎉é1"), max_size=80)


@given(texts, st.randoms(use_true_random=False))
def test_what_only_leaves_words_out_is_found_again(text, rng):
    """Nothing varies, and as many words are labelled as could be aligned."""
    words = segment(text).strings()
    left = [word for word in words if rng.random() < 0.5]
    found = align(text, " ".join(left))
    again = segment(" ".join(left)).strings()
    if again == left:  # words that were apart may make another one side by side
        assert found.variation == 0
        assert len(found.kept) + round(found.gap * max(1, len(words))) == len(left)
    starts = [start for start, _ in found.kept]
    assert starts == sorted(set(starts))
    assert all(text[start:end] in words for start, end in found.kept)
    assert align(text, text).kept == tuple(zip(segment(text).starts, segment(text).ends, strict=True))


@given(
    st.lists(st.sampled_from(["A short one. ", "Another sentence, of more words, comes here. "]), max_size=90)
)
def test_chunks_hold_whole_sentences(parts):
    text = "".join(parts)
    pieces = list(chunks([text]))
    assert "".join(pieces) == text
    assert all(len(piece) <= labelling_module.CHUNK for piece in pieces)
    assert all(piece.rstrip().endswith(".") for piece in pieces)


def test_labels_from_a_target(tmp_path):
    """Pieces are asked for once; what comes back is aligned to the piece."""

    class Dropping:
        name, workers, batch = "dropping", 1, 1

        def respond(self, prompts):
            return [Said(prompt[-1].content.partition("\n\n")[2].replace("old ", "")) for prompt in prompts]

    asked = requests([TEXT, TEXT])
    assert asked == {request(TEXT): TEXT}
    (found,) = labelled(asked, collect(asked, Dropping(), tmp_path / "responses.jsonl"))
    gone = set(segment(TEXT).strings()) - {found.text[start:end] for start, end in found.kept}
    assert gone == {"old"}


def test_labels_from_a_file(tmp_path):
    rows = [
        {"text": TEXT, "kept": [[4, 7], [8, 11]], "question": "Who?", "title": "A man"},
        {"text": TEXT, "compressed": "old man", "question": "Who?"},
        {"text": TEXT},
        {"text": TEXT, "kept": [[4, 400]]},
        {"text": TEXT, "kept": [[4]]},
        {"text": TEXT, "kept": [[4, 7]], "question": 3},
        {"kept": []},
    ]
    path = tmp_path / "labels.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    found = read_labels(path)
    assert found.good[0] == Labelled(TEXT, ((4, 7), (8, 11)), "Who?", "A man")
    assert found.good[1].kept == ((4, 7), (8, 11))
    assert [one.line for one in found.rejected] == [3, 4, 5, 6, 7]


def test_evidence_of_known_answers():
    """The sentence with the answer, in every document that has it; relevant spans where they are known."""
    documents = (Context("Emma is a novel. Jane Austen wrote it.", title="Emma"), Context("Ulysses is long."))
    cases = [
        Case("1", "Who wrote Emma?", documents, ("Jane Austen",)),
        Case("2", "What is long?", documents, ("?",), ((1, 0, 7),)),
        Case("3", "Who wrote Iliad?", documents, ("Homer",)),
    ]
    found = list(evidence(cases))
    assert [[one.text[start:end] for start, end in one.kept] for one in found] == [
        ["Jane Austen wrote it."],
        [],
        [],
        ["Ulysses"],
    ]
    assert found[0].question == "Who wrote Emma?"
    assert not list(
        evidence(cases, skip=1)
    )  # what one is judged by is not learnt from under another question
    assert found[0].title == "Emma"


@pytest.mark.parametrize("question", ["", "Who was it, and when?"])
def test_rows_of_a_labelled_text(tiny_encoders, question):
    """Every token of the text is in one window, with its label; what stands around it is ignored."""
    encoder = Encoder(tiny_encoders["encoder"], "embedding")
    one = Labelled("the cat sat on a mat. " * 12, ((4, 11),), question, "A cat")
    rows = list(examples(one, encoder))
    assert len(rows) > 1
    assert all(len(row["input_ids"]) <= encoder.window for row in rows)
    inside = [
        (token, label)
        for row in rows
        for token, label in zip(row["input_ids"], row["labels"], strict=True)
        if label != -100
    ]
    assert [token for token, _ in inside] == encoder.ids_of(one.text)
    encoding = encoder.loaded.backend.encode(one.text, add_special_tokens=False)
    assert [label for _, label in inside] == [int(s < 11 and e > 4) for s, e in encoding.offsets]


def teach(encoder, out, work, question=""):
    """A classifier that is to keep digits; or, with a question, what the question names."""
    rng = np.random.default_rng(0)
    rows = []
    for _ in range(400 if question else 120):
        words = rng.choice(["the", "cat", "sat", "1969", "on", "3.14", "a", "mat"], 12).tolist()
        text = " ".join(words)
        wanted = {"cat", "mat"} if question and rng.random() < 0.5 else {"1969", "3.14"}
        spans, at = [], 0
        for word in words:
            spans += [(at, at + len(word))] if word in wanted else []
            at += len(word) + 1
        asked = ("cat" if "cat" in wanted else "1969") if question else ""
        rows.append(Labelled(text, tuple(spans), asked))
    return Alignment(out, work, encoder, QUICK).train_classifier(rows, progress=False)


def test_a_classifier_that_learns(home, tmp_path, fresh):
    """It keeps digits, in the method llmlingua2, under its own name."""
    trained = teach(fresh, "digits", tmp_path / "work")
    assert trained.curve.gain > 0.3
    compressor = PromptCompressor.from_pretrained("digits", "llmlingua2")
    result = compressor.compress(["the cat 1969 sat on 3.14 the mat"], target_tokens=8)
    assert "1969" in result.texts[0]
    assert "3.14" in result.texts[0]


def test_a_classifier_that_reads_the_question(home, tmp_path, fresh):
    """The same text, two questions: what the question is about scores higher than what the other is about."""
    teach(fresh, "asked", tmp_path / "work", question="yes")
    scorer = TokenClassifier("asked")
    units = segment("the cat 1969 sat on the mat 3.14")
    cat = units.strings().index("cat")
    year = units.strings().index("1969")
    (animals,) = scorer.score([units], "cat", [None])
    (numbers,) = scorer.score([units], "1969", [None])
    assert animals[cat] > animals[year]
    assert numbers[year] > numbers[cat]
    (without,) = scorer.score([units], "", [None])
    assert len(without) == len(units)


def test_classifiers_of_nothing(home, tmp_path, tiny_encoders):
    alignment = Alignment("mine", tmp_path, tiny_encoders["encoder"], QUICK)
    with pytest.raises(InvalidRequest, match="anything to keep"):
        alignment.train_classifier([Labelled("a text", ())] * 4)
    with pytest.raises(InvalidRequest, match="has a question, or none"):
        alignment.train_classifier([Labelled("a", ((0, 1),), "Who?"), Labelled("a", ((0, 1),))])
    with pytest.raises(InvalidRequest, match="no labelled text"):
        alignment.train_classifier([])
