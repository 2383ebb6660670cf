"""Time grows with a text and not with its square: a sample of the shapes of benchmarks/shapes.py."""

from __future__ import annotations

import importlib.util
import math
from pathlib import Path

import pytest

FILE = Path(__file__).parents[2] / "benchmarks" / "shapes.py"
SMALL, LARGE = 2_000, 32_000  # characters
BOUND = 1.5  # generous: at these sizes what is done once still counts, and clocks are noisy


@pytest.fixture(scope="module")
def shapes():
    spec = importlib.util.spec_from_file_location("shapes", FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.seconds("prose", SMALL)  # what the first call loads
    return module


@pytest.mark.parametrize(
    "shape",
    [
        "images",
        "backticks",
        "rules, then a letter",
        "comments",
        "han sentences",
        "flags",
        "spaces",
        "json nested",
    ],
)
def test_time_is_in_proportion(shapes, shape):
    small, large = (shapes.seconds(shape, size) for size in (SMALL, LARGE))
    exponent = math.log(max(large, 1e-3) / max(small, 1e-3)) / math.log(LARGE / SMALL)
    assert exponent < BOUND or large < 0.2, f"{small:.3f} s, then {large:.3f} s"
