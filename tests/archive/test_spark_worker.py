import json
import tempfile

import pyarrow as pa
import pytest
from tables import read_rows

from ecg_anomaly.archive import spark_worker
from ecg_anomaly.archive.spark_worker import COPY, PartScorer, find_scorer, read_files


@pytest.fixture
def scorer(prepare, model, monkeypatch):
    """Make what Spark would send to a worker, without Spark."""
    monkeypatch.setattr(spark_worker, "_scorers", {})
    job = prepare()
    yield PartScorer(job, tuple(job.plan.parts()), lambda: read_files(model))
    for process in spark_worker._scorers.values():
        process.end()


def test_a_batch_of_parts_becomes_rows_of_outcomes(scorer, tmp_path):
    batches = [pa.RecordBatch.from_pydict({"id": [0]})]
    (done,) = scorer(iter(batches))
    assert done.column("outcome").to_pylist() == ["scored"] * 4
    assert len(read_rows(tmp_path / "table")) == 4
    (again,) = scorer(iter(batches))
    assert again.column("outcome").to_pylist() == ["there already"] * 4
    assert len(spark_worker._scorers) == 1


def test_a_worker_that_was_killed_leaves_its_copy_to_the_next_one(scorer, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    abandoned = tmp_path / f".{COPY}.abcdefgh.tmp"
    abandoned.mkdir()
    find_scorer(scorer.job, scorer.read_detector)
    (own,) = tmp_path.glob(f".{COPY}.*.tmp")
    assert own != abandoned
    assert (own / "sha256.json").is_file()


def test_what_a_user_must_correct_is_sent_back_at_once(scorer, tmp_path):
    (tmp_path / "table/_work").write_text("in the way")
    (done,) = scorer(iter([pa.RecordBatch.from_pydict({"id": [0]})]))
    (error,) = done.column("error").to_pylist()
    assert "_work" in json.loads(error)[0]
