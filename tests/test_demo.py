"""The demo's questions can be answered from what it retrieves, and it runs in both frameworks."""

from __future__ import annotations

import pytest

from lingua_integrations.demo.corpus import FOUND, QUESTIONS, found_for, passages


def test_the_corpus_is_real():
    """Hundreds of passages of the language reference."""
    assert len(passages()) > 100
    assert all(passage.text.strip() for passage in passages())


@pytest.mark.parametrize("question", QUESTIONS, ids=[question.phrase for question in QUESTIONS])
def test_every_phrase_is_retrieved(question):
    """The expected phrase stands in what BM25 finds, and not in the question."""
    found = found_for(question.text)
    assert len({passage.text for passage, _ in found}) == FOUND
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
    assert any(question.answered_in(passage.text) for passage, _ in found)
    assert not question.answered_in(question.text)


@pytest.mark.model
def test_one_question_in_both_frameworks(capsys, tmp_path):
    """Both see the same compression; tables, struck-out texts and a page show it, and that of an agent."""
    from lingua_integrations.demo.run import AGENT_QUESTION, RATES, run

    page = tmp_path / "demo.html"
    trials = run(None, 1, page)
    assert [(t.framework, t.rate) for t in trials] == [
        (f, r) for f in ("LangChain", "LlamaIndex") for r in RATES
    ]
    for trial in trials:
        assert trial.result.tokens_after <= max(1, int(trial.rate * trial.result.tokens_before))
        assert trial.kept
        assert trial.question.answered_in(trial.evidence)
    by_rate = {t.rate: t.result for t in trials if t.framework == "LangChain"}
    assert all(t.result == by_rate[t.rate] for t in trials if t.framework == "LlamaIndex")
    printed = capsys.readouterr().out
    assert "All questions" in printed
    assert "lines left out" in printed
    assert 'The optional "else" clause is executed if' in printed
    assert page.as_uri() in printed.replace("\n", "")
    shown = page.read_text("utf-8")
    assert QUESTIONS[0].text in shown
    assert AGENT_QUESTION in shown
    assert shown.count("show the original") == 2
