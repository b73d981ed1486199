"""What is known of the last minutes, and that keeping it changes nothing."""

from dataclasses import replace

import numpy as np
import pytest

from ecg_anomaly.beats.detected_beats import DetectedBeats
from ecg_anomaly.features.history_clock import HistoryClock
from ecg_anomaly.features.minutes_before import MinutesBefore
from ecg_anomaly.features.summary_cache import SummaryCache
from hump_beats import beats_at

N = 120
TIME_S = 0.4 + np.cumsum(np.random.default_rng(0).uniform(0.6, 1.1, N))
CLOCK = HistoryClock(30.0, 6.0, float(TIME_S[0]))
MOVED_S = CLOCK.moved_s(TIME_S)


def make_minutes() -> MinutesBefore:
    return MinutesBefore(CLOCK, (0, 1), SummaryCache())


def detected() -> DetectedBeats:
    """Beats of two leads, the second of which comes on at the 60th, when the first one goes."""
    beats, late = beats_at(TIME_S), np.arange(N) >= 60
    marks = np.column_stack([~late, late])
    waveform = beats.waveform.repeat(2, axis=2) * marks[:, None]
    return replace(
        beats, waveform=waveform, trusted=marks, present=marks, choice=late.astype(np.int64)
    )


@pytest.mark.parametrize("n_known", [5, 10, 30, 60, 65, 71, N])
def test_beats_wait_for_the_tenth_on_their_lead(n_known):
    known_s = float(TIME_S[n_known - 1])
    found = make_minutes().count_known(
        detected().select(slice(n_known)), 0, MOVED_S[:n_known], known_s
    )
    waiting = n_known < 10 or 60 < n_known < 70
    assert found == ((0 if n_known < 10 else 60) if waiting else n_known)


def test_unreadable_beats_wait_for_no_lead():
    beats = replace(detected(), unreadable=np.full(N, "flat"))
    assert make_minutes().count_known(beats.select(slice(3)), 0, MOVED_S[:3], float(TIME_S[2])) == 3


def test_what_is_kept_is_what_would_be_found_again():
    rr_s = np.diff(TIME_S, prepend=TIME_S[0] - 0.8)
    minutes = make_minutes()
    whole = make_minutes().summarise(TIME_S, rr_s, 0, MOVED_S, np.inf)
    for k in range(N):
        end = max(10, k + 1)  # all that is known when this beat is complete
        found = minutes.summarise(
            TIME_S[:end], rr_s[:end], k, MOVED_S[k : k + 1], float(TIME_S[end - 1])
        )
        for name, values in vars(found).items():
            np.testing.assert_array_equal(values, getattr(whole, name)[k : k + 1], err_msg=name)


def test_beats_whose_minutes_are_not_known_have_no_summary():
    rr_s = np.full(8, 0.8)
    found = make_minutes().summarise(TIME_S[:8], rr_s, 0, MOVED_S[:7], float(TIME_S[7]))
    assert len(found.mean_s) == 0
