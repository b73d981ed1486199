from itertools import pairwise

import numpy as np
import pytest

from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.records.record import Record
from ecg_anomaly.triage.unreadable import JOIN_S, Segment, find_unreadable, merge_segments

FS, WINDOW = 100.0, BeatWindow(fs=120.0, before_s=0.35, after_s=0.45)


def find(signal: np.ndarray, time_s: np.ndarray, unreadable: np.ndarray | None = None):
    record = Record("r", "r", signal.astype(np.float32), FS, ("II", "V1"))
    reasons = np.full(len(time_s), "", "<U16") if unreadable is None else unreadable
    return find_unreadable(record, time_s, reasons, WINDOW, 0.02)


def restless(seconds: float) -> np.ndarray:
    return np.random.default_rng(0).normal(size=(round(seconds * FS), 2))


BEATS = np.arange(0.5, 600, 0.8)


def test_a_recording_that_is_read_throughout_has_no_segment():
    assert find(restless(600), BEATS) == []


@pytest.mark.parametrize(
    ("value", "reason"), [(np.nan, "missing samples"), (np.inf, "missing samples"), (0.5, "flat")]
)
def test_a_lead_that_came_off_is_one_segment_though_no_beat_lies_in_it(value: float, reason: str):
    signal = restless(2400)
    signal[20_000:200_000] = value
    beats = np.arange(0.5, 2400, 0.8)
    beats = beats[(beats < 200) | (beats > 2000)]
    (segment,) = find(signal, beats)
    assert segment.reason == reason
    assert segment.start_s == pytest.approx(200, abs=1.5)
    assert segment.end_s == pytest.approx(2000, abs=1.5)


def test_a_lead_that_is_never_there_does_not_matter():
    signal = restless(600)
    signal[:, 0] = np.nan
    assert find(signal, BEATS) == []


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        (np.nan, 0.0, "flat"),
        (0.0, np.nan, "flat"),
        (np.nan, None, "no beat found"),
        (None, 0.0, "no beat found"),
    ],
)
def test_between_beats_the_lead_that_shows_most_gives_the_reason(first, second, reason):
    signal = restless(600)
    for lead, value in enumerate((first, second)):
        if value is not None:
            signal[10_000:50_000, lead] = value
    (segment,) = find(signal, BEATS[(BEATS < 100) | (BEATS > 500)])
    assert segment.reason == reason


@pytest.mark.parametrize("reason", ["missing samples", "flat", "no beat found"])
def test_a_recording_without_any_beat_is_unreadable_from_end_to_end(reason: str):
    signal = restless(700)
    if reason != "no beat found":
        signal[:] = np.nan if reason == "missing samples" else 0
    assert find(signal, np.zeros(0)) == [Segment(0.0, 700.0, reason)]


def test_a_pause_of_the_heart_is_readable():
    beats = BEATS[(BEATS < 100) | (BEATS > 108)]
    assert find(restless(600), beats) == []
    assert [s.reason for s in find(restless(600), BEATS[(BEATS < 100) | (BEATS > 113)])] == [
        "no beat found"
    ]


def test_unreadable_beats_in_a_row_are_one_segment_and_stay_inside_the_recording():
    unreadable = np.full(len(BEATS), "", "<U16")
    unreadable[:1], unreadable[100:120], unreadable[300:302] = (
        "outside record",
        "flat",
        "implausible",
    )
    found = find(restless(600), BEATS, unreadable)
    assert [s.reason for s in found] == ["outside record", "flat", "implausible"]
    assert found[0].start_s == pytest.approx(0.15)
    assert found[1].end_s - found[1].start_s == pytest.approx(19 * 0.8 + 0.8)


def test_beats_and_samples_of_one_reason_make_one_segment():
    signal = restless(600)
    signal[10_000:20_000] = np.nan
    keep = (BEATS < 100.2) | (BEATS > 199.6)
    beats = BEATS[keep]
    near = (beats > 99.5) & (beats < 200.4)
    (segment,) = find(signal, beats, np.where(near, "missing samples", ""))
    assert segment.start_s < 100 < 200 < segment.end_s


def test_merged_segments_are_in_order_without_overlap_and_lose_no_time():
    rng = np.random.default_rng(1)
    start = rng.uniform(0, 100, 60)
    parts = [
        Segment(a, a + b, str(r))
        for a, b, r in zip(start, rng.uniform(0, 3, 60), rng.choice(["x", "y"], 60), strict=True)
    ]
    merged = merge_segments(parts)
    assert all(a.end_s <= b.start_s for a, b in pairwise(merged))
    assert merged == merge_segments(merged[::-1])
    for at in np.arange(0, 103, 0.01):
        if any(s.start_s <= at <= s.end_s for s in parts):
            assert any(s.start_s <= at <= s.end_s for s in merged)


@pytest.mark.parametrize(("gap_s", "n"), [(JOIN_S - 0.25, 1), (JOIN_S, 2)])
def test_segments_are_joined_that_lie_closer_than_the_limit(gap_s: float, n: int):
    parts = [Segment(1.0, 4.0, "flat"), Segment(4.0 + gap_s, 9.0, "flat")]
    assert len(merge_segments(parts)) == n


@pytest.mark.parametrize(("gap_s", "n"), [(JOIN_S - 0.25, 1), (JOIN_S, 2)])
def test_beats_are_joined_whose_windows_lie_closer_than_the_limit(gap_s: float, n: int):
    window = BeatWindow(fs=120.0, before_s=0.25, after_s=0.25)
    time_s = np.array([1.0, 1.5 + gap_s])  # every edge is a binary fraction, and so is exact
    record = Record("r", "r", restless(5.0).astype(np.float32), FS, ("II", "V1"))
    found = find_unreadable(record, time_s, np.full(2, "flat"), window, 0.02)
    assert len(found) == n


@pytest.mark.parametrize(("stored", "reason"), [(50, "no beat found"), (49, "missing samples")])
def test_a_second_is_missing_if_less_than_half_of_it_is_stored(stored: int, reason: str):
    signal = restless(60)
    signal[np.arange(len(signal)) % 100 >= stored] = np.nan
    assert find(signal, np.zeros(0)) == [Segment(0.0, 60.0, reason)]


@pytest.mark.parametrize("seed", range(20))
def test_many_beats_give_the_segments_that_each_would_give_alone(seed: int):
    rng = np.random.default_rng(seed)
    time_s = 1 + np.cumsum(rng.choice([0.4, 0.8, 1.2, 2.7, 2.9], 200))
    reasons = rng.choice(["", "flat", "noise"], 200).astype(object)
    reasons[rng.integers(0, 200, 150)] = "flat"
    seconds = float(time_s[-1]) + 0.2
    each = [
        Segment(t - WINDOW.before_s, min(t + WINDOW.after_s, seconds), reason)
        for t, reason in zip(time_s.tolist(), reasons, strict=True)
        if reason
    ]
    record = restless(seconds)
    found = find(record, time_s, reasons)
    wanted = merge_segments(each)
    assert [s.reason for s in found] == [s.reason for s in wanted]
    edges = [[(s.start_s, s.end_s) for s in segments] for segments in (found, wanted)]
    np.testing.assert_allclose(edges[0], edges[1], atol=1 / FS)


class Gapped(Record):
    """A record that says where its gaps are, and counts what is read."""

    def next_stored(self, start: int) -> int:
        later = np.flatnonzero(np.isfinite(self.signal[start:]).any(axis=1))
        return start + int(later[0]) if len(later) else self.n_samples

    def read(self, start: int, stop: int, columns=None) -> np.ndarray:
        READ.append(stop - start)
        return super().read(start, stop, columns)


READ: list[int] = []


@pytest.mark.parametrize("seed", range(8))
def test_a_gap_is_stepped_over_and_named_as_if_it_had_been_read(seed: int):
    rng = np.random.default_rng(seed)
    signal = restless(3000).astype(np.float32)
    for _ in range(6):
        start = int(rng.integers(0, 300_000))
        signal[start : start + int(rng.choice([50, 150, 2_000, 90_000]))] = rng.choice([np.nan, 0])
    signal[100_000:250_000] = np.nan
    beats, reasons = np.array([0.5, 2990.0]), np.full(2, "", "<U16")
    gapped = Gapped("r", "r", signal, FS, ("II", "V1"))
    READ.clear()
    found = find_unreadable(gapped, beats, reasons, WINDOW, 0.02)
    assert found == find(signal, beats)
    assert sum(READ) < 190_000


def test_seconds_that_alternate_do_not_pile_up():
    signal = restless(4000)
    flat = np.arange(len(signal)) // 100 % 2 == 0
    signal[flat] = 0
    (segment,) = find(signal, np.zeros(0))
    assert (segment.reason, segment.start_s, segment.end_s) == ("flat", 0.0, 3999.0)
