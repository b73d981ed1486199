import numpy as np
import pytest

from ecg_anomaly.beats.clipping import (
    CLIPPING_REACH_S,
    STEP_S,
    STEP_SAMPLES,
    find_clipped,
)

STEP_MV = 0.005


def beats(fs, height_mv=2.0, width_s=0.02, t_wave_mv=0.4):
    """Ten seconds of QRS complexes and T waves in steps of 5 µV."""
    time = np.arange(round(10 * fs)) / fs
    at = np.arange(0.5, 9.5, 0.8)
    lead = sum(height_mv * np.exp(-(((time - s) / width_s) ** 2)) for s in at)
    lead = lead + sum(t_wave_mv * np.exp(-(((time - s - 0.25) / 0.06) ** 2)) for s in at)
    return (np.round(lead / STEP_MV) * STEP_MV).astype(np.float32), np.rint(at * fs).astype(int)


@pytest.mark.parametrize("fs", [100.0, 250.0, 360.0, 1000.0])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_cut_off_wave_is_found_top_and_trough_and_nothing_else(fs, sign):
    lead, at = beats(fs, width_s=0.04)
    marks = find_clipped(sign * np.minimum(lead, np.float32(1.2)), fs)
    assert marks[at].all()
    assert (lead[marks] >= 1.2).all()
    assert np.count_nonzero(np.diff(marks.astype(int)) == 1) == len(at)


@pytest.mark.parametrize("fs", [100.0, 360.0, 1000.0])
@pytest.mark.parametrize("step_mv", [0.001, 0.005, 0.02, 0.05])
@pytest.mark.parametrize("width_s", [0.02, 0.04, 0.06])
def test_round_tops_are_not_cut_off_however_coarse_the_recorder(fs, step_mv, width_s):
    lead, _ = beats(fs, width_s=width_s, t_wave_mv=0.8)
    assert not find_clipped((np.round(lead / step_mv) * step_mv).astype(np.float32), fs).any()


def test_the_resting_line_between_two_beats_is_not_cut_off():
    lead, _ = beats(360.0, t_wave_mv=0.0)  # a patient simulator's is flat to the last bit
    assert not find_clipped(lead, 360.0).any()


def test_a_flat_line_and_a_step_are_not_cut_off():
    assert not find_clipped(np.zeros(3600, np.float32), 360.0).any()
    assert not find_clipped(np.repeat(np.float32([0, 1, 2]), 1200), 360.0).any()


@pytest.mark.parametrize("n", [0, 1, 2, 7, 20])
def test_a_lead_too_short_to_tell_is_not_cut_off(n):
    assert find_clipped(np.ones(n, np.float32), 360.0).tolist() == [False] * n


def test_missing_samples_are_not_cut_off():
    lead, at = beats(360.0)
    lead[at[3] - 20 : at[3] + 20] = np.nan
    assert not find_clipped(lead, 360.0).any()


@pytest.mark.parametrize("fs", [100.0, 250.0, 360.0, 1000.0])
@pytest.mark.parametrize("sign", [1, -1])
def test_the_marks_are_the_cut_off_samples_from_the_first_to_the_last(fs, sign):
    lead, _ = beats(fs, width_s=0.04)
    cut = lead >= 1.2
    marks = find_clipped(sign * np.minimum(lead, np.float32(1.2)), fs)
    np.testing.assert_array_equal(marks, cut)


@pytest.mark.parametrize("turned", [False, True])
def test_a_step_beside_a_ripple_is_not_cut_off(turned):
    lead = np.repeat(np.float32([1, 0]), 400)
    lead[391] = 0.99  # the level holds for eight samples, and was the same before the ripple
    assert not find_clipped(lead[::-1] if turned else lead, 360.0).any()


@pytest.mark.parametrize("fs", [100.0, 360.0, 1000.0])
@pytest.mark.parametrize("turned", [False, True])
def test_a_wave_that_the_recording_begins_in_is_told_by_its_first_samples(fs, turned):
    lead, _ = beats(fs, width_s=0.04)
    lead = np.minimum(lead, np.float32(1.2))
    reach = max(STEP_SAMPLES, round(STEP_S * fs))
    first = int(np.flatnonzero(lead >= 1.2)[0])
    for n, found in ((reach, True), (reach - 1, False)):
        part = lead[first - n :]
        marks = find_clipped(part[::-1], fs)[::-1] if turned else find_clipped(part, fs)
        assert marks[n] == found, n


@pytest.mark.parametrize("fs", [128.0, 250.0, 360.0, 1000.0])
def test_a_few_equal_samples_on_a_complex_are_a_complex(fs):
    """Three equal samples once, or at heights that differ: nothing was cut off."""
    lead, at = beats(fs, width_s=0.04)
    n = max(3, round(0.02 * fs))
    for row, sample in enumerate(at):
        lead[sample : sample + n] = 2.0 + 0.05 * row
    assert not find_clipped(lead, fs).any()


def test_the_rail_must_be_the_extreme_value_nearby():
    lead, at = beats(360.0, width_s=0.04)
    low = np.minimum(lead, np.float32(1.2))
    low[at[3] + 100] = 1.3  # so 1.2 is no rail within five seconds
    marks = find_clipped(low, 360.0)
    assert not marks[: at[8]].any()
    assert marks[at[10]]


def test_marks_depend_on_what_is_near_alone():
    """A piece gives the marks of the whole, so that chunks do and live use is not behind."""
    fs = 250.0
    lead, _ = beats(fs, width_s=0.04)
    lead = np.tile(np.minimum(lead, np.float32(1.2)), 4)
    lead[5000:5100] = 3.0
    whole, reach = find_clipped(lead, fs), round(CLIPPING_REACH_S * fs)
    assert whole.any()
    for first in range(0, len(lead), 700):
        start = max(0, first - reach)
        piece = find_clipped(lead[start : first + 700 + reach], fs)
        np.testing.assert_array_equal(
            piece[first - start : first - start + 700], whole[first : first + 700]
        )


@pytest.mark.filterwarnings("error")
def test_an_equal_run_amid_missing_samples_is_no_reason_to_warn():
    lead = np.full(3000, np.nan, np.float32)
    lead[1500 - 5 : 1500 + 6 : 2], lead[1496:1505] = 0.0, 1.0
    assert not find_clipped(lead, 360.0).any()
