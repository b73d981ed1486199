from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from scipy.signal import resample_poly

from default_config import simulation_config
from ecg_anomaly.detector.detector import Detector, FirstLead
from ecg_anomaly.detector.engine import score_recording
from ecg_anomaly.detector.loading import load_detector
from ecg_anomaly.evaluation.threshold.thresholds import LEVELS, tabulate_scores, threshold_for_level
from ecg_anomaly.records.record import Annotations, Record
from ecg_anomaly.records.simulation.simulated_records import simulate_records
from toy_detector import toy_records


def resampled(record: Record, fs: int) -> Record:
    ratio = Fraction(fs, int(record.fs))
    signal = resample_poly(record.signal.astype(float), ratio.numerator, ratio.denominator)
    return replace(record, signal=signal.astype(np.float32), fs=float(fs))


def nearest(times: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Distance in s of each time to the nearest of the others."""
    return np.abs(times[:, None] - others[None, :]).min(axis=1)


def test_the_beats_of_a_record_are_found_and_scored(detector: Detector, record: Record) -> None:
    decisions = score_recording(detector, record)
    reference = record.annotations.sample / record.fs
    assert (nearest(reference[1:-1], decisions.time_s) < 0.15).mean() > 0.95
    assert np.isfinite(decisions.score[decisions.unreadable == ""]).all()
    columns = (
        "sample time_s score anomalous readable quality clipped rr_s reason "
        "class class_probability lead"
    )
    assert list(decisions.to_frame()) == columns.split()
    assert decisions.time_s == pytest.approx(decisions.sample / record.fs)


def test_flags_are_the_scores_above_the_threshold(detector: Detector, record: Record) -> None:
    middle = replace(
        detector, threshold=float(np.nanmedian(score_recording(detector, record).score))
    )
    decisions = score_recording(middle, record)
    above = np.nan_to_num(decisions.score, nan=-np.inf) > middle.threshold
    assert 0 < decisions.anomalous.sum() < len(decisions.anomalous)
    assert (decisions.anomalous == above).all()


def test_annotations_are_not_looked_at(detector: Detector, record: Record) -> None:
    wrong = Annotations(np.array([5, 9000]), np.array(["V", "Q"]))
    plain = score_recording(detector, record).to_frame()
    for marks in (None, wrong):
        assert (
            score_recording(detector, replace(record, annotations=marks)).to_frame().equals(plain)
        )


def test_a_lower_stated_rate_raises_the_threshold(folder: Path, record: Record) -> None:
    rates = [0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.001]
    detectors = [load_detector(folder, rate) for rate in rates]
    thresholds = [detector.threshold for detector in detectors]
    assert (np.diff(thresholds) > 0).all()
    flagged = [int(score_recording(detector, record).anomalous.sum()) for detector in detectors]
    assert flagged == sorted(flagged, reverse=True)
    assert flagged[0] > flagged[-1]


def share_flagged(detector: Detector, records: Iterable[Record]) -> float:
    decisions = [score_recording(detector, record) for record in records]
    return float(np.concatenate([d.anomalous[d.unreadable == ""] for d in decisions]).mean())


def test_a_rate_of_all_flags_nearly_all_and_a_rate_of_none_nearly_none(folder: Path) -> None:
    assert share_flagged(load_detector(folder, 0.0), toy_records()) < 0.15
    # Beats of the training subjects score low, below every threshold: take other subjects.
    strangers = simulate_records(simulation_config(n_subjects=2, duration_s=60.0, fs=360.0, seed=8))
    assert share_flagged(load_detector(folder, 1.0), strangers) > 0.95


@pytest.mark.parametrize("fs", [128, 250, 500])
def test_the_sampling_rate_changes_neither_beats_nor_decisions(
    detector: Detector, record: Record, fs: int
) -> None:
    at_home, elsewhere = (
        score_recording(detector, record),
        score_recording(detector, resampled(record, fs)),
    )
    assert len(elsewhere.sample) == len(at_home.sample)
    assert np.abs(elsewhere.time_s - at_home.time_s).max() < 0.01
    apart = np.abs(elsewhere.score - at_home.score)
    assert np.nanmedian(apart) < 0.2 * np.nanstd(at_home.score)


def test_leads_are_found_by_name_and_not_by_place(detector: Detector, record: Record) -> None:
    turned = replace(record, signal=record.signal[:, ::-1], leads=record.leads[::-1])
    assert (
        score_recording(detector, turned)
        .to_frame()
        .equals(score_recording(detector, record).to_frame())
    )


def test_one_lead_is_enough(detector: Detector, record: Record) -> None:
    one = replace(record, signal=record.signal[:, :1], leads=record.leads[:1])
    decisions = score_recording(detector, one)
    assert decisions.sample.tolist() == score_recording(detector, record).sample.tolist()
    assert np.isfinite(decisions.score[decisions.unreadable == ""]).all()


def test_scoring_leaves_the_record_as_it_was(detector: Detector, record: Record) -> None:
    before = record.signal.copy()
    first = score_recording(detector, record).to_frame()
    assert np.array_equal(record.signal, before, equal_nan=True)
    assert score_recording(detector, record).to_frame().equals(first)


def normal_scores(seed=0, n=20000):
    return np.random.default_rng(seed).normal(-4, 2, n)


@pytest.mark.parametrize("rate", [0.005, 0.02, 0.1, 0.3])
@pytest.mark.parametrize(("gain", "offset"), [(0.5, 0.0), (1.0, -1.0), (2.0, 3.0)])
def test_a_threshold_flags_the_same_share_of_normal_beats_on_one_lead(rate, gain, offset):
    together = normal_scores()
    first = FirstLead(tabulate_scores(together), tabulate_scores(gain * together + offset))
    threshold = threshold_for_level(first.together, 1 - rate)
    others = gain * normal_scores(seed=1) + offset
    assert (first.map_to_all_leads(others) > threshold).mean() == pytest.approx(rate, rel=0.15)


def test_the_order_of_scores_stays():
    together = normal_scores()
    first = FirstLead(tabulate_scores(together), tabulate_scores(0.4 * together - 1))
    score = np.linspace(-30, 30, 2001)
    assert (np.diff(first.map_to_all_leads(score)) > 0).all()


def test_equal_tables_change_nothing():
    table = tabulate_scores(normal_scores())
    score = np.array([-100.0, -4.0, 0.0, 3.0, 100.0])
    np.testing.assert_array_equal(FirstLead(table, table).map_to_all_leads(score), score)


def test_no_beat_is_restated_to_none():
    table = tabulate_scores(normal_scores())
    assert FirstLead(table, table + 1).map_to_all_leads(np.zeros(0)).shape == (0,)


def test_a_beat_in_doubt_scores_no_more_than_normal_beats_do():
    table = tabulate_scores(np.random.default_rng(3).normal(size=4000))
    first, usual = FirstLead(table, table), np.interp(0.95, LEVELS, table)
    score = np.linspace(-3, 9, 50)
    for quality in (1.0, 0.7, 0.5):
        same = first.lower_in_doubt(score, np.full(50, quality, np.float32))
        np.testing.assert_allclose(same, score)
    half, none = (first.lower_in_doubt(score, np.full(50, q, np.float32)) for q in (0.435, 0.3))
    np.testing.assert_allclose(none, np.minimum(score, usual))
    np.testing.assert_allclose(half, np.where(score > usual, (score + usual) / 2, score), rtol=1e-5)
    assert (np.diff(half) > 0).all()  # beats in doubt keep their order
