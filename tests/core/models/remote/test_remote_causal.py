"""A causal model behind a server says what the same model says here, or an error of ours."""

from __future__ import annotations

import asyncio
import copy
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingua_integrations import PromptCompressor
from lingua_integrations.core.models.causal import CausalLM
from lingua_integrations.core.models.remote.pieces import located, shared
from lingua_integrations.core.models.remote.reading import passes
from lingua_integrations.errors import InvalidRequest, ServerFailed, UnsupportedModel
from lingua_integrations.remote import Connection, RemoteCausalLM
from model_servers import altered, cut, not_json, slow, status

SERVERS = ["vllm", "sglang", "tgi", "openai"]
TEXTS = [
    "the cat sat on a mat and ran in 1969, don't use Python a.org/b?c=d",
    "漢字 在 年 🎉 שלום the cat. A mat; 3.14!",
    "a",
    "  the cat\n\nsat  on",
]
DOCUMENT = "\n\n".join(
    f"The cat number {i} sat on the mat in 19{i:02}. It ran to a.org/{i} and did not use Python."
    for i in range(12)
)


@pytest.mark.parametrize("server", ["vllm", "sglang"])
def test_servers_that_take_ids_say_what_the_local_model_says(causal, local, server):
    scorer = causal(server)
    for text in TEXTS:
        assert (scorer.encode(text).ids == local.encode(text).ids).all()
        assert (scorer.encode(text).spans == local.encode(text).spans).all()
    batch = [(local.encode("the mat ").ids, local.encode(text).ids) for text in TEXTS]
    empty = np.zeros(0, dtype=np.int64)
    batch += [(empty, local.encode(TEXTS[0]).ids), (empty, empty)]
    for theirs, ours in zip(scorer.surprisals(batch), local.surprisals(batch), strict=True):
        np.testing.assert_allclose(theirs, ours, atol=1e-4)


@pytest.mark.parametrize("server", ["tgi", "openai"])
def test_servers_that_cut_texts_themselves(causal, local, server):
    """Cut alike, tokens have the same scores; where one is a part of a character, their sum is the same."""
    scorer = causal(server)
    ids = [local.encode(text).ids for text in TEXTS]
    for theirs, ours, text in zip(scorer.read(ids), local.read(ids), TEXTS, strict=True):
        theirs, ours = theirs.surprisals(), ours.surprisals()
        if server == "openai":  # its first token has no score: the start token is not told
            ours = np.r_[np.log(scorer.tokens.size), ours[1:]]
        assert theirs.sum() == pytest.approx(ours.sum(), abs=1e-3)
        if text.isascii() or server == "tgi":
            np.testing.assert_allclose(theirs, ours, atol=1e-4)


@pytest.mark.parametrize(
    ("server", "method"),
    [
        *((server, "longllmlingua") for server in SERVERS),
        *(("vllm", method) for method in ("llmlingua", "rag", "selective-context")),
    ],
)
def test_the_compressed_text_is_that_of_the_local_model(causal, local, server, method):
    question = "Where did cat 7 sit?"
    here, there = PromptCompressor(local, method), PromptCompressor(causal(server), method)
    contexts = [DOCUMENT[:300], DOCUMENT[300:]]
    ours = here.compress(contexts, question=question, rate=0.4)
    theirs = there.compress(contexts, question=question, rate=0.4)
    if server == "openai":  # the first token of each text counts as a guess
        assert theirs.tokens_after <= ours.budget
    else:
        assert theirs.texts == ours.texts
    assert theirs.model == f"tiny ({server} at {there._models.scorer._client.url})"


@pytest.mark.parametrize("server", ["vllm", "tgi"])
def test_a_text_longer_than_the_window_is_that_of_the_local_model(causal, local, server):
    """Of 512 tokens: the window is started anew at the same places."""
    text = DOCUMENT + "\n\n" + DOCUMENT.replace("cat", "dog")
    assert len(local.encode(text).ids) > 700
    method = "llmlingua" if server == "vllm" else "selective-context"
    ours = PromptCompressor(local, method).compress([text], rate=0.5)
    assert PromptCompressor(causal(server), method).compress([text], rate=0.5).texts == ours.texts


def test_streams_see_what_was_kept(causal, taught_model, tiny_tokenizer):
    """Segment by segment as the local stream, also with segments longer than it can hold."""
    scorer = causal("vllm", window=40)
    here = CausalLM.from_objects(taught_model, tiny_tokenizer, look_back=40)
    rng = np.random.default_rng(0)
    prefix = here.encode("Where did the cat sit? " * 4).ids
    ours, theirs = here.stream(prefix), scorer.stream(prefix)
    ids = here.encode(DOCUMENT).ids
    begin = 0
    for size in (3, 5, 9, 25, 1, 8, 33, 2, 10, 10, 10):
        segment = ids[begin : begin + size]
        np.testing.assert_allclose(theirs.score(segment), ours.score(segment), atol=1e-4)
        mask = rng.random(size) < 0.5
        ours.keep(mask)
        theirs.keep(mask)
        begin += size
    with pytest.raises(InvalidRequest, match="one mark for each token"):
        theirs.keep(np.ones(3, dtype=bool))


@given(st.integers(0, 400), st.integers(8, 90), st.integers(0, 1), st.integers(1, 40))
def test_passes_cover_a_text_once_and_fit_the_window(n, window, started, step):
    step = min(step, window // 4)
    found = list(passes(n, window, started, step))
    assert [place for one in found for place in range(one.begin, one.end)] == list(range(n))
    for one in found:
        assert one.seen <= one.begin
        assert started + one.end - one.seen <= window


@given(st.lists(st.text(min_size=1, max_size=4), min_size=1, max_size=8))
def test_pieces_of_a_text_are_found_in_it(pieces):
    text = "".join(pieces)
    before, ends = located(["<start>", *pieces], text)
    assert before == 1 and ends[-1] == len(text)
    nats = np.arange(1.0, len(ends) + 1)
    starts = np.r_[0, ends[:-1]]
    apart = starts < ends  # pieces without a text of their own give theirs to the next one
    assert shared(nats, ends, starts, ends).sum() == pytest.approx(nats.sum())
    if apart.all():
        np.testing.assert_allclose(shared(nats, ends, starts, ends), nats)


def test_parts_of_a_character_are_found():
    assert located(["A", "\ufffd", "\ufffd", "b"], "A漢b")[1].tolist() == [1, 2, 2, 3]


# --- Answers that cannot be right ------------------------------------------------------------------


def _places(answer):
    return answer["choices"][0]["prompt_logprobs"]


def _set(value):
    def change(answer):
        (token,) = _places(answer)[2]
        _places(answer)[2][token]["logprob"] = value

    return altered(change)


WRONG = {
    "cut": cut,
    "no JSON": not_json,
    "500": status(500),
    "503": status(503),
    "401": status(401),
    "404": status(404),
    "302": status(302, Location="http://127.0.0.1:1/"),
    "not a number": _set(float("nan")),
    "a word": _set("high"),
    "true": _set(True),
    "above 0": _set(0.5),
    "infinite": _set(float("-inf")),
    "nothing": _set(None),
    "one too few": altered(lambda answer: _places(answer).pop() and None),
    "one too many": altered(lambda answer: _places(answer).append({"1": {"logprob": -1.0}})),
    "other tokens": altered(lambda answer: _places(answer).__setitem__(2, {"99999": {"logprob": -1.0}})),
    "too few choices": altered(lambda answer: answer["choices"].pop() and None),
    "a choice twice": altered(lambda answer: answer["choices"].__setitem__(0, dict(answer["choices"][-1]))),
    "no choices": altered(lambda answer: answer.pop("choices") and None),
    "a list": altered(lambda answer: [answer]),
    "null": altered(lambda answer: 0),
}


@pytest.mark.parametrize("fault", WRONG.values(), ids=WRONG)
def test_whatever_goes_wrong_is_an_error_of_ours(causal, fault):
    """And never a result; nothing that a server says, and no text, is in it."""
    scorer = causal()
    texts = [DOCUMENT[:200], f"secret {DOCUMENT[:200]}"]
    compressor = PromptCompressor(scorer, "selective-context")
    compressor.compress(texts, rate=0.5)  # it is believed
    scorer.behind.faults = [fault] * 9
    with pytest.raises(ServerFailed) as caught:
        compressor.compress(texts, rate=0.5)
    assert "secret" not in f"{caught.value!r} {caught.value.__cause__!r} {caught.value.__context__!r}"
    assert caught.value.url == scorer.behind.url
    assert pickle.loads(pickle.dumps(caught.value)).args == caught.value.args


def test_a_fault_that_passes_changes_nothing(causal):
    """Overload, a lost connection, a late answer: the next attempt counts."""
    scorer = causal(connection=Connection(timeout=0.4, attempts=3))
    compressor = PromptCompressor(scorer, "selective-context")
    whole = compressor.compress([DOCUMENT[:200]], rate=0.5)
    for fault in (status(429, Retry_After="0"), status(500), cut, slow(0.8)):
        scorer.behind.faults = [fault]
        assert compressor.compress([DOCUMENT[:200]], rate=0.5).texts == whole.texts
        assert not scorer.behind.faults


def test_nobody_answers():
    scorer = RemoteCausalLM("http://127.0.0.1:9", "tiny", window=64, connection=Connection(attempts=1))
    with pytest.raises(ServerFailed, match=r"127\.0\.0\.1:9/.* nobody answers there"):
        scorer._client.ask([scorer._shape.ask("tiny", [])], lambda *_: None)


@pytest.mark.parametrize("server", ["vllm", "openai"])
def test_a_server_that_is_off_by_one_is_refused(causal, backend, server):
    """As llama-cpp-python's is for models without a start token."""
    backend.shift = 1
    with pytest.raises(UnsupportedModel, match="llama-cpp-python"):
        PromptCompressor(causal(server), "selective-context").compress([DOCUMENT], rate=0.5)


def test_a_server_that_finds_all_alike_is_refused(causal, backend):
    backend.logprobs = lambda ids: [None] + [-0.5] * (len(ids) - 1)
    with pytest.raises(UnsupportedModel, match="words in disorder as likely"):
        causal("sglang").surprisals([(np.zeros(0, dtype=np.int64), np.arange(5, 9))])


def _generated(answer):
    told = answer["choices"][0]["logprobs"]
    for name in ("tokens", "token_logprobs"):
        told[name] = told[name][-1:]


@pytest.mark.parametrize(
    ("server", "change"),
    [
        ("openai", _generated),  # llama.cpp's server: what it wrote, and none of the prompt
        ("openai", lambda answer: answer["choices"][0].update(logprobs={"content": []})),
        ("openai", lambda answer: answer["choices"][0].pop("logprobs") and None),
        ("vllm", lambda answer: [one.pop("prompt_logprobs") for one in answer["choices"]] and None),
        ("tgi", lambda answer: answer["details"].update(prefill=[])),
    ],
)
def test_a_server_that_does_not_score_prompts_is_refused(causal, server, change):
    scorer = causal(server)
    scorer.behind.spared = {"/v1/models", "/info"}
    scorer.behind.faults = [altered(change)] * 4
    with pytest.raises(UnsupportedModel, match=r"echo, as llama\.cpp|prompt_logprobs|prefill"):
        PromptCompressor(scorer, "selective-context").compress([DOCUMENT], rate=0.5)


# --- Bounds ----------------------------------------------------------------------------------------


def test_requests_are_bounded_and_together(causal):
    scorer = causal("tgi", connection=Connection(concurrency=3))
    ids = [scorer.encode(f"the cat {i}").ids for i in range(12)]
    scorer.read(ids[:1])
    scorer.behind.most, scorer.behind.takes = 0, 0.1
    scorer.read(ids)
    assert scorer.behind.most == 3


def test_a_deadline_ends_everything(causal):
    scorer = causal("tgi", connection=Connection(concurrency=1, deadline=0.6))
    ids = [scorer.encode(f"the cat {i}").ids for i in range(30)]
    scorer.read(ids[:1])
    scorer.behind.takes = 0.1
    with pytest.raises(ServerFailed, match=r"did not answer 30 requests within 0\.6 seconds"):
        scorer.read(ids)


async def test_a_call_that_nobody_waits_for_stops(causal):
    scorer = causal("tgi", connection=Connection(concurrency=1))
    compressor = PromptCompressor(scorer, "longllmlingua")
    await compressor.acompress([DOCUMENT], question="Where?", rate=0.5)
    scorer.behind.takes, before = 0.2, len(scorer.behind.asked)
    call = asyncio.ensure_future(
        compressor.acompress([DOCUMENT[i:] for i in range(20)], question="Where?", rate=0.5)
    )
    await asyncio.sleep(0.3)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    await asyncio.sleep(0.4)
    assert len(scorer.behind.asked) - before < 6


# --- Keys ------------------------------------------------------------------------------------------


def test_a_key_goes_to_the_server_and_nowhere_else(causal, monkeypatch, caplog):
    key = "sk-very-secret"
    monkeypatch.setenv("VLLM_API_KEY", key)
    scorer = causal(connection=Connection(key_from="VLLM_API_KEY", attempts=1))
    compressor = PromptCompressor(scorer, "longllmlingua")
    with caplog.at_level(0):
        result = compressor.compress([DOCUMENT], question="Where?", rate=0.5)
        scorer.behind.faults = [status(500)] * 3
        with pytest.raises(ServerFailed) as caught:
            compressor.compress([DOCUMENT], question="Where?", rate=0.5)
    assert {headers["Authorization"] for _, _, headers in scorer.behind.asked} == {f"Bearer {key}"}
    shown = [repr(scorer), repr(compressor), repr(result), str(result.to_dict()), caplog.text]
    shown += [repr(caught.value)]
    assert not any(key in one for one in shown)
    assert key.encode() not in pickle.dumps(scorer) + pickle.dumps(caught.value)
    assert caught.value.__cause__ is None and caught.value.__context__ is None


@pytest.mark.parametrize(
    "url",
    ["http://user:geheim@host", "http://host?key=geheim", "http://host#geheim", "geheim", "file:///geheim"],
)
def test_addresses_with_secrets_are_refused_and_not_repeated(url):
    with pytest.raises(InvalidRequest) as caught:
        RemoteCausalLM(url, "tiny")
    assert "geheim" not in str(caught.value)
    with pytest.raises(InvalidRequest) as caught:
        Connection(key_from="sk-geheim")
    assert "geheim" not in str(caught.value)


def test_bad_settings_are_refused():
    for more in ({"concurrency": 0}, {"attempts": 0}, {"timeout": 0.0}, {"deadline": float("inf")}):
        with pytest.raises(InvalidRequest, match=next(iter(more))):
            Connection(**more)
    with pytest.raises(InvalidRequest, match="vllm, sglang, tgi, openai"):
        RemoteCausalLM("http://host", "tiny", server="llama.cpp")
    with pytest.raises(InvalidRequest, match="There is no tokenizer"):
        RemoteCausalLM("http://host", "tiny").encode("a")


# --- Copies ----------------------------------------------------------------------------------------


def test_copies_and_pickles_say_the_same(causal, local):
    scorer = causal()
    ids = local.encode(TEXTS[0]).ids
    scorer.read([ids])
    other = pickle.loads(pickle.dumps(scorer))
    assert other.name == scorer.name and copy.deepcopy(scorer) is scorer
    np.testing.assert_array_equal(other.read([ids])[0].surprisals(), scorer.read([ids])[0].surprisals())
