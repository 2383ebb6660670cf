"""Pruners of the hub: each on random weights of its layout, against its formula written down once more."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import accumulate, pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file
from torch import nn
from torch.nn import functional
from transformers import GemmaConfig, GemmaForCausalLM, set_seed

import tiny_hub as hub
from lingua_integrations import Context, PromptCompressor
from lingua_integrations.core.methods import METHODS
from lingua_integrations.core.models.pruners.rows import windows
from lingua_integrations.core.prune.scorers.token_classifier import TokenClassifier
from lingua_integrations.core.store.resolve import kind_of
from lingua_integrations.core.text.documents import read
from lingua_integrations.errors import InvalidRequest, UnsupportedModel

QUESTION = "Who wrote Emma?"
SENTENCES = ["Emma came out in 1815. ", "The author was Jane Austen. ", "Jane rained."]
TEXT = "".join(SENTENCES)
LINES = ["2024 ERROR it rained", "2024 INFO Jane Austen came out", "2024 INFO the novel cost $ 5"]
CLS, SEP, LINE = 0, 2, 4


def means(values, lengths):
    """The mean of each of some stretches of values that follow one another."""
    ends = list(accumulate(lengths))
    return [float(values[end - n : end].mean()) for end, n in zip(ends, lengths, strict=True)]


def owner(text, span, edges):
    """The stretch in which a token's first visible character lies; white space alone belongs to the next."""
    place = span[0] + len(text[span[0] : span[1]]) - len(text[span[0] : span[1]].lstrip())
    return sum(place >= edge for edge in edges)


def mean_of(keep, owners, n=3):
    """The mean of what each of n stretches owns."""
    return [float(np.mean([float(k) for k, o in zip(keep, owners, strict=True) if o == i])) for i in range(n)]


def open_provence(folder, prefix="ranking_model."):
    """Softmax of a head on the states before the final norm; the sigmoid of the reranker's logit ranks."""
    model, head = hub.modern_reranker(), hub.linear(hub.WIDTH, 2)
    config = {
        "model_type": "open_provence",
        "architectures": ["OpenProvenceForSequenceClassification"],
        "base_model_config": model.config.to_dict(),
        "pruning_config": {"hidden_size": hub.WIDTH, "num_labels": 2, "sentence_pooling": "mean"},
        "num_labels": 1,
        "max_length": 512,
        "default_threadshold": 0.07,
    }
    tensors = hub.prefixed(prefix, model) | hub.prefixed("pruning_head.classifier.", head)
    hub.write(folder, config, tensors)
    parts = [hub.ids_of(one) for one in SENTENCES]
    ids = hub.row(CLS, hub.ids_of(QUESTION), SEP, *parts, SEP)
    rank = model(ids).logits[0, 0].sigmoid().item()
    model.model.final_norm = nn.Identity()  # and so the last states are those before it
    raw = model.model(ids).last_hidden_state[0]
    keep = functional.softmax(head(raw), -1)[:, 1]
    before = 2 + len(hub.ids_of(QUESTION))
    return means(keep[before:], [len(part) for part in parts]), rank, 0.07


def legacy_open_provence(folder):
    """The same with the reranker's keys as they are."""
    return open_provence(folder, prefix="")


def provence(folder):
    """One string with a separator in it; relevance is the first logit."""
    model, head = hub.deberta_reranker(), hub.linear(hub.WIDTH, 2)
    config = {**model.config.to_dict(), "model_type": "Provence", "architectures": ["Provence"]}
    hub.write(folder, config, hub.prefixed("", model) | hub.prefixed("token_classifier.", head))
    lead = "who wrote emma [SEP] "
    found = hub.tokenizer()(lead + TEXT, return_offsets_mapping=True)
    ids = hub.row(found.input_ids)
    keep = functional.softmax(head(model.deberta(ids).last_hidden_state[0]), -1)[:, 1]
    edges = list(accumulate(map(len, SENTENCES[:2]), initial=len(lead)))
    own = [
        (k, span)
        for k, span in zip(keep[1:-1], found.offset_mapping[1:-1], strict=True)
        if span[1] > len(lead)
    ]
    scores = mean_of([k for k, _ in own], [owner(lead + TEXT, span, edges[1:]) for _, span in own])
    return scores, model(ids).logits[0, 0].item(), 0.1


def xprovence(folder):
    """One separator; sentences behind the first with a space in front; relevance from the pooler."""
    model, rank, head = hub.roberta_encoder(), hub.linear(hub.WIDTH, 1), hub.linear(hub.WIDTH, 2)
    config = {**model.config.to_dict(), "model_type": "xlm-roberta", "architectures": ["XProvence"]}
    tensors = hub.prefixed("roberta.", model) | hub.prefixed("classifier.", rank)
    hub.write(folder, config, tensors | hub.prefixed("token_classifier.", head))
    sentences = [SENTENCES[0].strip(), *(" " + one.strip() for one in SENTENCES[1:])]
    parts = [hub.ids_of(one) for one in sentences]
    ids = hub.row(CLS, hub.ids_of(QUESTION), SEP, *parts, SEP)
    outputs = model(ids)
    keep = functional.softmax(head(outputs.last_hidden_state[0]), -1)[:, 1]
    before = 2 + len(hub.ids_of(QUESTION))
    scores = means(keep[before:], [len(part) for part in parts])
    return scores, rank(outputs.pooler_output)[0, 0].item(), 0.3


def verbatim_rag(folder):
    """A stock token classifier of question and text: all labels but the first."""
    model = hub.modern_labeller(3)
    config = {**model.config.to_dict(), "auto_map": {"AutoModel": "modeling_verbatim.VerbatimHighlighter"}}
    hub.write(folder, config | {"architectures": ["ModernBertForTokenClassification"]}, model.state_dict())
    found = hub.tokenizer()(QUESTION, TEXT, return_offsets_mapping=True)
    keep = functional.softmax(model(hub.row(found.input_ids)).logits[0], -1)[:, 1:].sum(-1)
    own = [place for place, which in enumerate(found.sequence_ids()) if which == 1]
    edges = list(accumulate(map(len, SENTENCES[:2])))
    scores = mean_of([keep[p] for p in own], [owner(TEXT, found.offset_mapping[p], edges) for p in own])
    return scores, max(scores), 0.2


def kompress(folder):
    """A token's own probability, lowered where a convolution over its neighbours finds nothing."""
    model, head = hub.modern_encoder(), hub.linear(hub.WIDTH, 2)
    span = nn.Sequential(nn.Conv1d(hub.WIDTH, 256, 5, padding=2), nn.GELU(), nn.Conv1d(256, 1, 3, padding=1))
    config = {"model_type": "kompress_v2", "encoder_config": model.config.to_dict()}
    tensors = hub.prefixed("encoder.", model) | hub.prefixed("token_head.", head)
    hub.write(folder, config, tensors | hub.prefixed("span_conv.", span))
    found = hub.tokenizer()(TEXT, return_offsets_mapping=True)
    states = model(hub.row(found.input_ids)).last_hidden_state
    near = span(states.transpose(1, 2))[0, 0].sigmoid()
    keep = (functional.softmax(head(states[0]), -1)[:, 1] * (0.5 + 0.5 * near))[1:-1]
    edges = list(accumulate(map(len, SENTENCES[:2])))
    return mean_of(keep, [owner(TEXT, span, edges) for span in found.offset_mapping[1:-1]]), None, 0.5


def _squeez(folder, model_type):
    model, head = hub.modern_encoder(), hub.linear(hub.WIDTH, 2)
    config = {"model_type": model_type, "encoder_config": model.config.to_dict(), "num_labels": 2}
    hub.write(folder, config, hub.prefixed("encoder.", model) | hub.prefixed("classifier.", head))
    parts = [hub.ids_of(line) for line in LINES]
    ids = hub.row(CLS, hub.ids_of(QUESTION), SEP, parts[0], LINE, parts[1], LINE, parts[2], SEP)
    states = model(ids).last_hidden_state[0]
    begins = list(accumulate([2 + len(hub.ids_of(QUESTION)), len(parts[0]) + 1, len(parts[1]) + 1]))
    return head, [states[begin : begin + len(part)] for begin, part in zip(begins, parts, strict=True)]


def squeez(folder):
    """The best token of a line."""
    head, lines = _squeez(folder, "squeez-encoder")
    scores = [functional.softmax(head(line), -1)[:, 1].max().item() for line in lines]
    return scores, None, 0.5


def squeez_pooled(folder):
    """The label of a line's mean state."""
    head, lines = _squeez(folder, "squeez-pooled")
    return [functional.softmax(head(line.mean(0)), -1)[1].item() for line in lines], None, 0.5


def swe_pruner(folder):
    """Attention over three layers' states, and two layers on that; "yes" against "no" ranks."""
    model = hub.qwen3_body()
    width = 3 * 16
    fusion, norm = nn.MultiheadAttention(width, 8, batch_first=True), nn.LayerNorm(width)
    head = nn.Sequential(
        nn.LayerNorm(width), nn.Linear(width, 20), nn.GELU(), nn.Dropout(0.4), nn.Linear(20, 2)
    ).eval()
    config = {"model_type": "swepruner", "bottleneck": 20, "compression_head_type": "crf", "num_heads": 8}
    tensors = hub.prefixed("model.backbone.", model) | hub.prefixed("model.fusion_layers.0.", fusion)
    tensors |= hub.prefixed("model.fusion_norms.0.", norm)
    tensors |= hub.prefixed("model.compression_head.feature_extractor.", head)
    crf = "model.compression_head.crf."
    tensors |= {f"{crf}transitions": torch.ones(2, 2), f"{crf}start_transitions": torch.ones(2)}
    hub.write(folder, config, tensors | {f"{crf}end_transitions": torch.ones(2)}, window=8192)
    before = hub.ids_of(
        "<|im_start|>system\nJudge whether the Document meets the requirements based on the Query and the "
        'Instruct provided. Note that the answer can only be "yes" or "no".<|im_end|>\n<|im_start|>user\n'
    ) + hub.ids_of(
        "<Instruct>: Given a query, judge if the document(code) is related to query.\n"
        f"<Query>: {QUESTION}\n<Document>: "
    )
    after = hub.ids_of("<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n")
    text = "\n".join(LINES)
    found = hub.tokenizer()(text, add_special_tokens=False, return_offsets_mapping=True)
    outputs = model(hub.row(before, found.input_ids, after), output_hidden_states=True)
    states = torch.cat([outputs.hidden_states[1], outputs.hidden_states[2], outputs.hidden_states[4]], -1)
    fused = norm(fusion(states, states, states)[0] + states)
    logits = head(fused)[0, len(before) : -len(after)]
    keep = (logits[:, 1] - logits[:, 0]).sigmoid()
    of_characters = [[], [], []]
    for (start, end), one in zip(found.offset_mapping, keep, strict=True):
        if text[start:end] != "\n":
            of_characters[text[:end].count("\n")] += [one.item()] * (end - start)
        else:  # a line break stands in front of the next line
            of_characters[text[:end].count("\n")] += [one.item()]
    words = model.get_input_embeddings().weight
    last = outputs.last_hidden_state[0, -1]
    rank = functional.softmax(torch.stack([words[6] @ last, words[5] @ last]), -1)[1].item()
    return [float(np.mean(one)) for one in of_characters], rank, 0.5


def test_updates_to_a_language_model_that_is_asked_about_each_sentence(tmp_path):
    """EXIT: low-rank updates to Gemma, and "Yes" against "No" behind each sentence in its context."""
    base, folder = tmp_path / "gemma-2b-it", tmp_path / "exit"
    config = GemmaConfig(
        vocab_size=len(hub.tokenizer()),
        hidden_size=16,
        head_dim=8,
        intermediate_size=24,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        max_position_embeddings=8192,
        pad_token_id=1,
        initializer_range=0.4,
    )
    set_seed(7)
    model = GemmaForCausalLM(config).eval()
    model.save_pretrained(base)
    hub.tokenizer(8192).save_pretrained(base)
    a, b = torch.randn(4, 16), torch.randn(16, 4)
    described = {"peft_type": "LORA", "base_model_name_or_path": str(base), "r": 4, "lora_alpha": 8}
    folder.mkdir()
    (folder / "adapter_config.json").write_text(json.dumps(described))
    stem = "base_model.model.model.layers.1.self_attn.q_proj"
    save_file({f"{stem}.lora_A.weight": a, f"{stem}.lora_B.weight": b}, folder / "adapter_model.safetensors")
    model.model.layers[1].self_attn.q_proj.weight.data += 2 * (b @ a)
    expected = []
    for sentence in SENTENCES:
        ids = hub.ids_of(
            f"<start_of_turn>user\nQuery:\n{QUESTION}\nFull context:\n{TEXT}\nSentence:\n{sentence.strip()}\n"
            'Is this sentence useful in answering the query? Answer only "Yes" or "No".<end_of_turn>\n'
            "<start_of_turn>model\n"
        )
        with torch.inference_mode():
            yes, no = model(hub.row(ids)).logits[0, -1, [7, 8]].tolist()
        expected.append(1 / (1 + np.exp(no - yes)))
    classifier = classifier_of(str(folder))
    assert classifier.score([read(TEXT)], QUESTION, [None])[0] == pytest.approx(expected, abs=1e-4)
    assert classifier.rank(QUESTION, [TEXT, ""])[0] == pytest.approx(max(expected), abs=1e-4)
    assert np.ptp(expected) > 1e-3
    compressor = PromptCompressor.from_pretrained(str(folder), "extractive-pruner", dtype="float32")
    best = SENTENCES[int(np.argmax(expected))].strip()
    room = compressor.counter.count(best)
    assert compressor.compress([TEXT], question=QUESTION, target_tokens=room).texts == [best]
    with pytest.raises(InvalidRequest, match="Name the method"):
        PromptCompressor.from_pretrained(str(folder))
    save_file({f"{stem}s.lora_A.weight": a}, folder / "adapter_model.safetensors")
    with pytest.raises(UnsupportedModel, match="q_projs is no update"):
        classifier_of(str(folder)).score([read(TEXT)], QUESTION, [None])


LAYOUTS = [
    open_provence,
    legacy_open_provence,
    provence,
    xprovence,
    verbatim_rag,
    kompress,
    squeez,
    squeez_pooled,
    swe_pruner,
]


@pytest.fixture(scope="module", params=LAYOUTS, ids=lambda make: make.__name__)
def published(request, tmp_path_factory):
    """A folder, the text that its authors would give it, and what comes out of that."""
    folder = tmp_path_factory.mktemp("hub") / request.param.__name__
    with torch.inference_mode():
        scores, rank, threshold = request.param(folder)
    text = "\n".join(LINES) if "squeez" in folder.name or "swe" in folder.name else TEXT
    return str(folder), text, scores, rank, threshold


def classifier_of(folder):
    return TokenClassifier(folder, unit_score=None, dtype="float32")


def test_units_are_as_likely_as_their_authors_say(published):
    folder, text, expected, _, threshold = published
    classifier, units = classifier_of(folder), read(text)
    assert len(units) == 3
    (scores,) = classifier.score([units], QUESTION, [None])
    assert scores == pytest.approx(expected, abs=2e-5)
    assert np.ptp(expected) > 1e-3  # else anything would do
    assert classifier.own_threshold == threshold


def test_contexts_are_as_relevant_as_their_authors_say(published):
    """By the ranking head; by the best unit where there is none."""
    folder, text, _, rank, _ = published
    found = classifier_of(folder).rank(QUESTION, [text, "It cost $ 5."])
    if rank is not None:
        assert found[0] == pytest.approx(rank, abs=2e-5)
    assert found.shape == (2,) and found[0] != found[1]


def test_what_else_is_in_the_batch_changes_nothing(published):
    """Rows are padded, and padding is not read."""
    folder, text, expected, _, _ = published
    texts = [read(text), read("It rained."), read(text + " " + text)]
    scores = classifier_of(folder).score(texts, QUESTION, [None] * 3)
    assert scores[0] == pytest.approx(expected, abs=1e-4)


def test_it_is_known_and_keeps_the_best_sentence(published):
    """Through the public path: recognised, its method chosen, the likeliest unit kept."""
    folder, text, expected, _, _ = published
    blind = "kompress" in folder
    assert kind_of(folder) == ("token classifier" if blind else "pruner")
    compressor = PromptCompressor.from_pretrained(
        folder, "extractive-classifier" if blind else None, dtype="float32"
    )
    assert blind or compressor.config == METHODS["extractive-pruner"].config
    best = read(text).strings()[int(np.argmax(expected))]
    tokens = compressor.counter.count(best)
    result = compressor.compress([text], question=QUESTION, target_tokens=tokens)
    assert result.texts == [best]
    assert result.model.startswith(folder)


def changed(folder, tmp_path, change):
    """A copy with other tensors."""
    import shutil

    copy = shutil.copytree(folder, tmp_path / "changed")
    file = copy / "model.safetensors"
    save_file(change(load_file(file)), file, metadata={"format": "pt"})
    return str(copy)


def test_other_weights_are_refused_with_the_difference(tmp_path):
    """What is missing, what is not known and what has another shape, in the file's own names."""
    with torch.inference_mode():
        open_provence(tmp_path / "right")

    def change(tensors):
        tensors["ranking_model.extra.weight"] = tensors.pop("ranking_model.head.dense.weight")
        return tensors | {"pruning_head.classifier.bias": torch.zeros(3)}

    folder = changed(tmp_path / "right", tmp_path, change)
    with pytest.raises(UnsupportedModel) as error:
        classifier_of(folder).score([read(TEXT)], QUESTION, [None])
    for part in (
        "missing: ranking_model.head.dense.weight",
        "not known: ranking_model.extra.weight",
        "of another shape: pruning_head.classifier.bias [3] for [2]",
    ):
        assert part in str(error.value)


@pytest.mark.parametrize(
    ("make", "key"),
    [
        (provence, "classifier.bias"),
        (xprovence, "classifier.bias"),
        (xprovence, "roberta.pooler.dense.weight"),
        (verbatim_rag, "classifier.bias"),
        (squeez, "encoder.final_norm.weight"),
        (swe_pruner, "model.compression_head.crf.transitions"),
        (swe_pruner, "model.backbone.layers.0.self_attn.q_norm.weight"),
    ],
)
def test_a_tensor_that_is_missing_is_named(make, key, tmp_path):
    with torch.inference_mode():
        make(tmp_path / "right")
    folder = changed(
        tmp_path / "right", tmp_path, lambda tensors: {k: v for k, v in tensors.items() if k != key}
    )
    with pytest.raises(UnsupportedModel) as error:
        classifier_of(folder).score([read(TEXT)], QUESTION, [None])
    assert key in str(error.value) and folder in str(error.value)


@pytest.mark.parametrize("make", [open_provence, verbatim_rag, squeez])
def test_a_text_longer_than_the_window_is_read_to_its_end(make, tmp_path):
    """Every unit has a probability, and none is that of nothing."""
    with torch.inference_mode():
        make(tmp_path / "model")
    file = tmp_path / "model" / "tokenizer_config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"model_max_length": 64}))
    long = read("\n".join(f"{line} {i}" for i, line in enumerate(LINES * 20)))
    (scores,) = classifier_of(str(tmp_path / "model")).score([long], QUESTION, [None])
    assert len(scores) == len(long) == 60
    assert ((scores > 0) & (scores < 1)).all()
    assert len(set(scores.round(6))) > 50


@pytest.mark.parametrize("make", [open_provence, provence, xprovence, swe_pruner])
def test_a_long_question_and_a_long_title_leave_room(make, tmp_path):
    """Of each a quarter of the window at most; the separators stay where they are."""
    with torch.inference_mode():
        make(tmp_path / "model")
    classifier = classifier_of(str(tmp_path / "model"))
    laid = classifier._laid(read(TEXT), "Who wrote the novel? " * 2000, "Jane Austen " * 2000)
    window = classifier._encoder.window
    assert 0.4 * window < len(laid.before) < 0.55 * window + 150
    frame = classifier._laid(read(TEXT), "", None)
    assert laid.ids[1:] == frame.ids[1:] and laid.after == frame.after  # a space may stand before the first
    if make in (provence, xprovence):
        assert laid.before.count(SEP) == 1
    if make is swe_pruner:
        assert "Document>:" in "".join(hub.tokenizer().convert_ids_to_tokens(laid.before))


def test_a_title_is_read_and_not_kept(tmp_path):
    with torch.inference_mode():
        for make in (open_provence, provence, xprovence, verbatim_rag, squeez):
            make(tmp_path / make.__name__)
            classifier = classifier_of(str(tmp_path / make.__name__))
            plain, titled = classifier.score([read(TEXT)] * 2, QUESTION, [None, "The novel Emma"])
            assert len(plain) == len(titled) == 3
            assert not np.allclose(plain, titled)


@pytest.mark.parametrize("among", [0, 2, 4, 9])
def test_no_sentence_below_the_threshold_is_kept(among, tmp_path):
    """However much room there is; but the best one is. All others are."""
    with torch.inference_mode():
        open_provence(tmp_path / "model")
    texts = [TEXT, "It cost $ 5. Who was it?"]
    units = [read(text) for text in texts]
    scores = np.concatenate(classifier_of(str(tmp_path / "model")).score(units, QUESTION, [None] * 2))
    threshold = float(np.sort([*scores, 0.999])[min(among, len(scores))])
    file = tmp_path / "model" / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"default_threadshold": threshold}))
    compressor = PromptCompressor.from_pretrained(str(tmp_path / "model"), dtype="float32")
    room = sum(map(compressor.counter.count, texts)) - 1
    result = compressor.compress(texts, question=QUESTION, target_tokens=room)
    sentences = [sentence for one in units for sentence in one.strings()]
    kept = {sentence for sentence in sentences if sentence in " ".join(result.texts)}
    least = np.sort(scores)[1] if among == 0 else min(threshold, scores.max())  # something has to go
    assert kept == {one for one, score in zip(sentences, scores, strict=True) if score >= least}


def test_a_context_is_as_relevant_as_its_best_window(tmp_path):
    with torch.inference_mode():
        open_provence(tmp_path / "model")
    file = tmp_path / "model" / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"max_length": 40}))
    classifier = classifier_of(str(tmp_path / "model"))
    text = "\n".join(f"{line} {i}" for i, line in enumerate(LINES * 4))
    laid = classifier._laid(read(text), QUESTION, None)
    (whole,) = classifier._encoder.read([laid])
    room = 40 - len(laid.before) - len(laid.after)
    plan = list(windows(len(laid.ids), room, laid.breaks))
    parts = [replace(laid, ids=laid.ids[a:b], spans=laid.spans[a:b], breaks=laid.breaks[:0]) for a, b in plan]
    ranks = [one.relevance for one in classifier._encoder.read(parts)]
    assert len(set(ranks)) > 1
    assert whole.relevance == pytest.approx(max(ranks), abs=1e-5)


def test_the_most_relevant_context_comes_first(tmp_path):
    with torch.inference_mode():
        open_provence(tmp_path / "model")
    compressor = PromptCompressor.from_pretrained(str(tmp_path / "model"), dtype="float32")
    texts = [TEXT, "It cost $ 5. It rained.", "The novel came out. Who was it?"]
    prompt = compressor._prompt(texts, QUESTION, None)
    relevance = compressor._models.ranker_of(compressor.config, prompt).rank(QUESTION, texts)
    ordered = compressor.with_config(compressor.config.with_(order="relevance", floor=None))
    result = ordered.compress([Context(text) for text in texts], question=QUESTION, rate=0.9)
    came = [context.index for context in result.contexts]
    assert came == [i for i in np.argsort(-relevance).tolist() if i in came]


def test_a_pruner_needs_a_question_and_sentences(tmp_path):
    with torch.inference_mode():
        open_provence(tmp_path / "model")
    compressor = PromptCompressor.from_pretrained(str(tmp_path / "model"))
    with pytest.raises(InvalidRequest, match="needs a question"):
        compressor.compress([TEXT], rate=0.5)
    with pytest.raises(InvalidRequest, match="whole sentences"):
        compressor.config.with_(unit="atom")
    with pytest.raises(InvalidRequest, match="needs a pruner"):
        PromptCompressor(config="extractive-pruner").compress([TEXT], question=QUESTION, rate=0.5)
    with pytest.raises(InvalidRequest, match="is of the kind 'pruner'"):
        PromptCompressor.from_pretrained(str(tmp_path / "model"), "extractive")


@given(
    n=st.integers(0, 300),
    size=st.integers(1, 60),
    starts=st.lists(st.integers(0, 300), max_size=20),
    overlap=st.integers(0, 40),
)
def test_windows_cover_every_token(n, size, starts, overlap):
    """In order, none longer than the model's, and they overlap by no more than asked for, if at all."""
    cut = list(windows(n, size, starts, overlap))
    assert {place for begin, end in cut for place in range(begin, end)} == set(range(n))
    assert all(0 < end - begin <= size for begin, end in cut)
    for (begin, end), (again, last) in pairwise(cut):
        assert begin < again <= end < last
        assert end - again <= min(overlap, size // 4)
