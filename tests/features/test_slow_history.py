"""The slow history: it holds what was usual through a change that lasts, for an hour."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from default_config import features_config
from ecg_anomaly.beats.detected_beats import DetectedBeats
from ecg_anomaly.features.context_builder import ContextBuilder
from ecg_anomaly.features.joint_context import put_beats_in_context
from ecg_anomaly.features.slot_beats import N_SLOTS, RENEWAL, SlotBeats
from ecg_anomaly.features.slow_history import find_slow_windows, renewal_ends
from hump_beats import WINDOW, beats_at

CONFIG = features_config()
SLOT_S = 24.0
UPDATE_S = RENEWAL * SLOT_S


def tachycardia(usual_s: float, fast_s: float) -> DetectedBeats:
    """75 beats a minute, then 150 a minute of another height."""
    usual, fast = np.arange(0, usual_s, 0.8), np.arange(usual_s, usual_s + fast_s, 0.4)
    level = np.repeat([1, 2], [len(usual), len(fast)])
    return beats_at(np.append(usual, fast), level)


def in_context(beats: DetectedBeats, pieces: int = 1):
    builder, parts = ContextBuilder(CONFIG), []
    edges = np.linspace(0, len(beats), pieces + 1).astype(int)
    for first, end in pairwise(edges):
        ready = builder.extend(beats.select(slice(first, end)), last=end == len(beats))
        if ready is not None:
            parts.append(put_beats_in_context(ready, CONFIG, WINDOW))
    return parts


def test_a_tachycardia_of_a_quarter_of_an_hour_does_not_become_usual():
    beats = tachycardia(700, 900)
    (context,) = in_context(beats)
    last = -1
    assert context.rhythm.mean_s[last] == pytest.approx(0.4, rel=0.02)
    assert context.rhythm.hour_mean_s[last] > 0.55
    peak = WINDOW.r_peak
    fast, slow = (
        h.template[last, peak, 0] * h.amplitude[last, 0] for h in (context.history, context.hour)
    )
    assert fast == pytest.approx(2, abs=0.05)
    assert slow == pytest.approx(1, abs=0.05)


def test_after_an_hour_it_is():
    (context,) = in_context(tachycardia(600, 3600 + 2 * UPDATE_S))
    assert context.rhythm.hour_mean_s[-1] == pytest.approx(0.4, rel=0.02)
    assert context.hour.template[-1, WINDOW.r_peak, 0] * context.hour.amplitude[-1, 0] > 1.9


def test_the_minutes_stand_in_for_the_hour_until_it_reaches_back_further():
    (context,) = in_context(tachycardia(700, 100))
    n = int((np.arange(0, 700, 0.8) < 3 * UPDATE_S).sum())
    np.testing.assert_array_equal(context.hour.template[:n], context.history.template[:n])
    np.testing.assert_array_equal(context.rhythm.hour_mean_s[:n], context.rhythm.mean_s[:n])
    assert (context.hour.template[n:] != context.history.template[n:]).any(axis=(1, 2)).all()


def test_the_hour_goes_on_where_the_minutes_end():
    """Where one takes over from the other, what a regular heart is compared with stays."""
    (context,) = in_context(tachycardia(700, 0.5))
    n = int((np.arange(0, 700, 0.8) < 3 * UPDATE_S).sum())
    before, after = (context.select(np.array([k])) for k in (n - 1, n))
    np.testing.assert_allclose(after.rhythm.hour_mean_s, before.rhythm.hour_mean_s, rtol=1e-9)
    for name in ("template", "amplitude"):
        one, other = getattr(before.hour, name), getattr(after.hour, name)
        np.testing.assert_allclose(other, one, atol=0.02, err_msg=name)


@pytest.mark.parametrize("pieces", [2, 7, 40])
def test_pieces_give_what_the_whole_gives(pieces):
    beats = tachycardia(700, 300)
    (whole,), parts = in_context(beats), in_context(beats, pieces)
    for name in ("hour_mean_s", "hour_low", "hour_high"):
        found = np.concatenate([getattr(part.rhythm, name) for part in parts])
        np.testing.assert_array_equal(found, getattr(whole.rhythm, name))
    found = np.concatenate([part.hour.template for part in parts])
    np.testing.assert_array_equal(found, whole.hour.template)


def test_nothing_that_comes_later_changes_it():
    short, long = tachycardia(700, 300), tachycardia(700, 900)
    (one,), (other,) = in_context(short), in_context(long)
    n = len(short) - 2
    np.testing.assert_array_equal(one.hour.template[:n], other.hour.template[:n])
    np.testing.assert_array_equal(one.rhythm.hour_mean_s[:n], other.rhythm.hour_mean_s[:n])


def test_windows_hold_the_slots_of_one_hour_that_were_over_at_the_renewal():
    n = 400
    beats, there = np.zeros((n, 1, 1), np.float32), np.ones((n, 1), bool)
    slots = SlotBeats(np.arange(n), np.full(n, 0.8), there[:, 0], beats, there, there)
    time_s = np.array([100.0, 1000.0, 9000.0])
    windows = find_slow_windows(slots, time_s, CONFIG)
    assert windows.of_beat[0] == -1
    assert windows.n == 2
    rows = list(windows.rows(slots))
    for k in (1, 2):
        row = windows.of_beat[k]
        assert windows.end[row] * SLOT_S <= time_s[k] // UPDATE_S * UPDATE_S
        assert slots.slot[rows[row]].max() < windows.end[row]
    assert len(rows[windows.of_beat[2]]) == N_SLOTS


def test_a_lead_that_is_there_for_a_part_of_the_hour_is_summarised_from_that_part():
    one = tachycardia(1500, 0.5)
    n = len(one)
    late = np.arange(n) > n // 2
    waveform = np.concatenate([one.waveform, 3 * one.waveform * late[:, None, None]], axis=2)
    both = {name: np.ones((n, 2), bool) for name in ("trusted", "present")}
    both["present"][:, 1] = late
    (context,) = in_context(replace(one, waveform=waveform, **both))
    peak = context.hour.template[-1, WINDOW.r_peak] * context.hour.amplitude[-1]
    np.testing.assert_allclose(peak, [1, 3], atol=0.05)
    assert not context.hour.template[n // 2 - 5, :, 1].any()


def test_a_lone_beat_is_renewed_as_among_others():
    time_s = np.concatenate([[0.0, 120.0, 7200.0], np.random.default_rng(0).uniform(0, 9e4, 300)])
    alone = [renewal_ends(time_s[k : k + 1], CONFIG) for k in range(len(time_s))]
    np.testing.assert_array_equal(np.concatenate(alone), renewal_ends(time_s, CONFIG), strict=True)
