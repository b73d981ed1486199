import os
import signal
from pathlib import Path

import psutil
import pytest

from ecg_anomaly.archive import scoring_process
from ecg_anomaly.archive.manifest import ManifestRow
from ecg_anomaly.archive.recording_scoring import score_entry
from ecg_anomaly.archive.scoring_process import ScoringProcess
from ecg_anomaly.files.errors import UserError


def scoring_children() -> list[psutil.Process]:
    children = psutil.Process().children()
    return [child for child in children if "spawn_main" in " ".join(child.cmdline())]


@pytest.fixture
def scorer(model: Path):
    process = ScoringProcess(model, beats=True)
    yield process
    process.end()


def test_it_scores_like_this_process_and_outlives_its_own_death(scorer, chosen, sound):
    entry = ManifestRow(str(sound / "s01"))
    row, beats = scorer.score(entry, None)
    here, beats_here = score_entry(entry, chosen, None, beats=True)
    differ = {"seconds", "scored_at"}
    assert {k: row[k] for k in row if k not in differ} == {
        k: here[k] for k in here if k not in differ
    }
    assert beats.equals(beats_here)
    (child,) = scoring_children()
    os.kill(child.pid, signal.SIGKILL)
    assert scorer.score(entry, None) is None
    row, _ = scorer.score(entry, None)
    assert row["status"] == "scored"
    scorer.end()
    assert scoring_children() == []


def test_a_process_that_is_killed_while_it_starts_is_started_again(scorer, sound):
    scorer._start()
    (child,) = scoring_children()
    os.kill(child.pid, signal.SIGKILL)
    row, _ = scorer.score(ManifestRow(str(sound / "s01")), None)
    assert row["status"] == "scored"


def test_one_that_never_starts_ends_the_run(tmp_path, monkeypatch):
    monkeypatch.setattr(scoring_process, "MOST_STARTS", 2)
    with pytest.raises(UserError, match="ended 2 times while it started"):
        ScoringProcess(tmp_path / "no detector").make_ready()
