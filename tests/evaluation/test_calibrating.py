"""A calibration is found from questions whose evidence is known, and told apart from a bad one."""

from __future__ import annotations

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from lingua_integrations import Context, PromptCompressor
from lingua_integrations.cli.app import app
from lingua_integrations.core.calibration import Calibration
from lingua_integrations.core.prune.evidence import probabilities
from lingua_integrations.errors import InvalidRequest
from lingua_integrations.evaluation.calibrating import Sample, fitted, sample, table
from lingua_integrations.evaluation.cases import Case

TRUE = Calibration(slope=2.0, bias=-0.5, best=-0.5, count=-1.0)


def drawn(number: int) -> list[Sample]:
    """Samples whose evidence is as likely as a calibration says."""
    rng = np.random.default_rng(0)
    scores = [rng.normal(size=rng.integers(5, 80)) for _ in range(number)]
    return [Sample(one, rng.random(len(one)) < probabilities(TRUE.log_odds(one))) for one in scores]


def test_it_finds_what_the_samples_were_drawn_by():
    found = drawn(4000)
    chances, wanted = (
        np.concatenate([probabilities(one.log_odds(scores)) for scores, _ in found])
        for one in (fitted(found), TRUE)
    )
    assert np.abs(chances - wanted).mean() < 0.003


def test_the_table_shows_what_is_true():
    """What is predicted is what is there, under the right calibration; under another it is not."""

    def off(calibration):
        rows = [line.split("|")[3:5] for line in table(calibration, found).splitlines() if " to " in line]
        return max(abs(float(said) - float(true)) for said, true in rows)

    found = drawn(4000)
    assert off(TRUE) < 0.02
    assert off(Calibration(slope=2.0, bias=1.5, best=-0.5, count=-1.0)) > 0.1


def test_what_is_evidence():
    """The sentence that an annotator marked, or without marks the one that has the answer."""
    contexts = (Context("It rains. Emma is by Jane Austen. Dogs bark."), Context("Cats purr. Birds sing."))
    compressor = PromptCompressor(config="extractive-bm25")
    marked = Case("a", "Who wrote Emma?", contexts, ("Austen",), ((0, 10, 33),))
    assert sample(compressor, marked).evidence.tolist() == [False, True, False, False, False]
    bare = Case("b", "Who wrote Emma?", contexts, ("Jane Austen",))
    assert sample(compressor, bare).evidence.tolist() == [False, True, False, False, False]
    assert sample(compressor, bare).scores.argmax() == 1


@pytest.mark.parametrize("samples", [drawn(10), [one._replace(scores=-one.scores) for one in drawn(200)]])
def test_what_cannot_be_fitted(samples):
    """Too few questions, or a ranker that puts the evidence last."""
    with pytest.raises(InvalidRequest):
        fitted(samples)


def test_the_command(tmp_path):
    """From questions of one's own to a file that a configuration takes."""
    rows = [
        {
            "question": f"When did the brewery of town {n} open?",
            "answers": [f"19{n:02}"],
            "documents": [
                f"The brewery of town {n} opened in 19{n:02}. It rains there. Dogs bark at night.",
                f"Town {n} lies on a river. Whales do not live in it. The bridge is of stone.",
            ],
        }
        for n in range(10, 60)
    ]
    tasks, file = tmp_path / "mine.jsonl", tmp_path / "calibration.json"
    tasks.write_text("\n".join(map(json.dumps, rows)))
    command = ["eval", str(tasks), "-m", "extractive-bm25", "--calibrate", str(file)]
    outcome = CliRunner().invoke(app, command)
    assert outcome.exit_code == 0, outcome.output
    assert "| keep_answer | answers kept | units kept |" in outcome.output
    assert Calibration.load(file).slope > 0
    few = CliRunner().invoke(app, [*command, "-n", "5"])
    assert few.exit_code == 2
    assert "too few" in few.output
