"""The two steps on one chunk that is a whole recording: what they find, and what they decide."""

from dataclasses import replace

import numpy as np
import pytest

from ecg_anomaly.detector.chunk_scoring import ChunkScorer
from ecg_anomaly.detector.chunks import Chunk, read_chunks
from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.features.context_builder import ContextBuilder
from ecg_anomaly.records.record import Record


def whole(scorer: ChunkScorer, detector: Detector, record: Record) -> Chunk:
    (chunk,) = read_chunks(record, scorer.order, 1e6, detector.look_ahead_s)
    return chunk


def decide(detector: Detector, record: Record) -> BeatDecisions:
    scorer = ChunkScorer(detector, record)
    found, last = scorer.cut(whole(scorer, detector, record))
    ready = ContextBuilder(detector.features).extend(found, last)
    assert ready is not None
    return scorer.decide(ready)


def test_the_lead_of_the_r_peaks_comes_first_in_a_chunk(detector: Detector, record: Record) -> None:
    assert ChunkScorer(detector, record).order == [0, 1]
    turned = replace(record, signal=record.signal[:, ::-1], leads=record.leads[::-1])
    scorer = ChunkScorer(detector, turned)
    assert scorer.order == [1, 0]
    assert scorer.name == record.name


def test_cutting_finds_the_beats_and_their_windows(detector: Detector, record: Record) -> None:
    scorer = ChunkScorer(detector, record)
    found, last = scorer.cut(whole(scorer, detector, record))
    assert last
    assert len(found) == pytest.approx(len(record.annotations.sample), abs=3)
    assert found.waveform.shape[2] == len(detector.leads)
    assert (found.lost_s == 0).all()
    np.testing.assert_array_equal(found.time_s, found.sample / record.fs)


def test_a_chunk_keeps_the_beats_that_are_its_own(detector: Detector, record: Record) -> None:
    scorer = ChunkScorer(detector, record)
    chunk = whole(scorer, detector, record)
    every, _ = scorer.cut(chunk)
    half, last = scorer.cut(replace(chunk, stop=chunk.stop // 2))
    assert not last
    assert half.sample.tolist() == every.sample[every.sample < chunk.stop // 2].tolist()


@pytest.mark.parametrize("seconds", [0.5, 2.0])
def test_signal_that_is_missing_before_a_beat_is_measured(
    detector: Detector, record: Record, seconds: float
) -> None:
    signal, start = record.signal.copy(), round(30 * record.fs)
    signal[start : start + round(seconds * record.fs)] = np.nan
    scorer = ChunkScorer(detector, record)
    found, _ = scorer.cut(whole(scorer, detector, replace(record, signal=signal)))
    assert (found.lost_s[found.sample < start] == 0).all()
    assert found.lost_s[-1] == pytest.approx(seconds, abs=0.01)


def test_only_scores_above_the_threshold_are_flagged_and_explained(
    detector: Detector, record: Record
) -> None:
    plain = decide(detector, record)
    middle = replace(detector, threshold=float(np.nanmedian(plain.score)))
    decisions = decide(middle, record)
    np.testing.assert_array_equal(decisions.score, plain.score)
    np.testing.assert_array_equal(decisions.anomalous, plain.score > middle.threshold)
    np.testing.assert_array_equal(decisions.reason != "", decisions.anomalous)


def test_equal_texts_are_one_object(detector: Detector, record: Record) -> None:
    signal = record.signal.copy()
    signal[round(20 * record.fs) : round(30 * record.fs)] *= 25
    lowest = replace(detector, threshold=-np.inf)
    decisions = decide(lowest, replace(record, signal=signal))
    for column in (decisions.reason, decisions.unreadable):
        texts = [text for text in column.tolist() if text]
        assert len(texts) > len(set(texts)) > 0
        assert len({id(text) for text in texts}) == len(set(texts))
