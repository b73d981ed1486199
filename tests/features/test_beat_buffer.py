"""Beats that are added in pieces are those added at once; what was read stays as it was."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecg_anomaly.beats.detected_beats import DetectedBeats
from ecg_anomaly.beats.readability import is_certain
from ecg_anomaly.features.beat_buffer import SPARE_BEATS, BeatBuffer
from ecg_anomaly.features.interval_summary import UNKNOWN_RR_S
from ecg_anomaly.features.rhythm_context import NextPeak, measure_intervals

N = 200


def make_beats(n: int = N) -> DetectedBeats:
    """Beats of two leads; some are noise, some in doubt."""
    rng = np.random.default_rng(0)
    time_s, marks = np.cumsum(rng.uniform(0.4, 1.5, n)), rng.random((n, 2)) < 0.7
    unreadable = np.where(rng.random(n) < 0.1, "noise", "")
    return DetectedBeats(
        np.rint(time_s * 360).astype(np.int64), time_s, rng.normal(size=(n, 4, 2)).astype("f4"),
        marks, marks, np.zeros(n, np.int64), unreadable, np.zeros(n),
        rng.uniform(0.3, 1, n).astype("f4"), marks[:, 0], marks[:, 1],
    )  # fmt: skip


BEATS = make_beats()


def assert_holds(buffer: BeatBuffer, rows: slice) -> None:
    """Assert that a buffer holds these of the beats."""
    for field in fields(DetectedBeats):
        expected = getattr(BEATS, field.name)[rows]
        np.testing.assert_array_equal(getattr(buffer.beats, field.name), expected)
    certain = is_certain(BEATS.unreadable, BEATS.quality)
    expected = measure_intervals(BEATS.time_s, certain).previous_s[rows]
    np.testing.assert_array_equal(buffer.previous_s, expected)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 40), max_size=8), st.integers(0, 50))
def test_pieces_of_any_size_and_what_is_forgotten(sizes, forgotten):
    buffer, first, end = BeatBuffer(), 0, 0
    for size in [*sizes, N]:
        piece = slice(end, min(end + size, N))
        buffer.append(BEATS.select(piece))
        end = piece.stop
        n = min(forgotten, max(0, len(buffer) - 12))
        buffer.drop(n)
        first += n
    assert_holds(buffer, slice(first, N))


def test_one_beat_at_a_time():
    buffer = BeatBuffer()
    for k in range(N):
        buffer.append(BEATS.select(slice(k, k + 1)))
        if k:
            assert_holds(buffer, slice(0, k + 1))
    assert len(buffer) == N


def test_the_interval_to_the_peak_after_the_last_beat_is_known_whichever_way():
    buffer, certain = BeatBuffer(), is_certain(BEATS.unreadable, BEATS.quality)
    buffer.append(BEATS.select(slice(2)))
    for k in range(2, N - 1):
        buffer.append(BEATS.select(slice(k, k + 1)))
        after_s = float(BEATS.time_s[k + 1])
        expected = measure_intervals(BEATS.time_s[: k + 1], certain[: k + 1], after_s)
        for since in (k, k - 1):
            found = buffer.intervals(since, k + 1, NextPeak(after_s, 0.0))
            for name, values in vars(found).items():
                np.testing.assert_array_equal(values, getattr(expected, name)[since:])


def test_a_lone_beat_has_the_unknown_interval_until_the_next_one_comes():
    buffer = BeatBuffer()
    first = replace(BEATS, unreadable=np.full(N, ""), quality=np.ones(N, np.float32))
    buffer.append(first.select(slice(1)))
    assert buffer.previous_s.tolist() == [UNKNOWN_RR_S]
    buffer.append(first.select(slice(1, 2)))
    np.testing.assert_allclose(buffer.previous_s, np.diff(BEATS.time_s[:2]).repeat(2))
    early = BeatBuffer()
    early.append(first.select(slice(1)), NextPeak(float(BEATS.time_s[1]), 0.0))
    np.testing.assert_array_equal(early.previous_s, buffer.previous_s[:1])


def test_what_was_read_and_what_was_given_stay_as_they_were():
    buffer, given = BeatBuffer(), BEATS.select(slice(5))
    copies = {f.name: getattr(given, f.name).copy() for f in fields(given)}
    buffer.append(given)
    read = buffer.beats
    for k in range(5, 5 + 2 * SPARE_BEATS):
        buffer.append(BEATS.select(slice(k, k + 1)))
        buffer.drop(k % 2)
    for name, expected in copies.items():
        np.testing.assert_array_equal(getattr(read, name), expected)
        np.testing.assert_array_equal(getattr(given, name), expected)


def test_a_longer_reason_is_not_cut_short():
    buffer = BeatBuffer()
    buffer.append(BEATS.select(slice(3)))
    long = np.array(["missing samples"] * 2)
    buffer.append(replace(BEATS.select(slice(3, 5)), unreadable=long))
    assert buffer.beats.unreadable[-2:].tolist() == long.tolist()


def test_memory_does_not_grow():
    buffer = BeatBuffer()
    for k in range(N):
        buffer.append(BEATS.select(slice(k, k + 1)))
        buffer.drop(len(buffer) - 20)
        if k:  # the first beats lie where they were given
            assert len(buffer.beats.waveform.base) <= 20 + 1 + SPARE_BEATS


def test_a_buffer_made_from_its_state_goes_on():
    buffer = BeatBuffer()
    buffer.append(BEATS.select(slice(0, 90)))
    buffer.drop(30)
    other = BeatBuffer(buffer.state())
    for one in (buffer, other):
        one.append(BEATS.select(slice(90, N)))
        assert_holds(one, slice(30, N))


@pytest.mark.parametrize(
    "change",
    [
        lambda s: s.pop("time_s"),
        lambda s: s.update(extra=s["time_s"]),
        lambda s: s.update(time_s=s["time_s"][1:]),
        lambda s: s.update(time_s=s["sample"]),
        lambda s: s.update(waveform=s["waveform"][:, :, 0]),
        lambda s: s.update(trusted=s["trusted"][:, :1]),
        lambda s: s.update(quality=np.float32(1)),
    ],
)
def test_what_is_no_state_is_refused(change):
    buffer = BeatBuffer()
    buffer.append(BEATS)
    state = buffer.state()
    change(state)
    with pytest.raises(ValueError, match=r"beats|leads"):
        BeatBuffer(state)
