import pytest

from default_config import pipeline_config
from ecg_anomaly.records.wfdb.wfdb_files import write_record
from lab import live_kills
from lab.live_kills import KillRun, run_with_kills
from toy_detector import toy_records, write_toy_detector


@pytest.mark.measurement
def test_no_event_comes_twice_and_none_is_lost_when_it_is_killed(tmp_path, monkeypatch):
    monkeypatch.setattr(live_kills, "SHORTEST_S", 1.2)
    monkeypatch.setattr(live_kills, "LONGEST_S", 2.5)
    detector = write_toy_detector(tmp_path / "toy", pipeline_config())
    write_record(toy_records()[0], tmp_path)
    found = run_with_kills(str(tmp_path / "s01"), tmp_path, 3, 10.0, str(detector))
    assert found.is_clean, found
    assert found.kills >= 2


def test_without_a_speed_the_replay_is_as_fast_as_it_goes(tmp_path, monkeypatch):
    started = []
    monkeypatch.setattr(live_kills.subprocess, "Popen", lambda words, **_: started.append(words))
    for speed in (0, 60.0):
        live_kills._start("a/s01", tmp_path / "x.sqlite", speed, None, None)
    assert [words[4] for words in started] == ["replay:a/s01", "replay:a/s01@60"]


def test_anything_that_is_wrong_is_not_clean():
    assert KillRun(3, 0, 0, 0, 0).is_clean
    for wrong in range(1, 5):
        assert not KillRun(3, *(int(k == wrong) for k in range(1, 5))).is_clean
