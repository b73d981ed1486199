"""The two steps on one chunk that is a whole recording: what they find, and what they decide."""

from dataclasses import replace

import numpy as np
import pytest

from ecg_anomaly.detector import beat_scoring
from ecg_anomaly.detector.beat_scoring import ChunkScorer, score_cut_beats
from ecg_anomaly.detector.chunks import Chunk, read_chunks
from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.features.context_builder import ContextBuilder
from ecg_anomaly.network.scorer import ScoredInputs, name_classes
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
    monkeypatch.setattr(beat_scoring, "_is_still", lambda _: False)
    assert len(scorer.cut(chunk)[0]) == 0  # nor would anything be found
    monkeypatch.setattr(beat_scoring, "find_r_peaks", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        scorer.cut(chunk)
    monkeypatch.undo()
    chunk.excerpt.signal[5] = 0.4
    assert not beat_scoring._is_still(chunk.excerpt.signal)


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
