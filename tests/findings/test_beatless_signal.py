import time
from itertools import pairwise

import numpy as np
import pytest

from ecg_anomaly.findings.beatless_signal import (
    FLAT,
    MISSING,
    SILENT,
    STEEP,
    examine_gap,
)
from ecg_anomaly.findings.usual_rises import measure_usual
from ecg_anomaly.records.record import Record

FS = 250.0


def record_of(signal: np.ndarray) -> Record:
    columns = signal if signal.ndim == 2 else signal[:, None]
    leads = tuple(["II", "V1", "V2"][: columns.shape[1]])
    return Record("r", "r", columns.astype(np.float32), FS, leads)


def beats_then(gap: np.ndarray) -> Record:
    """Twelve seconds of beats of 1 mV, then the gap."""
    at = np.arange(0, 12, 1 / FS)
    beats = np.exp(-0.5 * ((at[:, None] - np.arange(0.5, 12)) / 0.012) ** 2).sum(axis=1)
    return record_of(np.concatenate([beats, gap]))


def states(record: Record, start_s: float = 12.0, beat_before: bool = True) -> list[str]:
    """The state of each half second."""
    end_s = record.n_samples / FS
    found = examine_gap(record, start_s, end_s, beat_before)
    return [state for first, end, state in found for _ in range(max(1, round(2 * (end - first))))]


RNG = np.random.default_rng(0)
QUIET = RNG.normal(0, 0.01, 1500) + 0.1 * np.sin(np.arange(1500) / 300)


def test_a_quiet_line_is_silent():
    assert states(beats_then(QUIET)) == [SILENT] * 12


def test_a_straight_line_is_flat_and_nothing_is_missing():
    assert states(beats_then(np.zeros(1000))) == [FLAT] * 8
    assert states(beats_then(np.full(1000, np.nan))) == [MISSING] * 8


def test_a_small_beat_that_went_unnoticed_is_steep():
    gap = QUIET.copy()
    gap[600:606] += 0.5
    found = states(beats_then(gap))
    assert found[4] == STEEP
    assert found.count(STEEP) <= 2


def test_a_beat_is_steep_however_much_electrodes_moved_before():
    at = np.arange(0, 12, 1 / FS)
    motion = 8 * np.sign(np.sin(2 * np.pi * 1.3 * at))
    gap = QUIET + np.exp(-0.5 * ((np.arange(1500) / FS % 1 - 0.3) / 0.012) ** 2)
    found = states(record_of(np.concatenate([motion, gap])))
    assert found.count(STEEP) == 6


def test_the_usual_rise_may_be_measured_once_for_the_parts_of_a_gap():
    gap = QUIET.copy()
    gap[600:606] += 0.5
    record = beats_then(gap)
    usual = measure_usual(record, 12.0)
    parts = [p for a in (12, 14, 16) for p in examine_gap(record, a, a + 2, usual=usual)]
    joined = [state for a, b, state in parts for _ in range(round(2 * (b - a)))]
    assert joined == states(record)
    assert measure_usual(record, 1.0) is None


def test_p_waves_are_silent():
    at = np.arange(0, 6, 1 / FS)
    waves = 0.12 * np.exp(-0.5 * ((at[:, None] - np.arange(0.5, 6)) / 0.03) ** 2).sum(axis=1)
    assert set(states(beats_then(waves))) == {SILENT}


def test_one_lead_that_moves_is_enough():
    both = np.stack([np.zeros(1500), QUIET], axis=1)
    assert states(record_of(both), 0.0, beat_before=False) == [SILENT] * 12


def test_pieces_follow_each_other_to_the_end():
    pieces = list(examine_gap(beats_then(QUIET[:1130]), 12.0, 16.52))
    assert pieces[0][0] == 12.0
    assert pieces[-1][1] == pytest.approx(16.52)
    assert all(a[1] == b[0] for a, b in pairwise(pieces))


class Month(Record):
    """Nothing is stored, and reading fails."""

    def next_stored(self, start: int) -> int:
        return max(start, self.n_samples)

    def read(self, start, stop, columns=None):
        raise AssertionError(f"read {start} to {stop}, {columns}")


def test_nothing_stored_is_not_read():
    month = Month("r", "r", np.zeros((2500, 1), np.float32), FS, ("II",))
    assert states(month, 0.0, beat_before=False) == [MISSING] * 20


def test_a_long_gap_is_examined_fast_and_in_few_pieces():
    record = record_of(np.random.default_rng(0).normal(0, 0.01, round(7200 * FS)))
    start = time.process_time()
    assert [state for *_, state in examine_gap(record, 0.0, 7200.0, False)].count(SILENT) < 20
    assert time.process_time() - start < 2.0


def test_a_lead_that_was_off_before_a_gap_is_judged_as_one_without_known_beats():
    """Noise of 0.1 mV is no QRS complex on a lead of which no beat is known."""
    rng = np.random.default_rng(0)
    signal = rng.normal(0, 0.004, (round(20 * FS), 2)).astype(np.float32)
    signal[:, 1] += 0.05 * np.sign(np.sin(np.arange(len(signal)) * 0.7)).astype(np.float32)
    for at_s in np.arange(1, 12, 0.8):
        signal[round(at_s * FS)] += 1.0
    signal[: round(12.5 * FS), 1] = np.nan
    record = Record("r", "r", signal, FS, ("I", "II"))
    assert measure_usual(record, 12.5).beats[1] == 0
    assert {state for _, _, state in examine_gap(record, 12.5, 19.0)} == {SILENT}
