from collections import Counter
from queue import SimpleQueue

import pytest
from tables import read_rows

from ecg_anomaly.archive import archive_run
from ecg_anomaly.archive.archive_run import Tally, prepare_job, run_here
from ecg_anomaly.files.errors import UserError


def test_two_workers_score_an_archive_with_its_beats(prepare, model, tmp_path):
    tally = Tally()
    for done in run_here(prepare(beats=True), model, workers=2):
        tally.add(done)
    assert tally.outcomes == {"scored": 4}
    assert tally.seconds > 0
    rows = read_rows(tmp_path / "table")
    beats = read_rows(tmp_path / "table", "beats")
    assert beats.groupby("uri").size().tolist() == rows["beats_found"].tolist()


def test_shards_score_all_of_it_once(manifest, chosen, model, tmp_path, monkeypatch):
    monkeypatch.setattr("ecg_anomaly.archive.archive_plan.ROWS_A_PART", 1)
    jobs = [prepare_job(str(manifest), str(tmp_path / "table"), chosen.sha256) for _ in range(3)]
    assert jobs[0] == jobs[2]
    found = [Counter(d.uri for d in run_here(jobs[i], model, (i, 3))) for i in range(3)]
    assert Counter(manifest.read_text().split()) == sum(found, Counter())
    assert len(read_rows(tmp_path / "table")) == 4


def test_a_manifest_without_recordings_makes_no_table(tmp_path, chosen):
    (tmp_path / "empty.txt").write_text("# none\n")
    with pytest.raises(UserError, match="names no recording"):
        prepare_job(str(tmp_path / "empty.txt"), str(tmp_path / "table"), chosen.sha256)
    assert not (tmp_path / "table").exists()


def test_a_table_that_cannot_be_written_ends_the_run(prepare, model, tmp_path):
    job = prepare()
    (tmp_path / "table/_work").write_text("in the way")
    with pytest.raises(UserError, match="_work"):
        list(run_here(job, model))


def test_more_workers_than_parts_all_end(prepare, model, monkeypatch):
    class Hasty(SimpleQueue):
        """Says that something is left, as a queue does that another thread is about to empty."""

        def empty(self):
            return False

    monkeypatch.setattr(archive_run, "SimpleQueue", Hasty)
    assert len(list(run_here(prepare(), model, workers=3))) == 4
