import pytest

from default_config import pipeline_config
from ecg_anomaly.records.wfdb.wfdb_files import write_record
from lab import live_kills
from lab.live_kills import KillRun, Replay, run_with_kills
from toy_detector import toy_records, write_toy_detector


@pytest.mark.measurement
@pytest.mark.parametrize("workers", [1, 2])
def test_no_event_comes_twice_and_none_is_lost_when_it_is_killed(tmp_path, monkeypatch, workers):
    monkeypatch.setattr(live_kills, "SHORTEST_S", 0.2 + workers)
    monkeypatch.setattr(live_kills, "LONGEST_S", 1.5 + workers)
    detector = write_toy_detector(tmp_path / "toy", pipeline_config())
    for record in toy_records()[:2]:
        write_record(record, tmp_path)
    replay = Replay([str(tmp_path / name) for name in ("s01", "s02")], workers, str(detector))
    found = run_with_kills(replay, tmp_path, 3, 10.0)
    assert found.is_clean, found
    assert found.kills >= 2


def test_without_a_speed_the_replay_is_as_fast_as_it_goes(tmp_path, monkeypatch):
    started = []
    monkeypatch.setattr(live_kills.subprocess, "Popen", lambda words, **_: started.append(words))
    for speed in (0, 60.0):
        live_kills._start(Replay(["a/s01"]), tmp_path / "x.sqlite", speed, None)
    assert [words[4] for words in started] == ["replay:a/s01", "replay:a/s01@60"]


def test_anything_that_is_wrong_is_not_clean():
    assert KillRun(3, 0, 0, 0, 0).is_clean
    for wrong in range(1, 5):
        assert not KillRun(3, *(int(k == wrong) for k in range(1, 5))).is_clean
