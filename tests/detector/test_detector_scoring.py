from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from scipy.signal import resample_poly

from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.errors import UserError
from ecg_anomaly.records.record import Annotations, Record
from toy_detector import toy_records

#: Longest reach of the filters, and half a window beyond it.
REACH_S = 1.5


def resampled(record: Record, fs: int) -> Record:
    ratio = Fraction(fs, int(record.fs))
    signal = resample_poly(record.signal.astype(float), ratio.numerator, ratio.denominator)
    return replace(record, signal=signal.astype(np.float32), fs=float(fs))


def nearest(times: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Distance in s of each time to the nearest of the others."""
    return np.abs(times[:, None] - others[None, :]).min(axis=1)


def test_the_beats_of_a_person_are_found_and_scored(detector: Detector, record: Record) -> None:
    decisions = detector.score(record)
    reference = record.annotations.sample / record.fs
    assert (nearest(reference[1:-1], decisions.time_s) < 0.15).mean() > 0.95
    assert np.isfinite(decisions.score[decisions.unreadable == ""]).all()
    assert list(decisions.to_frame()) == ["sample", "time_s", "score", "anomalous", "readable"]
    assert decisions.time_s == pytest.approx(decisions.sample / record.fs)


def test_flags_are_the_scores_above_the_threshold(detector: Detector, record: Record) -> None:
    middle = replace(detector, threshold=float(np.nanmedian(detector.score(record).score)))
    decisions = middle.score(record)
    above = np.nan_to_num(decisions.score, nan=-np.inf) > middle.threshold
    assert 0 < decisions.anomalous.sum() < len(decisions.anomalous)
    assert (decisions.anomalous == above).all()


def test_annotations_are_not_looked_at(detector: Detector, record: Record) -> None:
    wrong = Annotations(np.array([5, 9000]), np.array(["V", "Q"]))
    plain = detector.score(record).to_frame()
    for marks in (None, wrong):
        assert detector.score(replace(record, annotations=marks)).to_frame().equals(plain)


def test_a_lower_stated_rate_raises_the_threshold(folder: Path, record: Record) -> None:
    rates = [0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.001]
    detectors = [Detector.load(folder, rate) for rate in rates]
    thresholds = [detector.threshold for detector in detectors]
    assert (np.diff(thresholds) > 0).all()
    flagged = [int(detector.score(record).anomalous.sum()) for detector in detectors]
    assert flagged == sorted(flagged, reverse=True)
    assert flagged[0] > flagged[-1]


def test_a_rate_of_all_flags_nearly_all_and_a_rate_of_none_nearly_none(folder: Path) -> None:
    shares = []
    for rate in (0.0, 1.0):
        detector = Detector.load(folder, rate)
        decisions = [detector.score(r) for r in toy_records()]
        flagged = np.concatenate([d.anomalous[d.unreadable == ""] for d in decisions])
        shares.append(flagged.mean())
    assert shares[0] < 0.15
    assert shares[1] > 0.95


@pytest.mark.parametrize("stretch", ["missing", "flat", "implausible"])
def test_what_cannot_be_read_has_no_score_and_is_never_flagged(
    detector: Detector, record: Record, stretch: str
) -> None:
    signal = record.signal.copy()
    spoilt = slice(round(20 * record.fs), round(30 * record.fs))
    if stretch == "missing":
        signal[spoilt] = np.nan
    elif stretch == "flat":
        signal[spoilt] = 0.0
    else:
        signal[spoilt, 0] *= 25
    lowest = replace(detector, threshold=-np.inf)
    decisions = lowest.score(replace(record, signal=signal))
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
        assert not len(detector.score(replace(record, signal=signal)).sample)


def test_a_record_shorter_than_a_window_is_refused(detector: Detector, record: Record) -> None:
    short = replace(record, signal=record.signal[: int(0.7 * record.fs)])
    with pytest.raises(UserError, match=rf"{record.name}: 0\.70 s long"):
        detector.score(short)


@pytest.mark.parametrize("seconds", [0.81, 1.5, 3.0])
def test_a_record_of_few_beats_is_scored(
    detector: Detector, record: Record, seconds: float
) -> None:
    decisions = detector.score(replace(record, signal=record.signal[: int(seconds * record.fs)]))
    assert len(decisions.sample) < 6
    assert len(decisions.score) == len(decisions.sample)


@pytest.mark.parametrize("leads", [slice(None), slice(0, 1), slice(1, 2)])
def test_a_gap_reaches_no_farther_than_the_filters(
    detector: Detector, record: Record, leads: slice
) -> None:
    gap = (30.0, 30.5)
    signal = record.signal.copy()
    signal[round(gap[0] * record.fs) : round(gap[1] * record.fs), leads] = np.nan
    whole, holed = detector.score(record), detector.score(replace(record, signal=signal))
    for first, second in ((whole, holed), (holed, whole)):
        lost = ~np.isin(first.sample, second.sample)
        assert (first.time_s[lost] > gap[0] - REACH_S).all()
        assert (first.time_s[lost] < gap[1] + REACH_S).all()
    _, i, j = np.intersect1d(whole.sample, holed.sample, return_indices=True)
    change = np.abs(whole.score[i] - holed.score[j])
    time = whole.time_s[i]
    # Nothing looks ahead farther than a filter or one RR interval.
    assert np.nanmax(change[time < gap[0] - REACH_S]) == 0
    # Behind the gap the running template and the mean RR interval remember the lost beat.
    assert np.nanmax(change[time > gap[1] + 2 * REACH_S]) < 0.2 * np.nanmedian(whole.score)


@pytest.mark.parametrize("fs", [128, 250, 500])
def test_the_sampling_rate_changes_neither_beats_nor_decisions(
    detector: Detector, record: Record, fs: int
) -> None:
    at_home, elsewhere = detector.score(record), detector.score(resampled(record, fs))
    assert len(elsewhere.sample) == len(at_home.sample)
    assert np.abs(elsewhere.time_s - at_home.time_s).max() < 0.01
    apart = np.abs(elsewhere.score - at_home.score)
    assert np.nanmedian(apart) < 0.2 * np.nanmedian(at_home.score)


def test_leads_are_found_by_name_and_not_by_place(detector: Detector, record: Record) -> None:
    turned = replace(record, signal=record.signal[:, ::-1], leads=record.leads[::-1])
    assert detector.score(turned).to_frame().equals(detector.score(record).to_frame())


def test_one_lead_is_enough(detector: Detector, record: Record) -> None:
    one = replace(record, signal=record.signal[:, :1], leads=record.leads[:1])
    decisions = detector.score(one)
    assert decisions.sample.tolist() == detector.score(record).sample.tolist()
    assert np.isfinite(decisions.score[decisions.unreadable == ""]).all()


def test_scoring_leaves_the_record_as_it_was(detector: Detector, record: Record) -> None:
    before = record.signal.copy()
    first = detector.score(record).to_frame()
    assert np.array_equal(record.signal, before, equal_nan=True)
    assert detector.score(record).to_frame().equals(first)
