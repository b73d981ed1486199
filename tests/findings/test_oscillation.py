import numpy as np
import pytest

from ecg_anomaly.findings.oscillation import (
    WINDOW_S,
    count_swings,
    judge_leads,
    measure_hz,
    measure_windows,
)

FS = 62.5
N = round(WINDOW_S * FS)
AT = np.arange(N) / FS


def fibrillate(hz: float = 4.5, mv: float = 0.5, fs: float = FS) -> np.ndarray:
    """A swinging line whose rate and height change slowly."""
    at = np.arange(round(WINDOW_S * fs)) / fs
    phase = 2 * np.pi * (hz * at + 0.15 * np.sin(2 * np.pi * 0.4 * at))
    return (mv * (1 + 0.2 * np.sin(2 * np.pi * 0.3 * at)) * np.sin(phase)).astype(np.float32)


def beat(rate_bpm: float = 75.0, width_s: float = 0.02) -> np.ndarray:
    """QRS complexes with T waves, and a little noise."""
    line = np.random.default_rng(0).normal(0, 0.005, N)
    for peak in np.arange(0.2, WINDOW_S, 60 / rate_bpm):
        line += np.exp(-0.5 * ((AT - peak) / width_s) ** 2)
        line += 0.25 * np.exp(-0.5 * ((AT - peak - 0.28) / 0.05) ** 2)
    return line.astype(np.float32)


def judge(*leads: np.ndarray, fs: float = FS) -> float:
    return float(judge_leads(np.stack(leads)[:, None], fs)[0])


@pytest.mark.parametrize("hz", [2.65, 3.5, 5.0, 6.5])
@pytest.mark.parametrize("mv", [0.2, 1.0])
def test_what_oscillates_as_fibrillation_does_is_found(hz, mv):
    assert judge(fibrillate(hz, mv)) > 0


@pytest.mark.parametrize("fs", [50.0, 60.0, 64.25, 90.0])
def test_at_any_rate(fs):
    assert judge(fibrillate(fs=fs), fs=fs) > 0


@pytest.mark.parametrize("line", [beat(50), beat(75), beat(130), beat(75, 0.04)])
def test_beats_are_not(line):
    assert judge(line) < 0


def test_wide_beats_with_large_t_waves_are_too_slow():
    swings = np.sin(2 * np.pi * 1.8 * AT) + 0.2 * np.sin(2 * np.pi * 3.6 * AT)
    assert judge(swings.astype(np.float32)) < 0
    assert judge(fibrillate(2.0)) < 0
    assert judge(fibrillate(2.4)) < 0


def test_slow_swings_must_be_clearer_than_fast_ones():
    slow, fast = judge(fibrillate(2.7)), judge(fibrillate(2.8))
    assert fast - slow > 1.0


def test_where_the_baseline_sways_it_must_be_clearer():
    line, sway = fibrillate(mv=0.5), np.sin(2 * np.pi * 0.4 * AT)
    steady, breathing, moving = (judge(line + np.float32(mv) * sway) for mv in (0.0, 0.1, 1.5))
    assert breathing == pytest.approx(steady, abs=0.3)
    assert moving < steady - 4
    known = judge_leads((line + np.float32(1.5) * sway)[None, None], FS, swaying=True)
    assert known[0] > moving + 4


def test_how_often_it_swings_is_the_frequency_of_a_sine_wave():
    lines = np.stack([np.sin(2 * np.pi * hz * AT) for hz in (2.0, 5.0)])
    assert measure_hz(lines, FS) == pytest.approx([2.0, 5.0], rel=0.02)


def test_noise_drift_and_tremor_are_not():
    rng = np.random.default_rng(0)
    assert judge(rng.normal(0, 0.3, N).astype(np.float32)) < 0
    assert judge((0.8 * np.sin(2 * np.pi * 0.4 * AT)).astype(np.float32)) < 0
    assert judge(np.cumsum(rng.normal(0, 0.05, N)).astype(np.float32)) < 0
    assert judge((0.05 * np.sin(2 * np.pi * 12 * AT)).astype(np.float32)) < 0


def test_every_lead_must_oscillate_but_those_that_cannot_be_judged():
    assert judge(fibrillate(), beat()) < 0
    assert judge(fibrillate(), fibrillate(4.5, 0.3)) > 0
    assert judge(fibrillate(), np.zeros(N, np.float32)) > 0
    assert judge(fibrillate(), np.full(N, np.nan, np.float32)) > 0
    assert judge(fibrillate(), (0.01 * beat()).astype(np.float32)) > 0


def test_nothing_is_found_where_nothing_is_recorded():
    assert judge(np.zeros(N, np.float32)) == -np.inf
    assert judge(np.full(N, np.nan, np.float32)) == -np.inf
    out_of_range = np.clip(20 * fibrillate(2.2), -0.5, 0.5)
    assert judge(out_of_range) < 0
    assert judge(fibrillate(), np.where(AT < 0.3, 5.0, -5.0).astype(np.float32)) > 0


def test_it_must_last_throughout_the_window():
    for first_s in (0.0, 1.5, 2.5):
        inside = (first_s <= AT) & (first_s + 1.5 > AT)
        assert judge(np.where(inside, fibrillate(), 0.01 * beat()).astype(np.float32)) < 0


def test_a_short_gap_changes_little():
    line = fibrillate()
    gap = line.copy()
    gap[:3] = gap[100:103] = np.nan
    assert judge(gap) > 0
    assert judge(gap) == pytest.approx(judge(line), abs=1.5)


def test_windows_beside_change_nothing():
    rng = np.random.default_rng(1)
    windows = rng.normal(0, 1, (40, N)).astype(np.float32)
    whole = measure_windows(windows, FS)
    assert all(
        np.array_equal(measure_windows(windows[k : k + 1], FS)[0], whole[k]) for k in range(40)
    )


def test_leakage_of_a_sine_wave_is_low():
    line = np.sin(2 * np.pi * 4.46 * AT).astype(np.float32)
    leak, steep, *_ = measure_windows(np.stack([line, beat()]), FS).T
    assert leak[0] < 0.2 < 0.6 < leak[1]
    assert steep[0] > 0.5 > 0.2 > steep[1]


def test_swings_are_counted_on_the_lead_that_swings_most_often():
    slow, fast, off = fibrillate(2.8), fibrillate(5.6), np.full(N, np.nan, np.float32)
    leads = np.stack([np.stack(lead) for lead in ([slow, slow, off], [fast, off, off])])
    assert count_swings(leads, FS) == pytest.approx([5.6, 2.8, np.nan], rel=0.1, nan_ok=True)
