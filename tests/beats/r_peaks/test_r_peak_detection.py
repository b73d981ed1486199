"""R peaks are found on all leads together, wherever a chunk begins."""

import numpy as np
import pytest
from scipy.signal import resample_poly

from ecg_anomaly.beats.beat_positions import match_beats
from ecg_anomaly.beats.r_peaks.r_peak_detection import (
    AHEAD_S,
    BACK_S,
    chunk_grid,
    find_r_peaks,
)
from ecg_anomaly.records.beat_labels import is_beat

FS = 360.0


def heartbeats(n: int = 60, rr_s: float = 0.8, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Two leads of plain beats (P, R, S, T) and their R peaks; the last 2 s hold no beat."""
    rng = np.random.default_rng(seed)
    r_s = 1.0 + np.cumsum(rng.normal(rr_s, 0.02, n))
    time = np.arange(round((r_s[-1] + 2) * FS)) / FS
    waves = ((-0.17, 0.02, 0.12), (0.0, 0.012, 1.2), (0.03, 0.012, -0.3), (0.26, 0.045, 0.3))
    lead = np.zeros(len(time))
    for centre, width, height in waves:
        at = np.rint((r_s + centre) * FS).astype(int)
        reach = np.arange(-round(5 * width * FS), round(5 * width * FS) + 1)
        bump = height * np.exp(-0.5 * (reach / FS / width) ** 2)
        for start in at + reach[0]:
            lead[start : start + len(bump)] += bump
    signal = np.column_stack([lead, -0.6 * lead]) + rng.normal(0, 0.01, (len(time), 2))
    return signal.astype(np.float32), np.rint(r_s * FS).astype(np.int64)


def without_qrs(signal: np.ndarray, r_peaks: np.ndarray) -> np.ndarray:
    """Leave the P wave of some beats and nothing else, as in a block of the AV node."""
    blocked = signal.copy()
    for r in r_peaks:
        blocked[r - round(0.06 * FS) : r + round(0.45 * FS)] *= 0.02
    return blocked


def n_found(reference: np.ndarray, detected: np.ndarray, tolerance_s: float, fs=FS) -> int:
    return int((match_beats(reference, detected, tolerance_s * fs) >= 0).sum())


def test_plain_beats_are_all_found_and_nothing_else():
    signal, r_peaks = heartbeats()
    found = find_r_peaks(signal, FS)
    assert len(found) == len(r_peaks)
    assert np.abs(found - r_peaks).max() <= 2


def share_found(records, symbols: str, tolerance_s: float) -> float:
    shares = []
    for record in records:
        marks = record.annotations
        beats = marks.sample[is_beat(marks.symbol)]
        symbol = marks.symbol[is_beat(marks.symbol)]
        pair = match_beats(beats, find_r_peaks(record.signal, record.fs), tolerance_s * record.fs)
        evaluated = (beats > record.fs) & (beats < len(record.signal) - record.fs)
        matched = np.isin(np.arange(len(beats)), pair)
        shares.append(matched[evaluated & np.isin(symbol, list(symbols))])
    return float(np.concatenate(shares).mean())


def test_simulated_beats_are_found(simulated_records):
    # Which deflection of a wide ventricular beat is its R peak is a matter of taste.
    assert share_found(simulated_records, "NLRAjF", 0.05) > 0.99
    assert share_found(simulated_records, "NLRAjFVE", 0.15) > 0.99


def test_few_detections_are_false(simulated_records):
    n_false = n_detected = 0
    for record in simulated_records:
        marks = record.annotations
        found = find_r_peaks(record.signal, record.fs)
        beats = marks.sample[is_beat(marks.symbol)]
        n_detected += len(found)
        n_false += len(found) - n_found(beats, found, 0.15, record.fs)
    assert n_false < 0.01 * n_detected


@pytest.mark.parametrize("scale", [1e-3, 0.37, 1e3, -1.0])
def test_unit_and_polarity_do_not_matter(simulated_records, scale):
    for record in simulated_records[:4]:
        expected = find_r_peaks(record.signal, record.fs)
        found = find_r_peaks(record.signal * np.float32(scale), record.fs)
        assert len(found) == pytest.approx(len(expected), abs=1)
        assert n_found(expected, found, 0.003) >= len(expected) - 1


@pytest.mark.parametrize("fs", [128.0, 180.0, 200.0, 250.0, 257.0, 500.0, 1000.0])
def test_the_sampling_rate_does_not_matter(fs):
    signal, r_peaks = heartbeats()
    other = resample_poly(signal, round(fs), round(FS), axis=0, padtype="line")
    found = find_r_peaks(other.astype(np.float32), fs)
    assert len(found) == len(r_peaks)
    assert np.abs(found / fs - r_peaks / FS).max() < 0.01


@pytest.mark.parametrize("n_blocks", [1, 3, 50])
def test_a_flat_beginning_changes_nothing(simulated_records, n_blocks):
    record = simulated_records[1]
    before = n_blocks * chunk_grid(record.fs)
    flat = np.repeat(record.signal[:1], before, axis=0)
    found = find_r_peaks(np.concatenate([flat, record.signal]), record.fs) - before
    expected = find_r_peaks(record.signal, record.fs)
    assert len(np.setxor1d(found, expected)) <= 2


@pytest.mark.parametrize("fs", [100.0, 250.0, 360.0, 1000.0])
def test_overlapping_chunks_give_the_beats_of_the_whole(fs):
    signal, _ = heartbeats(n=400, seed=3)
    rng = np.random.default_rng(4)
    signal[rng.integers(0, len(signal), 40)] += 2  # artefacts
    signal[40000:60000, 0] += rng.normal(0, 0.4, 20000)
    signal[90000:90700] = np.nan
    whole = find_r_peaks(signal, fs)
    grid = chunk_grid(fs)
    back, ahead = -(-round(BACK_S * fs) // grid) * grid, round(AHEAD_S * fs)
    step = 7 * grid
    parts = []
    for start in range(0, len(signal), step):
        first = max(0, start - back)
        found = find_r_peaks(signal[first : start + step + ahead], fs) + first
        parts.append(found[(found >= start) & (found < start + step)])
    assert len(whole) > 100
    np.testing.assert_array_equal(np.concatenate(parts), whole)


def test_a_second_run_finds_the_same():
    signal, _ = heartbeats()
    np.testing.assert_array_equal(find_r_peaks(signal, FS), find_r_peaks(signal.copy(), FS))


def test_a_gap_affects_its_neighbourhood_only():
    signal, r_peaks = heartbeats()
    broken = signal.copy()
    broken[8000:8800] = np.nan
    found = find_r_peaks(broken, FS)
    away = (r_peaks < 8000 - 0.1 * FS) | (r_peaks > 8800 + 0.1 * FS)
    assert np.abs(found - r_peaks[away]).max() <= 2


def test_a_gap_of_one_lead_is_bridged_by_the_other():
    signal, r_peaks = heartbeats()
    broken = signal.copy()
    broken[8000:14000, 0] = np.nan
    found = find_r_peaks(broken, FS)
    assert len(found) == len(r_peaks)
    assert np.abs(found - r_peaks).max() <= 0.02 * FS


@pytest.mark.parametrize("lead", [0, 1])
@pytest.mark.parametrize("kind", ["flat", "missing", "flicker", "noise"])
def test_one_lead_off_loses_no_beat(lead, kind):
    signal, r_peaks = heartbeats()
    rng = np.random.default_rng(1)
    signal[:, lead] = {
        "flat": np.full(len(signal), 0.7),
        "missing": np.full(len(signal), np.nan),
        "flicker": 0.005 * (rng.random(len(signal)) < 0.005),
        "noise": rng.normal(0, 1, len(signal)),
    }[kind]
    found = find_r_peaks(signal, FS)
    assert n_found(r_peaks, found, 0.05) == len(r_peaks) == len(found)


def test_an_artefact_hides_no_beat():
    signal, r_peaks = heartbeats()
    signal[9000:9005] += 20.0
    found = find_r_peaks(signal, FS)
    away = r_peaks[np.abs(r_peaks - 9000) > 0.6 * FS]
    assert n_found(away, found, 0.01) == len(away)


def test_tall_t_waves_are_no_beats():
    signal, r_peaks = heartbeats()
    time = np.arange(len(signal)) / FS
    for r in r_peaks / FS:
        signal += (0.9 * np.exp(-0.5 * ((time - r - 0.28) / 0.05) ** 2))[:, None]
    assert len(find_r_peaks(signal, FS)) == len(r_peaks)


@pytest.mark.parametrize("rr_s", [0.6, 0.8, 1.05])
def test_p_waves_of_a_two_to_one_block_are_no_beats(rr_s):
    signal, r_peaks = heartbeats(n=80, rr_s=rr_s)
    found = find_r_peaks(without_qrs(signal, r_peaks[1::2]), FS)
    assert n_found(r_peaks[::2], found, 0.01) == len(r_peaks[::2]) == len(found)


@pytest.mark.parametrize("rr_s", [0.3, 0.5, 1.5, 2.4])
def test_beats_are_found_at_fast_and_slow_heart_rates(rr_s):
    signal, r_peaks = heartbeats(rr_s=rr_s)
    if rr_s < 0.5:  # P and T waves would lie on the QRS complexes of the neighbours
        signal[:, 0] *= np.abs(signal[:, 0]) > 0.35
        signal[:, 1] = 0
    found = find_r_peaks(signal, FS)
    assert n_found(r_peaks, found, 0.01) == len(r_peaks) == len(found)


def test_a_wide_early_beat_before_a_pause_is_found():
    signal, r_peaks = heartbeats(n=40)
    time, early = np.arange(len(signal)) / FS, r_peaks[20] / FS + 0.45
    signal[r_peaks[21] - 90 : r_peaks[21] + 160] = 0
    signal[:, 0] -= (1.5 * np.exp(-0.5 * ((time - early) / 0.04) ** 2)).astype(np.float32)
    found = find_r_peaks(signal, FS)
    assert np.abs(found / FS - early).min() < 0.05
    assert len(found) == len(r_peaks)


def test_in_a_pause_no_beat_is_found_and_around_it_none_is_lost():
    signal, r_peaks = heartbeats()
    quiet = np.random.default_rng(2).normal(0, 0.01, (round(8 * FS), 2)).astype(np.float32)
    cut = (r_peaks[30] + r_peaks[31]) // 2
    paused = np.concatenate([signal[:cut], quiet, signal[cut:]])
    expected = np.where(r_peaks < cut, r_peaks, r_peaks + len(quiet))
    found = find_r_peaks(paused, FS)
    assert len(found) == len(expected)
    assert np.abs(found - expected).max() <= 2


@pytest.mark.parametrize("value", [0.0, 1.0, np.nan])
@pytest.mark.parametrize("fs", [64.0, 100.0, 360.0, 1e5])
def test_flat_missing_and_empty_signals_have_no_beats(value, fs):
    for n in (0, 1, 10, round(5 * fs)):
        found = find_r_peaks(np.full((n, 2), value, np.float32), fs)
        assert found.dtype == np.int64
        assert found.tolist() == []


def test_noise_alone_has_hardly_any_beats():
    noise = np.random.default_rng(0).normal(0, 1, (round(120 * FS), 2)).astype(np.float32)
    assert len(find_r_peaks(noise, FS)) < 10


@pytest.mark.parametrize("fs", [0.0, -1.0, np.nan])
def test_a_sampling_rate_is_positive(fs):
    with pytest.raises(ValueError, match="fs must be positive"):
        find_r_peaks(np.zeros((100, 1), np.float32), fs)
