"""Recordings with holes, noise and nothing in them."""

from dataclasses import replace

import numpy as np
import pytest

from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.detector.engine import score_recording
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.record import Record

#: Longest reach of the filters, and half a window beyond it.
REACH_S = 2.0


@pytest.mark.parametrize("problem", ["missing", "flat", "implausible"])
def test_what_cannot_be_read_has_no_score_and_is_never_flagged(
    detector: Detector, record: Record, problem: str
) -> None:
    signal = record.signal.copy()
    spoilt = slice(round(20 * record.fs), round(30 * record.fs))
    if problem == "missing":
        signal[spoilt] = np.nan
    elif problem == "flat":
        signal[spoilt] = 0.0
    else:
        signal[spoilt] *= 40
    lowest = replace(detector, threshold=-np.inf)
    decisions = score_recording(lowest, replace(record, signal=signal))
    unread = decisions.unreadable != ""
    assert np.isnan(decisions.score[unread]).all()
    assert not decisions.anomalous[unread].any()
    assert decisions.anomalous[~unread].all()
    inside = (decisions.time_s > 22) & (decisions.time_s < 28)
    assert unread[inside].all()
    assert (~unread)[decisions.time_s > 32].mean() > 0.9


def test_a_record_of_nothing_has_no_beat(detector: Detector, record: Record) -> None:
    for value in (np.nan, 0.0):
        signal = np.full_like(record.signal, value)
        assert not len(score_recording(detector, replace(record, signal=signal)).sample)


def test_a_record_shorter_than_a_window_is_refused(detector: Detector, record: Record) -> None:
    short = replace(record, signal=record.signal[: int(0.7 * record.fs)])
    with pytest.raises(UserError, match=rf"{record.name}: 0\.70 s long"):
        score_recording(detector, short)


@pytest.mark.parametrize(
    ("lost_s", "known"), [(0.0, True), (0.15, True), (0.3, False), (2.0, False), (9.0, False)]
)
def test_no_interval_is_said_to_be_as_long_as_a_gap(
    detector: Detector, record: Record, lost_s: float, known: bool
) -> None:
    lowest = replace(detector, threshold=-np.inf)
    plain = score_recording(lowest, record)
    start = plain.sample[plain.time_s > 30][0] + round(0.4 * record.fs)
    signal = record.signal.copy()
    signal[start : start + round(lost_s * record.fs)] = np.nan
    found = score_recording(lowest, replace(record, signal=signal))
    after = int(np.searchsorted(found.sample, start))
    assert np.isfinite(found.rr_s[after]) == known
    assert np.isfinite(found.rr_s[1:]).sum() == len(found) - (1 if known else 2)
    # Neither the beat before a gap nor the one after it has a pause beside it.
    assert known or not any("pause" in text for text in found.reason[after - 1 : after + 1])
    said = [text for text in found.reason if "first beat after missing signal" in text]
    readable = not found.unreadable[after]
    assert len(said) == (0 if known or not readable else 1)


def test_a_gap_in_one_lead_hides_no_beat(detector: Detector, record: Record) -> None:
    signal = record.signal.copy()
    signal[round(30 * record.fs) : round(33 * record.fs), 1] = np.nan
    found = score_recording(detector, replace(record, signal=signal))
    assert np.isfinite(found.rr_s[1:]).all()


@pytest.mark.parametrize("seconds", [0.81, 1.5, 3.0])
def test_a_record_of_few_beats_is_scored(
    detector: Detector, record: Record, seconds: float
) -> None:
    decisions = score_recording(
        detector, replace(record, signal=record.signal[: int(seconds * record.fs)])
    )
    assert len(decisions.sample) < 6
    assert len(decisions.score) == len(decisions.sample)


@pytest.mark.parametrize("leads", [slice(None), slice(0, 1), slice(1, 2)])
def test_a_gap_reaches_no_farther_than_the_filters(
    detector: Detector, record: Record, leads: slice
) -> None:
    # With a history this short, nothing of the start is left long before the gap.
    features = replace(detector.features, history_s=10.0, history_update_s=2.0)
    detector = replace(detector, features=features)
    gap = (30.0, 30.5)
    signal = record.signal.copy()
    signal[round(gap[0] * record.fs) : round(gap[1] * record.fs), leads] = np.nan
    whole, holed = (
        score_recording(detector, record),
        score_recording(detector, replace(record, signal=signal)),
    )
    for first, second in ((whole, holed), (holed, whole)):
        lost = ~np.isin(first.sample, second.sample)
        assert (first.time_s[lost] > gap[0] - REACH_S).all()
        assert (first.time_s[lost] < gap[1] + REACH_S).all()
    _, i, j = np.intersect1d(whole.sample, holed.sample, return_indices=True)
    change = np.abs(whole.score[i] - holed.score[j])
    time = whole.time_s[i]
    # Nothing looks ahead farther than a filter or one RR interval.
    assert np.nanmax(change[time < gap[0] - REACH_S]) == 0
    # Behind it the history remembers what was lost, and then nothing does.
    later = time > gap[1] + REACH_S + detector.features.history_s
    assert np.nanmax(change[later]) < 1e-9
