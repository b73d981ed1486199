from collections import Counter

import pytest
from tables import DirectScorer, read_rows

from ecg_anomaly.archive.archive_plan import read_part
from ecg_anomaly.archive.archive_table import TablePart
from ecg_anomaly.archive.file_store import FileStore
from ecg_anomaly.archive.part_scoring import MOST_KILLS, THERE, score_part


@pytest.fixture
def run(prepare, chosen):
    """Return a function that scores part 0 with a scorer and counts what became of it."""

    def score(scorer: DirectScorer, retry: bool = False, stop_after: int | None = None) -> Counter:
        job = prepare()
        table = TablePart(FileStore(job.table), chosen.sha256, 0)
        done = score_part(read_part(job.plan, 0), table, scorer, chosen.sha256, retry)
        if stop_after is not None:
            return Counter(next(done).outcome for _ in range(stop_after))
        return Counter(d.outcome for d in done)

    return score


def test_a_second_run_scores_nothing(run, chosen, tmp_path):
    assert run(DirectScorer(chosen)) == {"scored": 4}
    before = read_rows(tmp_path / "table")
    again = DirectScorer(chosen)
    assert run(again) == {THERE: 4}
    assert again.scored == []
    assert read_rows(tmp_path / "table").equals(before)


def test_a_run_that_is_killed_costs_what_was_being_scored(run, chosen, tmp_path):
    assert run(DirectScorer(chosen), stop_after=2) == {"scored": 2}
    again = DirectScorer(chosen)
    assert run(again) == {THERE: 2, "scored": 2}
    assert len(again.scored) == 2
    assert len(read_rows(tmp_path / "table")) == 4
    assert not (tmp_path / "table/_work").exists() or not list(
        (tmp_path / "table/_work").rglob("*.*")
    )


def test_rows_of_a_complete_part_that_was_not_written_are_written(run, chosen, tmp_path):
    run(DirectScorer(chosen), stop_after=4)
    assert not (tmp_path / "table/recordings").exists()
    assert run(DirectScorer(chosen)) == {THERE: 4}
    assert len(read_rows(tmp_path / "table")) == 4


def test_a_changed_recording_is_scored_again_and_its_row_replaced(run, chosen, records, tmp_path):
    run(DirectScorer(chosen))
    header = records / "s02.hea"
    header.write_text(header.read_text() + "# found in the attic\n")
    assert run(DirectScorer(chosen)) == {THERE: 3, "scored": 1}
    assert len(read_rows(tmp_path / "table")) == 4


def test_a_touched_recording_is_read_and_not_scored(run, chosen, records, tmp_path):
    run(DirectScorer(chosen))
    (records / "s02.hea").touch()
    again = DirectScorer(chosen)
    assert run(again) == {THERE: 4}
    assert len(again.scored) == 1
    assert run(DirectScorer(chosen)) == {THERE: 4}


def test_a_recording_that_kills_what_scores_it_is_set_aside(run, chosen, records, tmp_path):
    deadly = str(records / "s03.hea")
    scorer = DirectScorer(chosen, {deadly: 10**6})
    assert run(scorer) == {"scored": 3, "set_aside": 1}
    assert scorer.scored.count(deadly) == MOST_KILLS
    row = read_rows(tmp_path / "table").set_index("uri").loc[deadly]
    assert (row["status"], row["failure"]) == ("set_aside", "killed its worker")
    assert run(scorer) == {THERE: 4}
    assert run(DirectScorer(chosen), retry=True) == {THERE: 3, "scored": 1}


def test_kills_by_chance_set_nothing_aside(run, chosen, records):
    once = {str(path): 1 for path in records.glob("*.hea")}
    assert run(DirectScorer(chosen, once)) == {"scored": 4}


def test_a_kill_moves_a_recording_to_the_end(run, chosen, records):
    names = [str(records / f"s0{i}.hea") for i in (1, 2, 3, 4)]
    scorer = DirectScorer(chosen, {names[1]: 2, names[2]: 1})
    assert run(scorer) == {"scored": 4}
    first, rest = scorer.scored[:4], scorer.scored[4:]
    assert sorted(first) == names
    assert sorted(rest) == [names[1], names[1], names[2]]
    assert rest[-1] == names[1]


def test_what_a_killed_run_was_scoring_is_last_in_the_next_one(run, chosen, records):
    class KilledAtOnce(DirectScorer):
        def score(self, entry, *_):
            self.scored.append(entry.uri)
            raise SystemExit

    tried = []
    for _ in range(3):  # runs that are killed at their first recording meet another one each time
        scorer = KilledAtOnce(chosen)
        with pytest.raises(SystemExit):
            run(scorer)
        tried += scorer.scored
    assert len(set(tried)) == 3
    last = DirectScorer(chosen)
    assert run(last) == {"scored": 4}
    assert set(last.scored[1:]) == set(tried)


def test_one_that_takes_the_worker_along_is_set_aside_after_as_many_runs(run, chosen, records):
    deadly = str(records / "s01.hea")

    class Fatal(DirectScorer):
        def score(self, entry, known):
            if entry.uri == deadly:
                raise SystemExit
            return super().score(entry, known)

    for _ in range(MOST_KILLS):
        with pytest.raises(SystemExit):
            run(Fatal(chosen))
    assert run(Fatal(chosen))["set_aside"] == 1


def test_what_failed_is_looked_at_again_when_it_is_mended(run, chosen, records):
    content = (records / "s01.dat").read_bytes()
    (records / "s01.dat").unlink()
    assert run(DirectScorer(chosen)) == {"scored": 3, "failed": 1}
    assert run(DirectScorer(chosen)) == {THERE: 4}
    (records / "s01.dat").write_bytes(content)
    assert run(DirectScorer(chosen)) == {THERE: 3, "scored": 1}
