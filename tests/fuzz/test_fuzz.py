"""Any call of the core keeps the laws and raises no foreign error: `make fuzz` makes 100,000 of them."""

from __future__ import annotations

import pytest

from fuzz.kinds import KINDS, Kind, failure
from fuzz.run import Models
from fuzz.shrink import smallest


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """Tiny models of every sort."""
    return Models.made(tmp_path_factory.mktemp("fuzz"))


@pytest.mark.parametrize("name", sorted(KINDS))
def test_any_call(models, name):
    for seed in range(15):
        _, told = failure(KINDS[name], seed, models)
        assert not told, told


def test_the_same_seed_makes_the_same_calls():
    for kind in KINDS.values():
        assert repr(kind.case(7)) == repr(kind.case(7)) != repr(kind.case(8))


def test_a_failure_is_told_whole_and_small(models):
    """The call as it was drawn, and what is left of it when all that does not matter is left out."""
    drawn = KINDS["compress"]

    def check(call, _):
        assert not any("a" in text for text in call.texts)
        return 1

    seed = next(seed for seed in range(99) if "a" in "".join(drawn.case(seed).texts))
    _, told = failure(Kind("compress", drawn.drawn, check), seed, models)
    assert repr(drawn.case(seed)) in told
    assert "contexts=['a']" in told
    assert f"--replay compress {seed}" in told


def test_what_takes_too_long_is_a_failure(models, monkeypatch):
    monkeypatch.setattr("fuzz.kinds.SECONDS", 0.05)
    monkeypatch.setattr("fuzz.shrink.SECONDS", 0)

    def check(call, _):
        while True:
            pass

    assert "TooSlow" in failure(Kind("compress", KINDS["compress"].drawn, check), 1, models)[1]


def test_only_failures_alike_are_smaller():
    assert smallest({"a": ["xyz", "b"], "b": 7}, lambda one: "y" in str(one.get("a"))) == {"a": ["y"]}
