"""Loading, running, resuming and reporting, on a tiny model; the command on the set that comes along."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import dataclass, replace
from hashlib import sha256
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pyarrow
import pytest
from pyarrow import parquet
from typer.testing import CliRunner

from lingua_integrations import Context, PromptCompressor
from lingua_integrations.cli.app import app
from lingua_integrations.core.models.encoder import SentenceEncoder
from lingua_integrations.core.prune.rankers.embedding import EmbeddingRanker
from lingua_integrations.core.prune.rankers.lexical import BM25Ranker
from lingua_integrations.core.store.catalogue import DEFAULT_SCORER
from lingua_integrations.core.text.spans import Span
from lingua_integrations.errors import InvalidRequest, ModelUnavailable
from lingua_integrations.evaluation.cases import Case
from lingua_integrations.evaluation.contenders import ALWAYS, BASELINES, Compressing, contender
from lingua_integrations.evaluation.demonstrations import Selecting, taken_apart, written
from lingua_integrations.evaluation.lines import Line, Store
from lingua_integrations.evaluation.loaders import LOADERS, load
from lingua_integrations.evaluation.measuring import Judge, measured
from lingua_integrations.evaluation.outcomes import Contender, Outcome
from lingua_integrations.evaluation.page import page
from lingua_integrations.evaluation.report import Row, as_json, judged_on, markdown, rows
from lingua_integrations.evaluation.runner import Bench, run
from lingua_integrations.evaluation.statistics import Estimate
from lingua_integrations.evaluation.targets import Reading

ROWS = [
    {
        "question": "Who wrote Emma?",
        "answers": ["Austen"],
        "documents": ["By Austen.", {"text": "No.", "title": "B"}],
    },
    {"question": "When?", "answers": "1815", "documents": ["In 1815."], "id": "when"},
]


@pytest.mark.parametrize("name", ["own.jsonl", "own.jsonl.gz"])
def test_a_users_own_rows(tmp_path, name):
    opener = gzip.open if name.endswith("gz") else open
    with opener(tmp_path / name, "wt", encoding="utf-8") as stream:
        stream.writelines(json.dumps(row) + "\n" for row in ROWS)
    task = load(str(tmp_path / name))
    assert task.name == name
    assert [case.name for case in task.cases] == ["1", "when"]
    assert task.cases[0].contexts[1] == Context("No.", title="B")
    assert task.cases[1].answers == ("1815",)
    assert len(load(str(tmp_path / name), 1).cases) == 1


def test_an_answer_counts_inside_its_evidence(tmp_path):
    """Where the evidence is known, the words elsewhere are no answer, and all pieces must be there."""
    row = {
        "question": "What does a fig cost?",
        "answers": ["10"],
        "documents": ["A fig costs 10. It rained on day 10.", "Figs are fruit. Dogs bark."],
        "evidence": [{"doc": 0, "start": 0, "end": 15}, {"doc": 1, "start": 0, "end": 15}],
    }
    file = tmp_path / "own.jsonl"
    file.write_text(json.dumps(row), "utf-8")
    task = load(str(file))
    (case,) = task.cases

    def seen(*spans):
        kept = {index: [Span(start, end)] for index, start, end in spans}
        texts = tuple((index, case.contexts[index].text[start:end]) for index, start, end in spans)
        made = Fixed("fixed", outcome=Outcome(texts, kept, 20, 5, 20))
        return measured(Judge(), task, made, 0.5, case, "key")

    assert (seen((0, 0, 15), (1, 0, 13)).kept, seen((0, 0, 15), (1, 0, 13)).all_kept) == (1, 1)
    assert (seen((0, 0, 15)).kept, seen((0, 0, 15)).all_kept) == (1, 0)
    assert (seen((0, 16, 36), (1, 0, 15)).kept, seen((0, 16, 36), (1, 0, 15)).all_kept) == (0, 0)
    assert "all evidence kept" in markdown(rows([seen((0, 0, 15), (1, 0, 15))]))


@dataclass(frozen=True)
class Fixed(Contender):
    """Makes the same of every case."""

    outcome: Outcome

    def run(self, case, rate):
        return self.outcome


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"question": "x"}', "line 1: a row needs question, answers and documents"),
        ('{"question": "x", "answers": [], "documents": [1]}', "line 1: a row needs"),
        ("{", "line 1: Expecting property name"),
    ],
)
def test_bad_rows_are_named(tmp_path, content, message):
    file = tmp_path / "own.jsonl"
    file.write_text(content, "utf-8")
    with pytest.raises(InvalidRequest, match=re.escape(message)):
        load(str(file))


def test_unknown_tasks(monkeypatch, tmp_path):
    with pytest.raises(InvalidRequest, match="There is no task 'squad': shelf, nq20"):
        load("squad")
    monkeypatch.delenv("LINGUA_DATA", raising=False)
    with pytest.raises(InvalidRequest, match="set LINGUA_DATA"):
        load("nq20")
    monkeypatch.setenv("LINGUA_DATA", str(tmp_path))
    for name in LOADERS:
        with pytest.raises(InvalidRequest, match="there is no file"):
            load(name)


def test_data_sets(monkeypatch, tmp_path):
    """The published files' own form, in small."""
    monkeypatch.setenv("LINGUA_DATA", str(tmp_path))

    def write(name, *lines):
        with gzip.open(tmp_path / name, "wt", encoding="utf-8") as stream:
            stream.writelines(json.dumps(line) + "\n" for line in lines)

    (tmp_path / "gsm8k_8shot_cot_prompt.txt").write_text("Question: a\nb\n\nQuestion: c\nd\n\n", "utf-8")
    write("gsm8k_test.jsonl.gz", {"question": "How many?", "answer": "2*3=<<2*3=6>>6\nSo.\n#### 6"})
    task = load("gsm8k")
    (case,) = task.cases
    assert [context.text for context in case.contexts] == ["Question: a\nb", "Question: c\nd"]
    assert case.answers == ("\n2*3=6\nSo.\nThe answer is 6",)
    assert task.prompt(case, [(1, "Question: c\nd")]).endswith(
        "d\n\nQuestion: How many?\nLet's think step by step"
    )
    write(
        "qmsum_val.jsonl.gz",
        {
            "meeting_transcripts": [{"speaker": "A", "content": "Hi."}, {"speaker": "B", "content": "No."}],
            "specific_query_list": [{"query": "q", "answer": "a", "relevant_text_span": [["1", "1"]]}],
        },
    )
    (case,) = load("qmsum").cases
    assert case.relevant == ((1, 0, 6),)
    write(
        "multifieldqa_zh.jsonl.gz", {"_id": "7", "input": "q", "context": "一。\n\n二。", "answers": ["二"]}
    )
    (case,) = load("multifieldqa_zh").cases
    assert [context.text for context in case.contexts] == ["一。", "二。"]
    (tmp_path / "bbh").mkdir()
    name = "bbh-date_understanding"
    text = "canary\n-----\nInfer.\n\nQ: a\nA: b\n\nQ: c\nA: d\n"
    (tmp_path / "bbh" / "date_understanding.cot.txt").write_text(text, "utf-8")
    data = json.dumps({"examples": [{"input": "x", "target": "(B)"}]})
    (tmp_path / "bbh" / "date_understanding.json").write_text(data, "utf-8")
    task = load(name)
    (case,) = task.cases
    assert [context.text for context in case.contexts] == ["Q: a\nA: b", "Q: c\nA: d"]
    assert case.answers == (" (B).",)
    shown = measured(Judge(), task, contender("uncompressed"), 1.0, case, "key")
    assert shown.kept is None, "an option's letter stands in every demonstration"


def test_conversations_and_articles(monkeypatch, tmp_path):
    """What came last is to be continued with; the prompt is what went before."""
    parquet.write_table(
        pyarrow.table(
            {
                "id": ["a", "b"],
                "chat": [
                    [
                        ["human", "Hi."],
                        ["gpt", "Hello."],
                        ["human", "Who?"],
                        ["gpt", "Me."],
                        ["human", "Bye."],
                    ],
                    [["human", "Hi."], ["gpt", "Hello."]],
                ],
            }
        ),
        tmp_path / "sharegpt_575.parquet",
    )
    task = load(f"sharegpt={tmp_path}")
    (case,) = task.cases
    assert (
        task.prompt(case, [(0, "User: Hi."), (1, "Hello.")])
        == "User: Hi.\n\nHello.\n\nUser: Who?\n\nAssistant:"
    )
    assert task.answer(case) == " Me."
    file = tmp_path / "mine.jsonl"
    file.write_text('{"text": "One.\\n\\nTwo.\\n\\nThree."}\n{"text": "Alone."}\n', "utf-8")
    task = load(f"articles={file}")
    (case,) = task.cases
    assert (task.prompt(case, [(0, "One.")]), task.answer(case)) == ("One.", "\n\nThree.")


def test_data_by_their_address(monkeypatch, tmp_path):
    """Fetched once, checked, and refused without a SHA-256."""
    rows = "".join(json.dumps(row) + "\n" for row in ROWS).encode()
    digest = sha256(rows).hexdigest()
    monkeypatch.setenv("LINGUA_HOME", str(tmp_path / "home"))
    asked = []

    class Handler(SimpleHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", str(len(rows)))
            self.end_headers()
            self.wfile.write(rows)

        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_address[1]}/own.jsonl"
        for _ in range(2):
            assert len(load(f"nq20={address}#sha256={digest}").cases) == 2
        with pytest.raises(ModelUnavailable, match="could not be downloaded"):
            load(f"nq20={address}#sha256={'0' * 64}")
        with pytest.raises(InvalidRequest, match="add #sha256"):
            load(f"nq20={address}")
        server.shutdown()
    assert asked == ["/own.jsonl"] * 2
    monkeypatch.setenv("LINGUA_OFFLINE", "1")
    assert len(load(f"nq20={address}#sha256={digest}").cases) == 2
    with pytest.raises(ModelUnavailable, match="LINGUA_OFFLINE"):
        load(f"nq20={address}#sha256={'1' * 64}")


def test_ours_has_every_answer_once():
    """So that nothing but the right document helps, and its place varies."""
    task = load("shelf")
    places = []
    for case in task.cases:
        holding = [i for i, one in enumerate(case.contexts) if case.answers[0].lower() in one.text.lower()]
        assert len(holding) == 1, case.question
        places += holding
    assert len(set(places)) > 8


class Ruler:
    """A target to whom a longer prompt makes the answer likelier, and who says what is asked."""

    name = "ruler"
    asked = 0

    def read(self, prompt, answer):
        self.asked += 1
        return Reading(10.0 - len(prompt) / 1000, 2)

    def say(self, prompt, tokens):
        return None


def test_a_run_goes_on_where_it_stopped(tmp_path):
    task = load("shelf", 3)
    contenders = [contender(name) for name in ("uncompressed", "no context", "extractive-bm25")]
    store, target = Store(tmp_path / "lines.jsonl"), Ruler()
    bench = Bench([task], contenders, Judge(target))
    lines = run(bench, [0.5, 0.2], store)
    assert len(lines) == 3 + 3 + 6
    assert target.asked == 12
    with (tmp_path / "lines.jsonl").open("a") as stream:
        stream.write('{"task": "cut o')
    again = Store(tmp_path / "lines.jsonl")
    assert run(bench, [0.5, 0.2], again) == lines
    assert target.asked == 12
    run(bench, [0.1], again)
    assert target.asked == 12 + 3
    other = replace(task, cases=tuple(replace(case, question="Who?") for case in task.cases))
    run(Bench([other], contenders[:1], bench.judge), [0.5], again)
    assert target.asked == 15 + 3, "another question is another case"


def test_processes_see_the_same(tmp_path):
    """Whatever took how long."""
    bench = Bench([load("shelf", 2)], [contender("extractive-bm25"), contender("no context")], Judge())
    alone = run(bench, [0.5, 0.2], Store(tmp_path / "alone.jsonl"))
    beside = run(bench, [0.5, 0.2], Store(tmp_path / "beside.jsonl"), processes=2)
    assert [replace(one, seconds=0, megabytes=None) for one in beside] == [
        replace(one, seconds=0, megabytes=None) for one in alone
    ]


def test_each_rate_pays_for_itself(tmp_path, tiny_encoders, monkeypatch):
    """What an embedding model remembers of texts at one rate helps at the next only if the bench is warm."""
    embedded = []
    encode = SentenceEncoder.encode

    def counted(encoder, texts, *more):
        embedded.append(len(texts))
        return encode(encoder, texts, *more)

    monkeypatch.setattr(SentenceEncoder, "encode", counted)
    compressor = PromptCompressor(config="extractive", ranker=EmbeddingRanker(tiny_encoders["encoder"]))
    bench = Bench([load("shelf", 2)], [Compressing("embedding", compressor)], Judge())
    run(bench, [0.5], Store(tmp_path / "one.jsonl"))
    alone = embedded.copy()
    assert max(alone) > 1
    embedded.clear()
    run(bench, [0.5, 0.2], Store(tmp_path / "two.jsonl"))
    assert embedded == alone * 2
    embedded.clear()
    run(replace(bench, warm=True), [0.5, 0.2], Store(tmp_path / "three.jsonl"))
    assert sum(embedded) < 2 * sum(alone)


@pytest.mark.parametrize(
    ("name", "unit", "ranker"),
    [
        ("random sentences", "sentence", None),
        ("truncation", "sentence", None),
        ("random words", "atom", None),
        ("first words", "atom", None),
        ("first whole", "context", None),
        ("whole-bm25", "context", "bm25"),
        ("whole-embedding", "context", "embedding"),
        ("whole-perplexity", "context", "perplexity"),
    ],
)
def test_baselines_are_what_they_are_called(name, unit, ranker):
    config = contender(name).compressor.config
    assert config.unit == unit
    assert not ranker or (config.scorer, config.ranker) == ("relevance", ranker)


def test_truncation_keeps_the_beginning(o200k):
    """Of sentences, and of words, that cost the same: the first half."""
    case = Case("1", "Who?", (Context("Ann ran. Bob ran."), Context("Eve ran. Dan ran.")), ("Ann",))
    assert len({o200k(f" {name} ran.") for name in ("Bob", "Eve", "Dan")}) == 1
    assert contender("truncation").run(case, 0.5).texts == ((0, "Ann ran. Bob ran."),)
    words = contender("first words").run(case, 0.25)
    assert [text for _, text in words.texts] in (["Ann ran."], ["Ann ran"])


@pytest.mark.parametrize("name", BASELINES)
def test_baselines_keep_the_budget(name, o200k, tiny_compressor):
    case = load("shelf", 1).cases[0]
    case = replace(case, contexts=case.contexts[:6])
    made = contender(name)
    if name in ("whole-embedding", "whole-perplexity"):
        made = replace(made, compressor=tiny_compressor(made.compressor.config))
    if isinstance(made, Selecting):
        made = replace(made, chooser=PromptCompressor(config=made.chooser.config, ranker=BM25Ranker()))
    outcome = made.run(case, 0.3)
    total = sum(o200k(context.text) for context in case.contexts)
    after = sum(o200k(text) for _, text in outcome.texts)
    if name == "uncompressed":
        assert after == total
    elif name == "no context":
        assert after == 0
    else:
        assert 0 < after <= 0.3 * outcome.tokens_before
    if "words" not in name:  # of which one fits always
        assert made.run(case, 0.001).texts == (() if not made.fixed else outcome.texts)


def test_a_demonstration_taken_apart():
    """In the two forms of the published prompts; what has no such form is all reasoning."""
    forms = {
        "Question: a?\nLet's think step by step\nb\nc\nThe answer is 4": ("Question: a?", "b\nc"),
        "Q: a?\n(A) 1\nA: Let's think step by step. b. So the answer is (A).": ("Q: a?\n(A) 1", "b."),
        "just text": ("", "just text"),
    }
    for text, (question, reasoning) in forms.items():
        parts = taken_apart(text)
        assert (parts["question"], parts["reasoning"]) == (question, reasoning)
        assert written(parts) == text


def test_unknown_methods():
    with pytest.raises(InvalidRequest, match="There is no method 'x'"):
        contender("x")


def line(method, case, kept, nats=1.0, rate=0.25, overlap=None):
    return Line(
        "t", case, method, rate, float(kept), overlap, nats, 100, 25, 25, 0.5, f"{method}{case}{rate}"
    )


def test_nothing_is_measured(tmp_path):
    """Of demonstrations nothing is looked at without a target: a page without a picture, and no verdict."""
    lines = [replace(line(name, "1", True), kept=None, nats=None) for name in ("a", "extractive-bm25")]
    assert {row.better for row in rows(lines)} == {None}
    text = page(rows(lines), {})
    assert "<svg" not in text
    assert "there is nothing to compare with" in text


def test_the_verdict_names_what_decided():
    """Answers are in no documents, so that what the target says decides."""
    lines = [
        replace(line(name, str(i), False), match=1.0) for name in ("a", "extractive-bm25") for i in range(3)
    ]
    assert "Judged by right answers, compared with extractive-bm25." in page(rows(lines), {})


def test_no_winner_inside_the_noise():
    """A verdict needs a difference that chance does not make."""
    lines = [line("extractive-bm25", str(i), i % 2) for i in range(20)]
    lines += [line("good", str(i), True) for i in range(20)]
    lines += [line("same", str(i), i % 2 or i == 0) for i in range(20)]
    lines += [line("bad", str(i), False) for i in range(20)]
    verdicts = {row.method: row.better for row in rows(lines)}
    assert verdicts == {"good": 1, "same": 0, "extractive-bm25": None, "bad": -1}
    assert next(row.method for row in rows(lines)) == "good"


def test_benefit_and_what_decides():
    lines = [line("uncompressed", "1", True, 2.0, 1.0), line("no context", "1", False, 4.0, 1.0)]
    lines += [line("m", "1", True, 2.5), line("m", "2", True, 99.0)]  # the second was run by m alone
    by_name = {row.method: row for row in rows(lines)}
    assert by_name["m"].benefit == 0.75
    assert judged_on(lines) == "kept"
    assert judged_on([replace(one, kept=0.0) for one in lines]) == "nats"
    assert judged_on([replace(one, overlap=0.5) for one in lines]) == "overlap"
    assert by_name["m"].means["kept"] == Estimate(1.0, 1.0, 1.0, 2)
    answered = [replace(one, kept=0.0, match=1.0, f1=1.0) for one in lines]
    assert judged_on(answered) == "match"


def test_nats_are_per_token():
    """An answer of three tokens counts three times; 1, 1, 1, 5 nats are 2 on the mean."""
    lines = [replace(line("m", "1", True, 1.0), answer_tokens=3), line("m", "2", True, 5.0)]
    assert rows(lines)[0].means["nats"].mean == 2.0
    assert rows(lines)[0].means["kept"].mean == 1.0


def test_reports_say_the_same(tmp_path):
    lines = [
        line(name, str(i), i % 2, rate=rate)
        for name in ("a<b", "extractive-bm25")
        for rate in (0.5, 0.1)
        for i in range(4)
    ]
    lines += [line("uncompressed", str(i), True, rate=1.0) for i in range(4)]
    table = rows(lines)
    assert "| a&lt;b | 0.5 | 0.250 | 4 | 0.500" in markdown(table)
    plain = json.loads(as_json(table, {"target": "x"}))
    assert plain["target"] == "x"
    assert len(plain["rows"]) == len(table)
    assert isinstance(table[0], Row)
    text = page(table, {"target": "<x>"})
    assert "a&lt;b" in text
    assert "<x>" not in text
    assert text.count("<svg") == 1
    assert "2x: 50% of the tokens" in text
    assert "Judged by answers kept, compared with extractive-bm25. At 2x, no difference: a&lt;b." in text
    assert not re.search(r"(?:src|href)=.https?:", text.replace("http://www.w3.org", ""))


def test_the_command(tmp_path):
    """From names to report; wrong ones end with exit code 2."""
    arguments = ["eval", "-n", "2", "-m", "whole-bm25", "-r", "0.3", "--target", "none", "-o", str(tmp_path)]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    for name in (*ALWAYS, "whole-bm25"):
        assert f"| {name} |" in (tmp_path / "report.md").read_text("utf-8")
    assert "<svg" in (tmp_path / "report.html").read_text("utf-8")
    for wrong in (["-m", "x"], ["-r", "7"], ["-r", "x"], ["squad"], ["--peer", "x"]):
        assert CliRunner().invoke(app, [*arguments, *wrong]).exit_code == 2


def test_demonstrations_need_a_reader(tmp_path, monkeypatch):
    """Their texts do not hold the answers; the message names a model, and nothing is written."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "gsm8k_8shot_cot_prompt.txt").write_text("Question: 1 + 1?\nIt is 2.", "utf-8")
    row = json.dumps({"question": "2 + 2?", "answer": "It is 4.\n#### 4"})
    with gzip.open(data / "gsm8k_test.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(row)
    monkeypatch.setenv("LINGUA_DATA", str(data))
    done = CliRunner().invoke(app, ["eval", "gsm8k", "-m", "steps", "-o", str(tmp_path / "out")])
    assert done.exit_code == 2, done.output
    assert f"--target {DEFAULT_SCORER}" in " ".join(done.output.split())
    assert not (tmp_path / "out").exists()


@pytest.mark.model
def test_likelihoods_on_real_weights(tmp_path):
    """The right document makes the answer likelier than no document does."""
    documents = ["Emma was written by Jane Austen.", "Ulysses is long.", "It rained in June.", "Dogs bark."]
    row = {"question": "Who wrote Emma?", "answers": ["Jane Austen"], "documents": documents}
    task = tmp_path / "task.jsonl"
    task.write_text(json.dumps(row), "utf-8")
    arguments = ["eval", str(task), "-m", "extractive", "-r", "0.4", "--target", DEFAULT_SCORER]
    arguments += ["-o", str(tmp_path)]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    found = {row["method"]: row for row in json.loads((tmp_path / "report.json").read_text("utf-8"))["rows"]}
    assert found["extractive"]["benefit"] > 0.5
    assert found["uncompressed"]["means"]["nats"]["mean"] < found["no context"]["means"]["nats"]["mean"]
