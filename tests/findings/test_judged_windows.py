"""Windows of a recording, and how much like fibrillation each is."""

import numpy as np
from drawn_recordings import FS, draw
from hand_made_beats import make_beats

from ecg_anomaly.detector.decisions import concatenate_decisions
from ecg_anomaly.findings import judged_windows
from ecg_anomaly.findings.beat_batch import make_batch
from ecg_anomaly.findings.judged_windows import judge_windows
from ecg_anomaly.findings.unclear_windows import STEP_S, UnclearWindows, find_unclear_windows
from ecg_anomaly.records.record import Record


def test_signal_that_comes_piece_by_piece_gives_the_same():
    decisions = make_beats([0.8] * 30 + [0.37] * 50 + [0.8] * 20, "N" * 31 + "x" * 50 + "N" * 20)
    recording = draw(decisions.time_s, 24.3, 60.0, 360.0)
    beats = make_batch(decisions)
    numbers = find_unclear_windows(beats, 0, 121)
    whole = list(judge_windows(recording, numbers))
    assert len(whole) == len(numbers.number) > 20
    parts = []
    for first in range(0, 121, 7):
        end_s = min(first + 6, 120) * STEP_S
        known = beats.select(0, int(np.searchsorted(beats.time_s, end_s)))  # no later beat
        so_far = Record("r", "r", recording.signal[: round(end_s * 360)], 360.0, ("II",))
        now = find_unclear_windows(known, first, min(first + 7, 121))
        parts += list(judge_windows(so_far, now))
    assert str(parts) == str(whole)  # NaN is not equal to itself


def test_what_is_not_stored_is_not_judged():
    recording = draw([], 0, 60.0)
    recording.signal[:] = np.nan
    windows = list(judge_windows(recording, UnclearWindows(np.arange(8, 121), *np.zeros((2, 113)))))
    assert all(window.logit == -np.inf for window in windows)


def test_days_without_an_electrode_are_not_measured(monkeypatch):
    flat = Record("r", "r", np.full((5000, 2), 0.3, np.float32), FS, ("II", "V1"))
    numbers = find_unclear_windows(make_batch(concatenate_decisions([])), 0, 30)
    as_measured = [w.logit for w in judge_windows(draw([], 0.0, 30.0), numbers)]
    assert np.isfinite(as_measured).any()
    monkeypatch.setattr(judged_windows, "judge_leads", None)
    windows = list(judge_windows(flat, numbers))
    assert len(windows) == len(numbers.number) > 0
    assert all(window.logit == -np.inf for window in windows)
