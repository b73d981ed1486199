import numpy as np
import pytest
from drawn_swings import AT, FS, N, beat, fibrillate

from ecg_anomaly.findings.oscillation import judge_leads


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
