"""Rows of a batch are compressed each by itself, whatever becomes of the others, in any engine."""

from __future__ import annotations

import copy
import pickle
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingua_integrations import PromptCompressor
from lingua_integrations.batch import BatchCompressor
from lingua_integrations.batch.rows import Columns
from lingua_integrations.core.methods import configuration
from lingua_integrations.errors import InvalidRequest, ServerFailed, UnknownModel

TEXTS = [
    f"The cat number {i} sat on the mat. It ran in 19{i:02}. Nobody saw it. It rained." for i in range(8)
]
BM25 = configuration("extractive-bm25")


class Failing:
    """A ranker whose server fails for texts with a word in them."""

    name = "failing"

    def __init__(self, word: str, error: Exception) -> None:
        self.word, self.error, self.asked = word, error, 0

    def rank(self, question, texts):
        self.asked += 1
        if any(self.word in text for text in texts):
            raise self.error
        return np.arange(float(len(texts)))


def failing(word, error=None):
    ranker = Failing(word, error or ServerFailed("http://gpu failed: status 500.", "http://gpu", 500))
    return ranker, PromptCompressor(config=BM25, ranker=ranker)


@given(st.lists(st.one_of(st.none(), st.text(max_size=40), st.sampled_from(TEXTS)), max_size=6))
def test_a_batch_is_its_rows(texts):
    """Each as in a call of its own; nothing of the caller's changes."""
    compress = BatchCompressor("salience", rate=0.5)
    batch = {"id": list(range(len(texts))), "text": texts}
    before = copy.deepcopy(batch)
    found = compress(batch)
    assert batch == before
    assert {name: found[name] for name in batch} == batch
    for text, shorter, after, error in zip(
        texts, found["compressed"], found["tokens_after"], found["error"], strict=True
    ):
        if text is None or not text.strip():
            assert shorter == text and error is None
        elif error is None:
            alone = PromptCompressor(config="salience").compress([text], rate=0.5)
            assert shorter == "".join(alone.texts) and after == alone.tokens_after
        else:
            assert error.startswith("BudgetTooSmall") and shorter


def test_arrays_come_back_as_arrays():
    compress = BatchCompressor("extractive-bm25", question="Where is cat 3?", rate=0.5)
    lists = compress({"text": TEXTS})
    arrays = compress({"text": np.array(TEXTS), "id": np.arange(8)})
    assert arrays["compressed"].dtype == object and arrays["tokens_after"].dtype == np.int64
    assert arrays["compressed"].tolist() == lists["compressed"]
    assert arrays["error"].tolist() == [None] * 8
    assert all(
        after <= before / 2
        for after, before in zip(lists["tokens_after"], lists["tokens_before"], strict=True)
    )
    assert compress({"text": []}) == {
        "text": [],
        "compressed": [],
        "tokens_before": [],
        "tokens_after": [],
        "error": [],
    }
    assert compress({"text": np.array([], dtype=object)})["compressed"].shape == (0,)


def test_questions_and_titles_are_columns():
    columns = {"text": "body", "question": "asked", "title": "heading", "compressed": "short"}
    compress = BatchCompressor("extractive-bm25", target_tokens=9, columns=columns)
    text = "Emma is by Jane Austen. Ulysses is by James Joyce."
    batch = {
        "body": [text] * 3,
        "asked": ["Who wrote Emma?", "Who wrote Ulysses?", None],
        "heading": ["Books"] * 3,
    }
    found = compress(batch)
    assert found["short"] == ["Emma is by Jane Austen.", "Ulysses is by James Joyce.", text]
    assert found["error"][:2] == [None, None] and "needs a question" in found["error"][2]


def test_a_row_that_fails_stops_no_other():
    """It is handed on whole, and says why."""
    _, compressor = failing("number 3")
    found = BatchCompressor(compressor, question="Where?", rate=0.5)(
        {"text": [*TEXTS, 7, None, float("nan")]}
    )
    assert found["compressed"][3] == TEXTS[3] and found["compressed"][8:] == [None, None, None]
    assert found["error"] == [
        *[None] * 3, "ServerFailed: http://gpu failed: status 500.", *[None] * 4,
        "InvalidRequest: int is no text", None, None,
    ]  # fmt: skip
    assert all(len(found["compressed"][i]) < len(TEXTS[i]) for i in (0, 1, 2, 4, 5, 6, 7))


def test_a_budget_that_is_too_small_gives_the_least():
    found = BatchCompressor("extractive-bm25", question="Where is the cat?", target_tokens=2)(
        {"text": TEXTS[:1]}
    )
    assert found["error"][0].startswith("BudgetTooSmall: A budget of 2 tokens")
    assert found["compressed"][0] in TEXTS[0] and 2 < found["tokens_after"][0] < found["tokens_before"][0]


@pytest.mark.parametrize(
    ("word", "error"),
    [("cat", None), ("number 5", UnknownModel("no such model"))],
    ids=["every row", "a model"],
)
def test_what_fails_for_every_row_is_raised(word, error):
    _, compressor = failing(word, error)
    with pytest.raises(ServerFailed if error is None else UnknownModel):
        BatchCompressor(compressor, question="Where?", rate=0.5)({"text": TEXTS})


@pytest.mark.parametrize("folder", [False, True], ids=["memory", "folder"])
def test_rows_alike_are_compressed_once(tmp_path, folder):
    """In a batch, in later ones, and from a folder in other processes; failures are tried again."""
    pytest.importorskip("diskcache")
    cache = tmp_path / "cache" if folder else None
    ranker, compressor = failing("number 3")
    compress = BatchCompressor(compressor, question="Where?", rate=0.5, cache=cache)
    first = compress({"text": [*TEXTS, *TEXTS[::-1]]})
    assert ranker.asked == len(TEXTS)
    assert first["compressed"][8:] == first["compressed"][:8][::-1]
    ranker.asked = 0
    assert compress({"text": TEXTS})["compressed"] == first["compressed"][:8]
    assert ranker.asked == 1
    ranker.word = "nothing"
    assert compress({"text": TEXTS})["error"] == [None] * 8
    if folder:
        ranker.asked = 0
        again = pickle.loads(pickle.dumps(compress))
        again({"text": TEXTS})
        assert again.compressor._models.ranker.asked == 0
        other = BatchCompressor(compressor, question="Where?", rate=0.4, cache=cache)
        other({"text": TEXTS})
        assert ranker.asked == len(TEXTS)


def test_threads_change_nothing():
    one = BatchCompressor("salience", rate=0.5)({"text": TEXTS})
    assert BatchCompressor("salience", rate=0.5, threads=4)({"text": TEXTS}) == one


def test_a_pickle_is_small_and_says_the_same():
    compress = BatchCompressor("extractive-bm25", question="Where is cat 3?", rate=0.5)
    here = compress({"text": TEXTS})
    data = pickle.dumps(compress)
    assert len(data) < 4000
    assert pickle.loads(data)({"text": TEXTS}) == here


@pytest.mark.parametrize(
    ("settings", "match"),
    [
        ({"rate": 2.0}, "rate must be"),
        ({"rate": 0.5, "target_tokens": 3}, "not both"),
        ({"compressor": "bm25"}, "no method 'bm25'"),
        ({"question": "Who?", "columns": {"question": "asked"}}, "not both"),
        ({"columns": {"compressed": "text"}}, "Two columns are called text"),
        ({"threads": 0}, "threads"),
    ],
)
def test_bad_settings_are_refused(settings, match):
    with pytest.raises(InvalidRequest, match=match):
        BatchCompressor(**settings)


def test_columns_that_are_missing_or_taken_are_refused():
    compress = BatchCompressor("salience", columns=Columns(text="body"))
    with pytest.raises(InvalidRequest, match=r"no column body\. It has text"):
        compress({"text": TEXTS})
    with pytest.raises(InvalidRequest, match="a column error already"):
        compress({"body": TEXTS, "error": TEXTS})


# --- Engines ---------------------------------------------------------------------------------------


def test_hugging_face_datasets():
    datasets = pytest.importorskip("datasets", reason="datasets is not installed: see docs/batch.md")
    compress = BatchCompressor("salience", rate=0.5)
    found = datasets.Dataset.from_dict({"text": TEXTS}).map(compress, batched=True, batch_size=3)
    assert found["compressed"][:] == compress({"text": TEXTS})["compressed"]


def test_ray_data():
    """Real Ray in local mode: a pool of actors, each with a copy."""
    ray = pytest.importorskip("ray", reason="ray is not installed: see docs/batch.md")
    pytest.importorskip("ray.data")
    compress = BatchCompressor("salience", rate=0.5)
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, ignore_reinit_error=True)
    try:
        rows = ray.data.from_items([{"id": i, "text": text} for i, text in enumerate(TEXTS * 4)])
        settings = {"compressor": "salience", "rate": 0.5}
        pool = ray.data.ActorPoolStrategy(size=2)
        found = rows.map_batches(
            BatchCompressor, fn_constructor_kwargs=settings, batch_size=8, compute=pool, num_cpus=0.5
        ).take_all()
        assert len(found) == 32
        here = compress({"text": TEXTS})["compressed"]
        assert all(row["compressed"] == here[row["id"] % 8] for row in found)
        again = rows.map_batches(compress, batch_size=8, num_cpus=0.5).take_all()
        assert sorted(row["compressed"] for row in again) == sorted(row["compressed"] for row in found)
    finally:
        ray.shutdown()


def test_spark(monkeypatch):
    """Real Spark in local mode, with two processes of Python."""
    sql = pytest.importorskip("pyspark.sql", reason="pyspark is not installed: see docs/batch.md")
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    compress = BatchCompressor("salience", rate=0.5)

    def shorter(frames):
        for frame in frames:
            yield pandas.DataFrame(compress(frame.to_dict("series")))

    columns = "id long, text string, compressed string, tokens_before long, tokens_after long, error string"
    spark = sql.SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
    try:
        rows = spark.createDataFrame(list(enumerate(TEXTS)), "id long, text string").repartition(3)
        found = {row.id: row.compressed for row in rows.mapInPandas(shorter, columns).collect()}
    finally:
        spark.stop()
    assert [found[n] for n in range(len(TEXTS))] == compress({"text": TEXTS})["compressed"]


def test_pandas_as_spark_hands_it_over():
    """`mapInPandas` gives an iterator of frames and takes one."""
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    compress = BatchCompressor("salience", rate=0.5)

    def frames(batches):
        for frame in batches:
            yield pandas.DataFrame(compress(frame.to_dict("series")))

    (found,) = frames([pandas.DataFrame({"id": range(8), "text": TEXTS})])
    assert found["compressed"].tolist() == compress({"text": TEXTS})["compressed"]
    assert found["id"].tolist() == list(range(8))
