"""The mutants that tests/mutants/run.py tries fit the source they change."""

from __future__ import annotations

import sys
from pathlib import Path

import lingua_integrations

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "mutants"))

from mutants import MUTANTS  # noqa: E402


def test_each_changes_one_place_and_names_tests_that_are_there():
    for mutant in MUTANTS:
        source = (Path(lingua_integrations.__file__).parent / mutant.file).read_text("utf-8")
        assert source.count(mutant.old) == 1, f"{mutant.file}: {mutant.old}"
        assert all((HERE / name.partition("::")[0]).exists() for name in mutant.tests.split()), mutant.tests
