from dataclasses import replace

import numpy as np
import pytest

from ecg_anomaly.detector.cut_beat_scoring import score_cut_beats
from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.network.scorer import ScoredInputs, name_classes
from ecg_anomaly.records.record import Record


class MeanScorer:
    """Scores a beat by its mean amplitude: beats cut out beforehand have no features to use."""

    def evaluate(self, inputs: BeatInputs) -> ScoredInputs:
        score = inputs.sequence.astype(float).mean(axis=(1, 2))
        return ScoredInputs(score, *name_classes({}, len(inputs)))


@pytest.fixture
def of_cut_beats(detector: Detector) -> Detector:
    return replace(detector, scorer=MeanScorer(), segment_length=detector.window.n_samples)


def cut_record(record: Record, length: int, n: int = 30) -> Record:
    """Return windows of a record, one after the other, as a record of beats cut out beforehand."""
    starts = record.annotations.sample[5 : 5 + n] - length // 2
    signal = np.concatenate([record.signal[start : start + length] for start in starts])
    return replace(record, signal=signal, annotations=None, segment_length=length)


def test_beats_that_were_cut_out_beforehand_are_scored_one_by_one(
    of_cut_beats: Detector, record: Record
) -> None:
    cut = cut_record(record, of_cut_beats.segment_length)
    plain = score_cut_beats(of_cut_beats, cut)
    assert len(plain) == 30
    assert np.isfinite(plain.score).all()
    assert np.isnan(plain.rr_s).all()
    middle = replace(of_cut_beats, threshold=float(np.median(plain.score)))
    decisions = score_cut_beats(middle, cut)
    np.testing.assert_array_equal(decisions.anomalous, plain.score > middle.threshold)
    assert set(decisions.reason[decisions.anomalous]) == {"shape unlike the usual beats"}
    assert set(decisions.reason[~decisions.anomalous]) == {""}


def test_a_cut_beat_with_a_gap_cannot_be_read(of_cut_beats: Detector, record: Record) -> None:
    cut = cut_record(record, of_cut_beats.segment_length)
    signal = cut.signal.copy()
    signal[cut.segment_length * 3 + 7] = np.nan
    lowest = replace(of_cut_beats, threshold=-np.inf)
    decisions = score_cut_beats(lowest, replace(cut, signal=signal))
    assert np.flatnonzero(np.isnan(decisions.score)).tolist() == [3]
    assert np.flatnonzero(~decisions.anomalous).tolist() == [3]
    assert decisions.unreadable[3] == "missing samples"


def test_cut_beats_without_one_that_can_be_read_have_no_score(
    of_cut_beats: Detector, record: Record
) -> None:
    cut = cut_record(record, of_cut_beats.segment_length, n=2)
    decisions = score_cut_beats(of_cut_beats, replace(cut, signal=np.full_like(cut.signal, np.nan)))
    assert np.isnan(decisions.score).all()
    assert not decisions.anomalous.any()
