import numpy as np
import pytest
from hand_made_beats import FS, cut, kinds, make_beats, make_steady

from ecg_anomaly.detector.decisions import concatenate_decisions
from ecg_anomaly.findings import recording_findings
from ecg_anomaly.findings.beat_batch import make_batch
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.findings.recording_findings import (
    BeatRules,
    FindingSearch,
    find_findings,
)
from ecg_anomaly.findings.unclear_windows import find_unclear_windows
from ecg_anomaly.records.record import Record


def draw(time_s: np.ndarray, duration_s: float, noise_mv: float = 0.01) -> Record:
    """A bump at every beat, and a little noise."""
    at = np.arange(0, duration_s, 1 / FS)
    signal = np.random.default_rng(0).normal(0, noise_mv, len(at))
    for second in time_s:
        near = np.abs(at - second) < 0.1
        signal[near] += np.exp(-0.5 * ((at[near] - second) / 0.012) ** 2)
    return Record("r", "r", signal.astype(np.float32)[:, None], FS, ("II",))


def find(decisions, duration_s: float | None = None):
    end_s = float(decisions.time_s[-1]) + 1 if duration_s is None else duration_s
    return find_findings(draw(decisions.time_s, end_s), decisions)


def test_asystole_between_beats_is_found_in_time():
    decisions = make_beats([0.8] * 20 + [5.5] + [0.8] * 20)
    (found,) = find(decisions)
    assert found.kind == "asystole"
    assert found.level == "critical"
    assert found.start_s == decisions.time_s[20]
    assert found.end_s == decisions.time_s[21]
    assert found.found_s - found.start_s <= 4.5


def test_asystole_until_the_recording_ends():
    decisions = make_steady(20)
    (found,) = find(decisions, float(decisions.time_s[-1]) + 8)
    assert found.kind == "asystole"
    assert found.lasting_s == pytest.approx(8, abs=0.5)


@pytest.mark.parametrize("n", [0, 4, 5])
def test_a_heart_that_stands_still_was_seen_beating(n):
    decisions = make_steady(n) if n else concatenate_decisions([])
    assert ("asystole" in kinds(find(decisions, 30.0))) is (n >= 5)


def test_no_asystole_where_a_beat_went_unnoticed_or_nothing_is_recorded():
    decisions = make_beats([0.8] * 20 + [5.5] + [0.8] * 20)
    times = np.append(decisions.time_s, decisions.time_s[20] + [1.8, 3.7])
    assert find_findings(draw(times, 39.0), decisions) == []
    silent = draw(decisions.time_s, 39.0)
    silent.signal[round(17.2 * FS) : round(22.0 * FS)] = np.nan
    assert "asystole" not in kinds(find_findings(silent, decisions))


def test_a_tachycardia_inside_a_ventricular_one_is_not_named_twice():
    decisions = make_beats([0.8] * 20 + [0.35] * 30 + [0.8] * 20, "N" * 20 + "V" * 31)
    found = find(decisions)
    assert kinds(found)[0] == "ventricular_tachycardia"
    assert "extreme_tachycardia" not in kinds(found)


def test_the_most_critical_comes_first():
    classes = "N" * 10 + "VV" + "N" * 10 + "VVVVVVV" + "N" * 30
    rr_s = np.where(np.isin(list(classes[1:]), ["V"]), 0.45, 0.8)
    assert kinds(find(make_beats(rr_s, classes)))[:2] == ["ventricular_tachycardia", "couplet"]


def test_other_limits_find_other_things():
    decisions = make_beats([0.8] * 20 + [2.2] + [0.8] * 20)
    recording = draw(decisions.time_s, 36.0)
    assert find_findings(recording, decisions) == []
    assert kinds(find_findings(recording, decisions, FindingLimits(pause_s=2.0))) == ["pause"]


def test_nothing_is_found_in_almost_nothing():
    assert find_findings(draw(np.zeros(0), 3.0), concatenate_decisions([])) == []
    assert find(make_beats([]), 3.0) == []
    assert find(make_steady(5), 5.0) == []


def test_noise_only_is_no_finding_of_the_heart():
    assert find(make_steady(200, 0.3, "x" * 200)) == []


@pytest.mark.parametrize("step", [1, 7, 64])
def test_batches_change_nothing(step):
    rng = np.random.default_rng(step)
    classes = "".join(rng.choice(list("NNNNNNVVSx"), 500))
    decisions = make_beats(rng.choice([0.4, 0.5, 0.8, 1.0, 1.7, 2.6], 499), classes)
    beats, rules = make_batch(decisions), BeatRules(FindingLimits())
    found = [f for part in cut(beats, step) for f in rules.extend(part)] + rules.finish()
    whole = BeatRules(FindingLimits())
    expected = whole.extend(beats) + whole.finish()

    def key(f):
        return (f.kind, f.start_s, f.end_s, f.beats, f.why)

    assert sorted(map(key, found)) == sorted(map(key, expected))


def draw_fibrillation(decisions, duration_s: float) -> Record:
    """Beats, and a wave of 5 Hz that waxes and wanes where none has come for a second."""
    recording = draw(decisions.time_s, duration_s)
    at = np.arange(len(recording.signal)) / FS
    since = at - np.append(-9, decisions.time_s)[np.searchsorted(decisions.time_s, at)]
    wave = 0.5 * np.sin(2 * np.pi * 5 * at) * (1 + 0.4 * np.sin(2 * np.pi * 0.3 * at))
    recording.signal[since > 1, 0] += wave[since > 1].astype(np.float32)
    return recording


@pytest.mark.parametrize("step", [1, 3, 50])
def test_parts_of_the_decisions_change_nothing(step):
    rng = np.random.default_rng(step)
    rr_s = rng.choice([0.5, 0.8, 1.0, 9.0, 20.0], 120, p=[0.3, 0.3, 0.3, 0.05, 0.05])
    decisions = make_beats(rr_s, "".join(rng.choice(list("NNNNVSx"), 121)))
    recording = draw_fibrillation(decisions, float(decisions.time_s[-1]) + 12)
    search = FindingSearch(recording, FindingLimits())
    for row in range(0, len(decisions), step):
        rows = slice(row, row + step)
        names = decisions.columns()
        search.extend(type(decisions)(**{name: getattr(decisions, name)[rows] for name in names}))
    expected = find_findings(recording, decisions)
    assert search.finish(decisions) == expected
    assert "ventricular_fibrillation" in kinds(expected)


@pytest.mark.parametrize("most", [1, 7, 100])
def test_windows_are_looked_at_a_bounded_number_at_a_time(most, monkeypatch):
    """Or a month without a beat would take hundreds of megabytes."""
    decisions = make_beats(np.array([0.8, 0.8, 30.0, 0.8, 0.8]), "NNNNNN")
    recording = draw_fibrillation(decisions, float(decisions.time_s[-1]) + 40)
    expected, numbers = find_findings(recording, decisions), []

    def find(beats, first, stop):
        numbers.append(stop - first)
        return find_unclear_windows(beats, first, stop)

    monkeypatch.setattr(recording_findings, "MOST_WINDOWS", most)
    monkeypatch.setattr(recording_findings, "find_unclear_windows", find)
    assert find_findings(recording, decisions) == expected
    assert 0 < min(numbers) <= max(numbers) <= most
    assert "ventricular_fibrillation" in kinds(expected)


def test_an_atrial_fibrillation_is_known_while_it_goes_on():
    rr_s = np.concatenate([np.full(60, 0.8), np.random.default_rng(0).uniform(0.4, 1.0, 300)])
    rules = BeatRules(FindingLimits())
    assert rules.extend(make_batch(make_beats(rr_s))) == []
    assert [found.kind for found in rules.under_way()] == ["atrial_fibrillation"]


def test_an_alarm_is_known_while_the_finding_is_under_way():
    decisions = make_beats([0.8] * 10 + [0.45] * 10, "N" * 10 + "V" * 11)
    rules, beats = BeatRules(FindingLimits()), make_batch(decisions)
    assert rules.extend(beats.select(0, 14)) == []
    assert "ventricular_tachycardia" not in kinds(rules.under_way())
    rules.extend(beats.select(14, 15))
    (alarm,) = [f for f in rules.under_way() if f.level == "critical"]
    assert alarm.found_s == beats.time_s[14]
    assert rules.under_way()[0].beats == alarm.beats  # looking changes nothing
