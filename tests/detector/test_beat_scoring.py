"""The two steps on one chunk that is a whole recording: what they find, and what they decide."""

from dataclasses import replace

import numpy as np
import pytest

from ecg_anomaly.detector import beat_scoring
from ecg_anomaly.detector.beat_scoring import ChunkScorer
from ecg_anomaly.detector.chunks import Chunk, read_chunks
from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.features.context_builder import ContextBuilder
from ecg_anomaly.records.record import Record


def whole(scorer: ChunkScorer, detector: Detector, record: Record) -> Chunk:
    (chunk,) = read_chunks(record, scorer.leads.order, 1e6, detector.reach)
    return chunk


def decide(detector: Detector, record: Record) -> BeatDecisions:
    scorer = ChunkScorer(detector, record)
    found, last = scorer.cut(whole(scorer, detector, record))
    ready = ContextBuilder(detector.features, scorer.leads.first_leads).extend(found, last)
    assert ready is not None
    return scorer.decide(ready)


def test_the_lead_of_the_r_peaks_comes_first_in_a_chunk(detector: Detector, record: Record) -> None:
    assert ChunkScorer(detector, record).leads.order == [0, 1]
    turned = replace(record, signal=record.signal[:, ::-1], leads=record.leads[::-1])
    scorer = ChunkScorer(detector, turned)
    assert scorer.leads.order == [1, 0]
    assert scorer.name == record.name


def test_nothing_is_looked_for_in_a_signal_that_never_changes(
    detector: Detector, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    flat = replace(record, signal=np.full_like(record.signal, 0.3))
    scorer = ChunkScorer(detector, flat)
    chunk = whole(scorer, detector, flat)
    assert len(scorer.cut(chunk)[0]) == 0
    monkeypatch.setattr(beat_scoring, "_is_constant", lambda _: False)
    assert len(scorer.cut(chunk)[0]) == 0  # nor would anything be found
    monkeypatch.setattr(beat_scoring, "find_r_peaks", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        scorer.cut(chunk)
    monkeypatch.undo()
    chunk.excerpt.signal[5] = 0.4
    assert not beat_scoring._is_constant(chunk.excerpt.signal)


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


def test_chunks_give_the_beats_of_the_whole_recording(detector: Detector, record: Record) -> None:
    long = replace(record, signal=np.tile(record.signal, (3, 1)), annotations=None)
    scorer = ChunkScorer(detector, long)
    every, _ = scorer.cut(whole(scorer, detector, long))
    chunks = list(read_chunks(long, scorer.leads.order, 30.0, detector.reach))
    assert max(chunk.excerpt.start for chunk in chunks) > 0
    parts = [scorer.cut(chunk)[0] for chunk in chunks]
    assert np.concatenate([part.sample for part in parts]).tolist() == every.sample.tolist()
    np.testing.assert_array_equal(np.concatenate([p.waveform for p in parts]), every.waveform)


def test_reasons_name_the_leads_of_the_recording(detector: Detector, record: Record) -> None:
    signal = record.signal.copy()
    odd = record.annotations.sample[30]
    signal[odd - 20 : odd + 20] *= -3
    lowest = replace(detector, threshold=-np.inf)
    texts = " ".join(decide(lowest, replace(record, signal=signal)).reason)
    assert all(name in texts for name in record.leads)
    assert "absent" not in texts
