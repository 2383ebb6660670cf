"""Responses are asked for once and never lost: dead targets, full disks, interrupts, refusals."""

from __future__ import annotations

import errno
import json
import os
import threading
import time

import pytest
from langchain_core.language_models import FakeListChatModel
from langchain_core.messages import AIMessage
from llama_index.core.llms import MockLLM

from lingua_integrations.alignment import collect as collecting
from lingua_integrations.alignment.collect import collect
from lingua_integrations.alignment.pairs import Message, read_pairs
from lingua_integrations.alignment.responders import ChatResponder, LocalResponder, Said, responder_of
from lingua_integrations.errors import CollectionStopped, InvalidRequest
from lingua_integrations.evaluation.targets import LocalTarget

PROMPTS = [(Message("user", f"Question {number}?"),) for number in range(8)]


class Echo:
    """Answers with the question; or does what a test says at a question of that number."""

    name = "echo"

    def __init__(self, at=None, workers=1, batch=1):
        self.at, self.workers, self.batch = at or {}, workers, batch
        self.asked = []

    def respond(self, prompts):
        self.asked += prompts
        return [self.at.get(prompt[-1].content, self.answer)(prompt) for prompt in prompts]

    @staticmethod
    def answer(prompt):
        return Said(f"To {prompt[-1].content}")


def failing(prompt):
    raise ConnectionError("nobody there")


def at(number, does):
    return {f"Question {number}?": does}


@pytest.mark.parametrize(("workers", "batch"), [(1, 1), (3, 1), (1, 4), (2, 3)])
def test_each_prompt_is_asked_once(tmp_path, workers, batch):
    path = tmp_path / "a" / "responses.jsonl"
    target = Echo(workers=workers, batch=batch)
    found = collect([*PROMPTS, PROMPTS[0]], target, path)
    assert [pair.prompt for pair in found.pairs] == PROMPTS
    assert sorted(target.asked) == PROMPTS
    again = Echo()
    assert collect(PROMPTS, again, path) == found
    assert not again.asked
    assert len(read_pairs(path).good) == len(PROMPTS)  # what was collected is a file of pairs


def test_another_target_is_asked_anew(tmp_path):
    collect(PROMPTS, Echo(), tmp_path / "r")
    other = Echo()
    other.name = "another"
    collect(PROMPTS[:2], other, tmp_path / "r")
    assert other.asked == PROMPTS[:2]


def test_a_dead_target(tmp_path):
    """It is given up after some requests; what came before is kept, and only the rest is asked for later."""
    dead = {f"Question {number}?": failing for number in range(3, 8)}
    with pytest.raises(
        CollectionStopped, match=r"3 times in a row.*nobody there.*continues from there"
    ) as info:
        collect(PROMPTS, Echo(dead), tmp_path / "r", tries=1, patience=3)
    assert not info.value.unsaved
    alive = Echo()
    assert len(collect(PROMPTS, alive, tmp_path / "r").pairs) == 8
    assert alive.asked == PROMPTS[3:]


def test_one_request_that_fails(tmp_path):
    """It is made again, then told of; the others are answered."""
    target = Echo(at(2, failing))
    found = collect(PROMPTS, target, tmp_path / "r", tries=2)
    assert target.asked.count(PROMPTS[2]) == 2
    assert found.failed == ((PROMPTS[2], "ConnectionError: nobody there"),)
    assert len(found.pairs) == 7


def test_a_request_that_works_the_second_time(tmp_path):
    calls = []

    def shaky(prompt):
        calls.append(prompt)
        return failing(prompt) if len(calls) == 1 else Said("at last")

    found = collect(PROMPTS, Echo(at(0, shaky)), tmp_path / "r")
    assert found.pairs[0].response == "at last"
    assert not found.failed


def test_a_refused_response_is_paid_for_once(tmp_path):
    found = collect(PROMPTS, Echo(at(1, lambda prompt: Said("", "said nothing"))), tmp_path / "r")
    assert found.refused == ((PROMPTS[1], "said nothing"),)
    assert len(found.pairs) == 7
    again = Echo()
    assert collect(PROMPTS, again, tmp_path / "r").refused == found.refused
    assert not again.asked


def test_an_interrupt_waits_for_what_is_under_way(tmp_path, monkeypatch):
    """Ctrl-C comes while another request is being answered: that answer is kept."""
    started = threading.Event()

    def slow(prompt):
        started.set()
        time.sleep(0.2)
        return Said("paid for")

    def interrupt(futures):
        started.wait()
        raise KeyboardInterrupt

    monkeypatch.setattr(collecting, "as_completed", interrupt)
    with pytest.raises(KeyboardInterrupt):
        collect(PROMPTS, Echo(at(1, slow), workers=2), tmp_path / "r")
    assert "paid for" in [json.loads(line)["response"] for line in (tmp_path / "r").read_text().splitlines()]


def test_a_full_disk_while_writing(tmp_path, monkeypatch):
    """The file is as it was, the answer in the error, and nothing more is paid for."""
    path = tmp_path / "r"
    collect(PROMPTS[:2], Echo(), path)
    before = path.read_bytes()

    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    target = Echo()
    with monkeypatch.context() as patched, pytest.raises(CollectionStopped, match="No space left") as info:
        patched.setattr(os, "fsync", full)
        collect(PROMPTS, target, path)
    assert path.read_bytes() == before
    assert target.asked == PROMPTS[2:3]
    assert [line["response"] for line in info.value.unsaved] == ["To Question 2?"]
    with path.open("a") as stream:  # the way back that the message names
        stream.writelines(json.dumps(line) + "\n" for line in info.value.unsaved)
    rest = Echo()
    assert len(collect(PROMPTS, rest, path).pairs) == 8
    assert rest.asked == PROMPTS[3:]


def test_a_disk_that_is_full_already(tmp_path, monkeypatch):
    """Then nothing is asked."""
    monkeypatch.setattr(collecting, "ROOM", 1 << 60)
    target = Echo()
    with pytest.raises(CollectionStopped, match="MB left"):
        collect(PROMPTS, target, tmp_path / "r")
    assert not target.asked


def test_a_line_that_was_cut_off_is_asked_again(tmp_path):
    path = tmp_path / "r"
    collect(PROMPTS[:3], Echo(), path)
    path.write_bytes(path.read_bytes()[:-20])
    target = Echo()
    assert len(collect(PROMPTS[:3], target, path).pairs) == 3
    assert target.asked == PROMPTS[2:3]
    assert len(collect(PROMPTS[:3], Echo(at(2, failing)), path).pairs) == 3  # and the file can be read again


def test_chat_models_of_both_frameworks(tmp_path):
    langchain = ChatResponder(FakeListChatModel(responses=["Jane Austen"]))
    assert langchain.respond(PROMPTS[:1]) == [Said("Jane Austen")]
    llama_index = ChatResponder(MockLLM(max_tokens=3))
    assert llama_index.respond(PROMPTS[:1])[0].text
    with pytest.raises(InvalidRequest, match="neither a LangChain chat model"):
        ChatResponder(object())


def test_what_a_provider_says_to_refuse():
    class Filtered(FakeListChatModel):
        def invoke(self, *args, **options):
            return AIMessage("I cannot", response_metadata={"finish_reason": "content_filter"})

    assert ChatResponder(Filtered(responses=[""])).respond(PROMPTS[:1])[0].refused
    assert ChatResponder(FakeListChatModel(responses=[" "])).respond(PROMPTS[:1])[0].refused


def test_no_faster_than_allowed(tmp_path):
    target = ChatResponder(FakeListChatModel(responses=["yes"]), per_minute=600)
    start = time.perf_counter()
    collect(PROMPTS[:5], target, tmp_path / "r")
    assert time.perf_counter() - start > 0.35


def test_a_local_target_is_sampled(tiny_scorer):
    """The same again for the same prompts, other things for another seed; the likeliest at no temperature."""
    sampled = LocalResponder(tiny_scorer, max_tokens=8)
    assert sampled.respond(PROMPTS) == sampled.respond(PROMPTS)
    assert sampled.respond(PROMPTS) != LocalResponder(tiny_scorer, max_tokens=8, seed=1).respond(PROMPTS)
    greedy = LocalTarget("tiny", generate=True)
    greedy._model = tiny_scorer
    likeliest = LocalResponder(tiny_scorer, max_tokens=8, temperature=0)
    for prompt, said in zip(PROMPTS[:3], likeliest.respond(PROMPTS[:3]), strict=True):
        assert said.text == greedy.say(prompt[0].content, 8)
    long = (Message("user", "cat " * 600),)
    said = sampled.respond([PROMPTS[0], long, PROMPTS[1]])
    assert [bool(one.refused) for one in said] == [False, True, False]
    assert "no room" in said[1].refused
    assert sampled.respond([long])[0].refused


def test_a_target_by_its_name():
    assert isinstance(responder_of("smollm2-135m-q4_1", max_tokens=5), LocalResponder)


@pytest.mark.parametrize(("status", "tries"), [(401, 1), (429, 3), (500, 3), (None, 3)])
def test_what_will_not_pass_is_not_tried_again(tmp_path, monkeypatch, status, tries):
    """A wrong key stays wrong; a busy target may answer later."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    asked = []

    def refusing(prompt):
        asked.append(prompt)
        error = RuntimeError("no")
        error.status_code = status
        raise error

    collect(PROMPTS[:1], Echo(at(0, refusing)), tmp_path / "r", tries=3)
    assert len(asked) == tries
