"""Slots are added when they are over, in pieces of any size, and those of an hour are kept."""

import numpy as np
import pytest

from default_config import features_config
from ecg_anomaly.beats.detected_beats import DetectedBeats
from ecg_anomaly.features.slot_beats import MOST_SLOTS, SlotBeats
from ecg_anomaly.features.slot_buffer import SlotBuffer
from hump_beats import beats_at

CONFIG = features_config(slow_history_s=150.0)  # slots of a second
N = 300


def detected() -> DetectedBeats:
    return beats_at(3.0 + np.arange(N) * 0.8)


def add_in_pieces(buffer: SlotBuffer, beats: DetectedBeats, edges: list[int]) -> SlotBeats:
    """Add beats piece by piece, each time with all since the last slot and one more."""
    for end in edges:
        first = max(0, int(np.searchsorted(beats.time_s, buffer.end_s)) - 1)
        known = beats.select(slice(first, end))
        slots = buffer.add(known, np.full(len(known), 0.8), float(known.time_s[-1]))
    return slots


def assert_same(one: SlotBeats, other: SlotBeats) -> None:
    for name, values in vars(one).items():
        np.testing.assert_array_equal(values, getattr(other, name), err_msg=name)


@pytest.mark.parametrize("edges", [range(1, N + 1), range(20, N + 1, 7), [2, 150, N]])
def test_pieces_of_any_size_give_the_slots_of_the_whole(edges):
    beats = detected()
    whole = add_in_pieces(SlotBuffer(CONFIG, 0), beats, [N])
    found = add_in_pieces(SlotBuffer(CONFIG, 0), beats, [*edges, N])
    last = slice(-MOST_SLOTS, None)
    assert_same(found.select(last), whole.select(last))
    assert whole.slot[0] == 3
    assert whole.slot[-1] == int(beats.time_s[-1]) - 1


def test_no_more_than_an_hour_is_kept():
    buffer = SlotBuffer(CONFIG, 0)
    add_in_pieces(buffer, detected(), list(range(1, N + 1)))
    assert len(buffer.state()["slot"]) == MOST_SLOTS


@pytest.mark.parametrize("kept_at", [1, 100])
def test_a_buffer_restored_from_a_state_goes_on(kept_at):
    beats, one, other = detected(), SlotBuffer(CONFIG, 0), SlotBuffer(CONFIG, 0)
    add_in_pieces(one, beats, [kept_at])
    other.restore(one.state())
    assert other.end_s == one.end_s
    assert_same(*(add_in_pieces(buffer, beats, [kept_at + 50, N]) for buffer in (one, other)))


@pytest.mark.parametrize(
    "change",
    [
        lambda s: s.pop("next"),
        lambda s: s.update(next=np.array([1, 2])),
        lambda s: s.pop("slot"),
        lambda s: s.update(mean_s=s["mean_s"][1:]),
    ],
)
def test_what_is_no_state_is_refused(change):
    buffer = SlotBuffer(CONFIG, 0)
    add_in_pieces(buffer, detected(), [100])
    state = buffer.state()
    change(state)
    with pytest.raises(ValueError, match="beats"):
        SlotBuffer(CONFIG, 0).restore(state)
