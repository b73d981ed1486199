import numpy as np
import pytest
import wfdb

from ecg_anomaly.findings.limits import FindingLimits
from lab.findings.reference_rhythms import overlaps, read_reference_rhythms

FS = 100.0


def read(tmp_path, marks, duration_s=100.0):
    """Write marks (time in s, code, note) and read what they say."""
    marks = sorted(marks, key=lambda mark: mark[0])
    samples = np.array([round(mark[0] * FS) for mark in marks])
    notes = [mark[2] if len(mark) > 2 else "" for mark in marks]
    symbols = [mark[1] for mark in marks]
    wfdb.wrann("r", "atr", samples, symbols, aux_note=notes, fs=FS, write_dir=str(tmp_path))
    return read_reference_rhythms(tmp_path / "r.atr", FS, duration_s, FindingLimits())


def beat(rr_s: float, n: int, code: str = "N", start_s: float = 1.0):
    return [(start_s + rr_s * k, code) for k in range(n)]


def test_episodes_lie_between_brackets_and_rhythm_notes(tmp_path):
    marks = [(10, "["), (20, "]"), (40, "+", "(VT"), (45, "+", "(N"), (90, "[")]
    found = read(tmp_path, [*beat(1.0, 5), *marks])
    assert found.episodes == [(10, 20), (40, 45), (90, 100)]
    assert found.critical
    assert found.rest_s == 75


def test_those_that_overlap_are_one(tmp_path):
    marks = [(10, "+", "(VF"), (10, "["), (20, "]"), (22, "+", "(N")]
    assert read(tmp_path, [*beat(1.0, 5), *marks]).episodes == [(10, 22)]


def test_beats_are_a_row_of_times_and_classes(tmp_path):
    found = read(tmp_path, [*beat(0.5, 6, "V"), *beat(1.0, 5, start_s=5.0)])
    assert found.beat_s.shape == found.ventricular.shape == (11,)
    assert found.ventricular.tolist() == [True] * 6 + [False] * 5
    assert found.critical
    assert not read(tmp_path, beat(0.5, 3, "V") + beat(0.5, 9, start_s=2.5)).critical


def test_pauses_lie_outside_of_episodes(tmp_path):
    marks = [*beat(1.0, 5), *beat(1.0, 5, start_s=8.0), (12.5, "["), (20, "]"), (21, "N")]
    assert read(tmp_path, marks).pauses == [(5, 8)]


@pytest.mark.parametrize(
    ("marks", "critical"),
    [
        (beat(0.8, 60), False),
        (beat(0.5, 5, "V"), True),
        (beat(0.5, 4, "V"), False),
        (beat(0.9, 9, "V"), False),
        (beat(0.4, 17), True),
        (beat(0.4, 16), False),
        (beat(1.6, 5), True),
        (beat(1.6, 4), False),
    ],
)
def test_extremes_are_critical(tmp_path, marks, critical):
    assert read(tmp_path, marks).critical is critical


def test_what_overlaps():
    assert overlaps((1, 3), [(2, 5)])
    assert not overlaps((1, 2), [(2, 5)])
    assert not overlaps((1, 2), [])
