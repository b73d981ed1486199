import numpy as np
import pytest
from drawn_recordings import FS, draw
from hand_made_beats import make_beats, make_steady

from ecg_anomaly.detector.decisions import concatenate_decisions
from ecg_anomaly.findings.judged_windows import Window
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.findings.recording_findings import find_findings
from ecg_anomaly.findings.unclear_windows import STEP_S
from ecg_anomaly.findings.ventricular_fibrillation import CHANGE, VentricularFibrillationRule


def find(recording, decisions):
    found = find_findings(recording, decisions)
    return [f for f in found if f.kind == "ventricular_fibrillation"]


@pytest.mark.parametrize("fs", [128.0, 250.0, 360.0, 1000.0, 2500.0])
@pytest.mark.parametrize("n_leads", [1, 2])
def test_fibrillation_after_beats_is_found_in_time(fs, n_leads):
    decisions = make_steady(31)
    start_s = float(decisions.time_s[-1]) + 0.3
    (found,) = find(draw(decisions.time_s, start_s, start_s + 30, fs, n_leads), decisions)
    assert found.level == "critical"
    assert found.start_s == pytest.approx(start_s, abs=2.5)
    assert found.end_s == pytest.approx(start_s + 20, abs=2.5)
    assert found.found_s <= start_s + 4.5
    assert found.confidence > 0.5


@pytest.mark.parametrize("classes", ["x", "V"])
def test_false_beats_in_fibrillation_do_not_hide_it_and_are_no_finding(classes):
    n = 40
    decisions = make_beats([0.8] * 30 + [0.45] * n, "N" * 31 + classes * n)
    start_s = float(decisions.time_s[30]) + 0.3
    recording = draw(decisions.time_s[:31], start_s, start_s + 30)
    assert len(find(recording, decisions)) == 1
    kinds = {f.kind for f in find_findings(recording, decisions)}
    assert "ventricular_tachycardia" not in kinds


@pytest.mark.parametrize("classes", ["x", "V"])
def test_where_every_swing_is_a_beat_it_is_a_tachycardia(classes):
    decisions = make_beats([0.8] * 30 + [1 / 2.9] * 60, "N" * 31 + classes * 60)
    at = np.arange(0, float(decisions.time_s[-1]) + 1, 1 / FS)
    swing = 0.7 * np.sin(2 * np.pi * 2.9 * at)
    recording = draw(decisions.time_s[:31], 99, at[-1] + 1 / FS)
    recording.signal[: len(at), 0] += np.where(at > 24.3, swing, 0).astype(np.float32)
    found = [f for f in find_findings(recording, decisions) if f.level == "critical"]
    assert [f.kind for f in found] == ["ventricular_tachycardia"]
    assert found[0].rate_bpm == pytest.approx(174, rel=0.02)


@pytest.mark.parametrize("classes", ["x", "V", ""])
def test_an_asystole_after_fibrillation_is_found_as_well(classes):
    n = 40 if classes else 0
    decisions = make_beats([0.8] * 30 + [0.45] * n, "N" * 31 + classes * n)
    start_s = float(decisions.time_s[30]) + 0.3
    recording = draw(decisions.time_s[:31], start_s, start_s + 30)  # silent for the last 10 s
    found = {f.kind: f for f in find_findings(recording, decisions)}
    assert set(found) >= {"ventricular_fibrillation", "asystole"}
    asystole = found["asystole"]
    assert asystole.start_s >= found["ventricular_fibrillation"].end_s - 2.5
    assert asystole.found_s <= start_s + 20 + 5.5
    assert "extreme_bradycardia" not in found


def test_beats_that_are_clear_speak_against_it():
    decisions = make_beats([0.8] * 60)
    assert find(draw(decisions.time_s[:31], 24.3, 50.0), decisions) == []


def test_less_than_its_limit_is_none():
    decisions = make_steady(31)
    recording = draw(decisions.time_s, 24.3, 24.3 + 10 + 1.5)
    assert find(recording, decisions) == []
    longer = FindingLimits(vf_s=15.0)
    for lasting_s, count in ((12.0, 0), (18.0, 1)):
        recording = draw(decisions.time_s, 24.3, 24.3 + 10 + lasting_s)
        found = find_findings(recording, decisions, longer)
        assert sum(f.kind == "ventricular_fibrillation" for f in found) == count


def test_nothing_in_a_recording_without_beats_that_is_silent_or_short():
    nothing = concatenate_decisions([])
    assert find(draw([], 99, 3.0), nothing) == []
    assert find(draw([], 99, 60.0), nothing) == []
    assert len(find(draw([], 0, 60.0), nothing)) == 1


def test_doubtful_windows_add_up():
    rule = VentricularFibrillationRule(FindingLimits())
    for k, logit in enumerate([0.4, 0.4, 0.4]):
        assert bool(rule.under_way()) is False
        assert rule.add_window(Window(10.0 + k, logit)) == []
    (found,) = rule.finish()
    assert (found.start_s, found.found_s) == (6.0, 12.0)
    assert rule.add_window(Window(30.0, 0.9)) == []
    assert rule.finish() == []


def test_the_rule_joins_what_is_close_and_says_what_is_under_way():
    rule = VentricularFibrillationRule(FindingLimits())
    assert rule.under_way() == []
    assert rule.add_window(Window(10.0, 1.0)) == []
    assert rule.under_way()[0].found_s == 10.0
    assert rule.add_window(Window(18.5, 1.0)) == []
    assert rule.add_window(Window(21.0, -1.0)) == []
    (first,) = rule.add_window(Window(30.0, 1.0))
    assert (first.start_s, first.end_s, first.found_s) == (6.0, 18.5, 10.0)
    (last,) = rule.finish()
    assert (last.start_s, last.end_s) == (26.0, 30.0)
    assert rule.finish() == []


def run(*sorts):
    """Apply the rule to windows in a row, r for one with beats at 150 a minute."""
    rule, found = VentricularFibrillationRule(FindingLimits()), []
    for k, sort in enumerate("".join(sorts)):
        found += rule.add_window(Window(10 + k * STEP_S, 1.0, 150.0 if sort == "r" else np.nan))
    return found + rule.finish()


def test_beats_that_come_evenly_are_a_tachycardia():
    (found,) = run("r" * 5)
    assert (found.kind, found.rate_bpm, found.beats) == ("ventricular_tachycardia", 150.0, 15)
    assert [f.kind for f in run("rr.r.")] == ["ventricular_tachycardia"]
    assert [f.kind for f in run("r.r.")] == ["ventricular_fibrillation"]


def test_a_tachycardia_that_becomes_fibrillation_is_both():
    first, last = run("r" * CHANGE, "." * CHANGE)
    assert (first.kind, first.start_s, first.end_s) == ("ventricular_tachycardia", 6.0, 17.5)
    assert (last.kind, last.start_s) == ("ventricular_fibrillation", 14.0)
    assert last.found_s == last.end_s == 10 + (2 * CHANGE - 1) * STEP_S
    assert [f.kind for f in run("." * CHANGE, "r" * CHANGE)] == [last.kind, first.kind]


def test_where_the_baseline_sways_an_episode_goes_on_and_none_begins():
    rule, sways = VentricularFibrillationRule(FindingLimits()), (-2.0, np.nan, True)
    assert all(rule.add_window(Window(10 + k, *sways)) == [] for k in range(8))
    assert rule.finish() == []
    rule.add_window(Window(10.0, 1.0))
    assert all(rule.add_window(Window(11.0 + k, *sways)) == [] for k in range(8))
    (found,) = rule.finish()
    assert (found.start_s, found.end_s, found.found_s) == (6.0, 18.0, 10.0)


def test_what_changes_for_some_seconds_is_one_episode():
    assert len(run("r" * CHANGE, "." * (CHANGE - 1), "r" * CHANGE)) == 1
    assert len(run("r" * (CHANGE - 1), "." * CHANGE)) == 1
    assert len(run("." * CHANGE, "." * CHANGE)) == 1
