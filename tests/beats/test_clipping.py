import doctest

import numpy as np
import pytest

from ecg_anomaly.beats import clipping
from ecg_anomaly.beats.clipping import (
    CLIPPING_REACH,
    LONGEST_S,
    RAIL_TOPS,
    STEP_S,
    STEP_SAMPLES,
    find_clipped,
    find_tops,
    run_ends,
    top_reach,
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
    assert marks[at].tolist() == [False] * (RAIL_TOPS - 1) + [True] * (len(at) - RAIL_TOPS + 1)
    assert (lead[marks] >= 1.2).all()
    assert np.count_nonzero(np.diff(marks.astype(int)) == 1) == len(at) - RAIL_TOPS + 1


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
    cut[: round(1.9 * fs)] = False  # the first two beats
    marks = find_clipped(sign * np.minimum(lead, np.float32(1.2)), fs)
    np.testing.assert_array_equal(marks, cut)


@pytest.mark.parametrize("turned", [False, True])
def test_a_step_beside_a_ripple_is_not_cut_off(turned):
    lead = np.repeat(np.float32([1, 0]), 400)
    lead[391] = 0.99  # the level holds for eight samples, and was the same before the ripple
    assert not find_clipped(lead[::-1] if turned else lead, 360.0).any()


@pytest.mark.parametrize("fs", [100.0, 360.0, 1000.0])
def test_a_wave_that_the_recording_ends_in_is_told_by_its_last_samples(fs):
    lead, _ = beats(fs, width_s=0.04)
    lead = np.minimum(lead, np.float32(1.2))
    reach = max(STEP_SAMPLES, round(STEP_S * fs))
    last = int(np.flatnonzero(lead >= 1.2)[-1])
    for n, found in ((reach, True), (reach - 1, False)):
        assert find_clipped(lead[: last + 1 + n], fs)[last] == found, n


@pytest.mark.parametrize("fs", [128.0, 250.0, 360.0, 1000.0])
def test_a_few_equal_samples_on_a_complex_are_a_complex(fs):
    """Three equal samples once, or at heights that differ: nothing was cut off."""
    lead, at = beats(fs, width_s=0.04)
    n = max(3, round(0.02 * fs))
    for row, sample in enumerate(at):
        lead[sample : sample + n] = 2.0 + 0.05 * row
    assert not find_clipped(lead, fs).any()


def test_the_rail_must_be_the_extreme_value_of_the_last_seconds():
    lead, at = beats(360.0, width_s=0.04)
    low = np.minimum(np.tile(lead, 2), np.float32(1.2))
    low[at[3] + 100] = 1.3  # so 1.2 is no rail for ten seconds
    marks = find_clipped(low, 360.0)
    assert marks[at].tolist() == [False, False, True, True, *[False] * (len(at) - 4)]
    assert marks[at[5] + len(lead)]


def test_marks_depend_on_what_is_near_alone():
    """A piece gives the marks of the whole, so that chunks do and live use is not behind."""
    fs = 250.0
    lead, _ = beats(fs, width_s=0.04)
    lead = np.tile(np.minimum(lead, np.float32(1.2)), 4)
    lead[5000:5100] = 3.0
    whole = find_clipped(lead, fs)
    back, ahead, long = (round(reach_s * fs) for reach_s in (*CLIPPING_REACH, LONGEST_S))
    assert whole.any()
    for first in range(0, len(lead), 700):
        start = max(0, first - back)
        piece = find_clipped(lead[start : first + 700 + ahead + long], fs)
        np.testing.assert_array_equal(
            piece[first - start : first - start + 700], whole[first : first + 700]
        )


@pytest.mark.filterwarnings("error")
def test_an_equal_run_amid_missing_samples_is_no_reason_to_warn():
    lead = np.full(3000, np.nan, np.float32)
    lead[1500 - 5 : 1500 + 6 : 2], lead[1496:1505] = 0.0, 1.0
    assert not find_clipped(lead, 360.0).any()


def lead_with_tops(starts, held=5, level=1.0, fs=200.0, seconds=12, step_mv=2**-10):
    """Return a lead that rests at 0 and is held at a level from each start on.

    One sample in a fifth of a second is a step of the resolution off, far from all starts.
    """
    lead = np.zeros(round(seconds * fs), np.float32)
    lead[round(0.1 * fs) :: round(0.2 * fs)] = step_mv
    for start in starts:
        lead[start : start + held] = level
    return lead


def marked_starts(lead, starts, fs=200.0):
    """Return which of some starts are marked, after a check that nothing else is."""
    marks = find_clipped(lead, fs)
    level = lead[starts[0]]
    assert (lead[marks] == level).all()
    return [start for start in starts if marks[start]]


#: Five tops; the first two are not marked, since three must be held at a rail.
FIVE = [480, 640, 800, 960, 1120]
THREE = FIVE[RAIL_TOPS - 1 :]


@pytest.mark.parametrize(("fs", "shortest"), [(100.0, 3), (200.0, 3), (1000.0, 15)])
def test_a_top_is_held_for_fifteen_milliseconds_and_three_samples(fs, shortest):
    starts = [round(t * fs) for t in (2.4, 3.2, 4.0, 4.8, 5.6)]
    for held, found in ((shortest, starts[2:]), (shortest - 1, [])):
        assert marked_starts(lead_with_tops(starts, held, fs=fs), starts, fs) == found


def test_what_is_held_for_more_than_a_second_is_a_flat_line():
    starts = [300, 800, 1300, 1800]
    assert marked_starts(lead_with_tops(starts, 200), starts) == starts[2:]
    assert marked_starts(lead_with_tops(starts, 201), starts) == []


def test_the_third_top_within_ten_seconds_shows_the_rail():
    assert marked_starts(lead_with_tops(THREE), THREE) == THREE[2:]
    assert marked_starts(lead_with_tops(THREE[:2]), THREE[:2]) == []
    for apart, found in ((1000, [2600]), (1001, [])):
        starts = [2600 - 2 * apart, 2600 - apart, 2600]
        assert marked_starts(lead_with_tops(starts, seconds=15), starts) == found


@pytest.mark.parametrize("at", [10, 700, 1000, 1300, 3005])
def test_a_single_higher_sample_in_the_last_ten_seconds_is_noticed_wherever_it_is(at):
    starts = [*FIVE, 2011, 2800, 3600]
    lead = lead_with_tops(starts, seconds=20)
    lead[at] = 1.5
    found = [start for start in starts[2:] if not start - 2000 <= at < start]
    assert 0 < len(found) < 6
    assert [start for start in starts if find_clipped(lead, 200.0)[start]] == found


def test_the_end_of_a_stretch_is_the_first_sample_that_is_not_marked():
    assert doctest.testmod(clipping).failed == 0
    assert run_ends(np.zeros(0, bool)).shape == (0,)


@pytest.mark.parametrize(("level", "found"), [(0.1, THREE), (0.0999, [])])
def test_the_signal_falls_by_a_tenth_of_a_millivolt(level, found):
    assert marked_starts(lead_with_tops(FIVE, level=level), FIVE) == found


def test_the_signal_falls_within_ten_milliseconds():
    starts = [3200, 4000, 4800, 5600]
    for slow, found in ((9, starts[2:]), (10, [])):
        lead = lead_with_tops(starts, 20, fs=1000.0)
        for start in starts:  # a shoulder on both sides, of so many samples
            lead[start - slow : start] = lead[start + 20 : start + 20 + slow] = 0.95
        assert marked_starts(lead, starts, 1000.0) == found


@pytest.mark.parametrize("turned", [False, True])
def test_one_steep_side_is_enough(turned):
    lead = lead_with_tops(FIVE)
    for start in FIVE:
        lead[start + 5 : start + 9] = 0.95
    marks = find_clipped(lead[::-1] if turned else lead, 200.0)
    assert (marks[::-1] if turned else marks)[FIVE].sum() == len(THREE)


@pytest.mark.parametrize(("offset", "found"), [(-3, True), (-2, False), (-1, True)])
def test_the_samples_that_tell_how_far_it_falls_are_two_beside_the_top(offset, found):
    for place in (offset, 4 - offset):  # as far before the first held sample as after the last
        lead = lead_with_tops(FIVE)
        for start in FIVE:
            lead[start + place] = np.nan
        assert (marked_starts(lead, FIVE) == THREE) == found


@pytest.mark.parametrize("turned", [False, True])
def test_the_edge_of_a_level_beside_a_ripple_is_not_cut_off(turned):
    lead = lead_with_tops(FIVE, held=60)
    for start in FIVE:
        lead[start + 49] = 0.99  # held for ten samples more, and the same before the ripple
    marks = find_clipped(lead[::-1] if turned else lead, 200.0)
    marks = marks[::-1] if turned else marks
    assert [marks[start + 50 : start + 60].any() for start in THREE] == [False] * 3


@pytest.mark.parametrize(("around", "found"), [(0.95, []), (0.85, THREE)])
def test_a_top_is_far_from_what_lies_around_it(around, found):
    lead = lead_with_tops(FIVE)
    lead[FIVE[0] - 405 : FIVE[-1] + 215] += np.float32(around)
    falling = np.linspace(0.2, 0.0, 10, dtype=np.float32)  # steep sides, and nothing held
    for start in FIVE:
        lead[start - 10 : start], lead[start + 5 : start + 15] = falling, falling[::-1]
        lead[start : start + 5] = 1.0
    assert marked_starts(lead, FIVE) == found


@pytest.mark.parametrize(("level", "found"), [(0.5, THREE), (0.4375, [])])
def test_the_signal_falls_by_eight_steps_of_the_recorder(level, found):
    assert marked_starts(lead_with_tops(FIVE, level=level, step_mv=0.0625), FIVE) == found


def test_the_resolution_is_the_smallest_step_in_the_last_two_seconds():
    lead = np.repeat(np.float32([0, 8]), 400)
    lead[0], lead[700] = 0.5, 8.25
    for at, found in ((799, 0.25), (700, 0.25), (699, 8.0), (400, 0.5), (401, 8.0), (120, 0.5)):
        assert clipping._resolution(lead, np.array([at]), 200.0).tolist() == [found], at
    assert clipping._resolution(lead[:200], np.array([199]), 50.0).tolist() == [np.inf]


def test_the_middle_is_the_median_of_sixteen_samples_of_the_last_two_seconds():
    rng = np.random.default_rng(0)
    lead = rng.normal(size=900).astype(np.float32)
    lead[rng.random(900) < 0.4] = np.nan
    lead[0], lead[-1], lead[300:740] = -9.0, 9.0, np.nan
    lead[520] = 3.0
    at = np.arange(900)
    before = lead[np.maximum(at[:, None] + np.rint(np.linspace(-400, 0, 16)).astype(int), 0)]
    known = np.isfinite(before).any(axis=1)
    assert 0 < np.count_nonzero(~known) < 600
    found = clipping._middle(lead, at, 200.0)
    np.testing.assert_array_equal(np.isfinite(found), known)
    np.testing.assert_allclose(found[known], np.nanmedian(before[known], axis=1), rtol=1e-6)


@pytest.mark.parametrize("fs", [100.0, 360.0, 1000.0])
def test_tops_hold_all_that_can_be_clipped_however_the_signal_comes(fs):
    """All clipped runs begin at tops; those found in pieces are those found in the whole."""
    lead, _ = beats(fs, width_s=0.04)
    held = np.clip(lead, np.float32(-0.1), np.float32(1.2))
    held[round(4 * fs) : round(4.9 * fs)] = held.max()  # as long as a top may be
    tops = find_tops(held, fs).tolist()
    marks = find_clipped(held, fs)
    starts = np.flatnonzero(np.diff(marks.astype(int), prepend=0) == 1)
    assert len(starts) > 3
    assert set(starts.tolist()) <= set(tops)
    rng, found, until = np.random.default_rng(1), set(), 0
    while until < len(held):
        first = max(0, until - top_reach(fs))
        until = min(len(held), until + int(rng.integers(1, round(0.9 * fs))))
        found |= {first + top for top in find_tops(held[first:until], fs).tolist()}
    assert found == set(tops)
