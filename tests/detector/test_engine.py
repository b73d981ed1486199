"""A recording in chunks is scored as a whole one: to the last beat, in bounded memory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import pytest
from numpy.typing import NDArray

from default_config import simulation_config
from ecg_anomaly.beats.excerpts import Reach
from ecg_anomaly.beats.window_reach import window_reach
from ecg_anomaly.detector import engine
from ecg_anomaly.detector.decisions import BeatDecisions, concatenate_decisions
from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.detector.engine import score_chunks, score_parts, score_recording
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.record import Record, StreamedRecord
from ecg_anomaly.records.simulation.simulated_records import simulate_records

MINUTES = 22


@pytest.fixture(scope="module")
def long_record() -> Record:
    """Some minutes of one subject, with gaps in both leads, one at a border of chunks."""
    config = simulation_config(n_subjects=3, duration_s=60.0 * MINUTES, fs=250.0, seed=3)
    record = list(simulate_records(config))[2]
    both = slice(None)
    gaps = (100, 104, both), (175, 190, 0), (400.0, 400.2, 1), (598, 603, both)
    for start, stop, lead in gaps:
        record.signal[round(start * 250) : round(stop * 250), lead] = np.nan
    record.signal[200_000, 0] = np.inf
    return record


def scored(detector: Detector, record: Record, chunk_s: float, threads: int = 1) -> BeatDecisions:
    return concatenate_decisions(score_chunks(detector, record, threads, chunk_s))


def assert_same(one: BeatDecisions, other: BeatDecisions) -> None:
    """Equal, but for the last digits of scores: a network rounds by the size of its batch."""
    np.testing.assert_allclose(one.score, other.score, rtol=0, atol=1e-6)
    for name in {field.name for field in fields(BeatDecisions)} - {"score"}:
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)


def select(decisions: BeatDecisions, n: int) -> BeatDecisions:
    return BeatDecisions(*(getattr(decisions, f.name)[:n] for f in fields(BeatDecisions)))


@pytest.fixture(scope="module")
def whole(detector: Detector, long_record: Record) -> BeatDecisions:
    return scored(detector, long_record, 60.0 * MINUTES)


@pytest.mark.parametrize("minutes", [1, 3, 10])
def test_the_length_of_a_chunk_changes_nothing(
    detector: Detector, long_record: Record, whole: BeatDecisions, minutes: float
) -> None:
    assert len(whole) > 20 * MINUTES
    assert {"", "missing samples"} <= set(whole.unreadable.tolist())
    assert_same(scored(detector, long_record, 60.0 * minutes), whole)


def test_chunks_of_a_second_change_nothing(detector: Detector, long_record: Record) -> None:
    part = replace(long_record, signal=long_record.signal[: 250 * 120])
    whole = scored(detector, part, 120.0)
    assert {"", "missing samples"} <= set(whole.unreadable.tolist())
    assert_same(scored(detector, part, 1.2), whole)


@pytest.mark.parametrize("threads", [2, 5])
def test_threads_change_nothing(
    detector: Detector, long_record: Record, whole: BeatDecisions, threads: int
) -> None:
    assert_same(scored(detector, long_record, 60.0, threads), whole)


def test_score_is_what_the_parts_are_together(
    detector: Detector, long_record: Record, whole: BeatDecisions
) -> None:
    assert_same(score_recording(detector, long_record), whole)
    assert_same(score_recording(detector, Watched(long_record)), whole)
    assert_same(concatenate_decisions(score_parts(detector, long_record)), whole)


@dataclass
class Watched:
    """A recording that notes what was read of it."""

    record: Record

    def __post_init__(self) -> None:
        self.name, self.fs = self.record.name, self.record.fs
        self.n_samples, self.leads = len(self.record.signal), self.record.leads
        self.reads: list[tuple[int, int]] = []

    def read(
        self, start: int, stop: int, columns: Sequence[int] | None = None
    ) -> NDArray[np.float32]:
        self.reads.append((start, stop))
        return self.record.read(start, stop, columns)

    def next_stored(self, start: int) -> int:
        return self.record.next_stored(start)


def test_each_sample_is_read_once_and_in_order(detector: Detector, long_record: Record) -> None:
    watched: StreamedRecord = Watched(long_record)
    list(score_chunks(detector, watched, 2, 60.0))
    starts, stops = zip(*watched.reads, strict=True)
    assert starts == (0, *stops[:-1])
    assert stops[-1] == len(long_record.signal)
    assert max(np.subtract(stops, starts)) < 250 * (60 + sum(detector.reach))


@pytest.mark.parametrize("k", [10, 15, 60, 500, 501, 700, 850, 1100])
def test_a_beat_depends_on_nothing_later_than_it_says(
    detector: Detector, long_record: Record, whole: BeatDecisions, k: int
) -> None:
    window_s = window_reach(detector.preprocess).ahead_s
    end_s = max(whole.time_s[k + 1] + detector.look_ahead_s, whole.time_s[k] + window_s)
    assert end_s < long_record.duration_s
    cut = replace(long_record, signal=long_record.signal[: round(end_s * 250)])
    found = score_recording(detector, cut)
    assert_same(select(found, k + 1), select(whole, k + 1))


def test_flagged_beats_and_no_others_have_a_reason(
    detector: Detector, whole: BeatDecisions
) -> None:
    assert 0 < whole.anomalous.sum() < len(whole)
    assert ((whole.reason != "") == whole.anomalous).all()
    assert all(isinstance(reason, str) for reason in whole.reason.tolist())


def test_intervals_are_those_between_the_beats(whole: BeatDecisions) -> None:
    assert np.isnan(whole.rr_s[0])
    unknown = np.isnan(whole.rr_s[1:])
    np.testing.assert_array_equal(whole.rr_s[1:][~unknown], np.diff(whole.time_s)[~unknown])
    # Both leads are missing twice, for 4 and 5 s; what one of them has is enough.
    after = 1 + np.flatnonzero(unknown)
    assert len(after) == 2
    assert (whole.time_s[after - 1] < [102, 600]).all()
    assert (whole.time_s[after] > [102, 600]).all()


class Broken(Watched):
    """A recording whose file ends early."""

    def read(
        self, start: int, stop: int, columns: Sequence[int] | None = None
    ) -> NDArray[np.float32]:
        if start > 250 * 300:
            raise UserError(self.name, "ends early", "copy it again")
        return super().read(start, stop, columns)


def test_a_recording_that_breaks_off_is_the_users_to_mend(
    detector: Detector, long_record: Record
) -> None:
    with pytest.raises(UserError, match="ends early"):
        list(score_chunks(detector, Broken(long_record), 2, 60.0))


def test_scoring_may_be_left_in_the_middle(detector: Detector, long_record: Record) -> None:
    parts: Iterator[BeatDecisions] = score_parts(detector, long_record)
    assert len(next(parts)) > 0
    parts.close()  # type: ignore[attr-defined]


def test_a_recording_without_leads_is_refused(detector: Detector) -> None:
    bare = Record("bare", "bare", np.zeros((5000, 0), np.float32), 250.0, ())
    with pytest.raises(UserError, match="bare: has no lead"):
        score_recording(detector, bare)


@pytest.mark.parametrize("fs", [2000.0, 25_000.0])
def test_a_very_high_rate_is_averaged_and_beats_lie_on_samples_of_the_recording(
    detector: Detector, fs: float
) -> None:
    config = simulation_config(n_subjects=1, duration_s=60.0, fs=250.0, seed=3)
    slow = next(iter(simulate_records(config)))
    fine = np.repeat(slow.signal, round(fs / 250), axis=0)
    found = score_recording(detector, replace(slow, signal=fine, fs=fs))
    expected = score_recording(detector, slow)
    assert len(found) == len(expected) > 50
    np.testing.assert_allclose(found.time_s, expected.time_s, atol=0.01)
    np.testing.assert_array_equal(found.time_s, found.sample / fs)
    assert found.sample.max() < len(fine)


@pytest.mark.parametrize(("fs", "n_leads"), [(360.0, 2), (1000.0, 12), (1999.0, 12), (128.0, 1)])
def test_what_is_held_of_chunks_is_bounded_the_overlap_included(fs: float, n_leads: int) -> None:
    reach = Reach(88.0, 2.0)
    chunk_s = engine._choose_chunk_s(fs, n_leads, reach)
    held = fs * n_leads * (chunk_s + sum(reach))
    assert sum(reach) <= chunk_s <= engine.CHUNK_S
    assert held <= max(engine.CHUNK_SAMPLES, 2.001 * sum(reach) * fs * n_leads)
    assert 4 * held <= engine.SIGNAL_BYTES / 4
