"""Beats that come some at a time are put in the context that they have all at once."""

import io
from dataclasses import fields, replace

import numpy as np
import pytest

from block_beats import draw_beats
from default_config import dataset_config, features_config, preprocess_config
from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.beats.detected_beats import DetectedBeats
from ecg_anomaly.beats.record_beats import cut_beats
from ecg_anomaly.features import second_shape, span_summary
from ecg_anomaly.features.beat_context import BeatsInContext
from ecg_anomaly.features.beats_with_past import BeatsWithPast, measure_rr
from ecg_anomaly.features.context_builder import ContextBuilder
from ecg_anomaly.features.describe import put_in_context
from ecg_anomaly.features.history_clock import LONGEST_WAIT_S
from ecg_anomaly.features.joint_context import put_beats_in_context
from ecg_anomaly.features.rhythm_context import NextPeak

PREPROCESS = preprocess_config()
WINDOW = BeatWindow.from_config(PREPROCESS)
CONFIG = features_config(history_s=30.0, history_beats=16, history_update_s=6.0)
#: An hour of 45 s, which takes over from the minutes within the record.
SLOW = features_config(history_s=30.0, history_beats=16, history_update_s=6.0, slow_history_s=45.0)


@pytest.fixture(scope="module")
def beats(simulated_records):
    found, _ = cut_beats(simulated_records[1], dataset_config(), PREPROCESS)
    unread = np.where(np.arange(len(found)) % 17 == 5, "flat", found.unreadable)
    unread[np.arange(len(found)) % 29 > 22] = "noise"
    return replace(found, unreadable=unread)


def detected_beats(beats, rows) -> DetectedBeats:
    found = vars(DetectedBeats.from_beat_set(beats))
    return DetectedBeats(**{name: values[rows] for name, values in found.items()})


def rr_of(ready: BeatsWithPast) -> np.ndarray:
    return measure_rr([ready], ready.beats.time_s)


def in_pieces(beats, edges, config=CONFIG) -> list[BeatsInContext]:
    running = ContextBuilder(config)
    parts = []
    for k, (first, stop) in enumerate(zip([0, *edges], [*edges, len(beats)], strict=True)):
        ready = running.extend(detected_beats(beats, slice(first, stop)), last=k == len(edges))
        if ready:
            parts.append(put_beats_in_context(ready, config, WINDOW))
    return parts


def assert_same(parts: list[BeatsInContext], whole: BeatsInContext) -> None:
    assert sum(map(len, parts)) == len(whole)
    for name in ("intervals", "rhythm", "history", "hour"):
        for field in fields(getattr(whole, name)):
            pieces = [getattr(getattr(part, name), field.name) for part in parts]
            expected = getattr(getattr(whole, name), field.name)
            np.testing.assert_array_equal(np.concatenate(pieces), expected, err_msg=field.name)
    for name in ("waveform", "recent", "second"):
        found = np.concatenate([getattr(part, name) for part in parts])
        np.testing.assert_array_equal(found, getattr(whole, name), err_msg=name)


@pytest.mark.parametrize(
    "edges",
    [
        [],
        [1],
        [0, 0, 2, 2],
        [3, 50, 51, 52, 60, 61, 90],
        list(range(1, 137)),
        list(range(40, 140, 8)),
    ],
)
def test_pieces_of_any_size_give_the_context_of_the_whole(beats, edges):
    assert len(beats) == 137
    assert_same(in_pieces(beats, edges), put_in_context(beats, CONFIG, WINDOW))
    whole = put_in_context(beats, SLOW, WINDOW)
    assert_same(in_pieces(beats, edges, SLOW), whole)
    assert (whole.hour.template[60:] != whole.history.template[60:]).any()


@pytest.mark.parametrize("step", [1, 7, 50])
def test_a_second_shape_is_found_in_pieces_and_after_a_restart(step):
    found = draw_beats(6 * (25 * "N" + 15 * "R"))
    whole = put_beats_in_context(ContextBuilder(SLOW).extend(found, last=True), SLOW, WINDOW)
    assert whole.second.sum() > 50
    running, parts = ContextBuilder(SLOW), []
    for first in range(0, len(found), step):
        piece = found.select(slice(first, first + step))
        ready = running.extend(piece, last=first + step >= len(found))
        if first % 5 == 0:
            running = ContextBuilder.from_state(SLOW, (0,), through_a_file(running.state()))
        parts += [put_beats_in_context(ready, SLOW, WINDOW)] if ready else []
    assert_same(parts, whole)


@pytest.mark.parametrize("gap_s", [20.0, 31.0, 500.0])
def test_a_gap_longer_than_the_history_is_no_exception(beats, gap_s):
    holed = replace(beats, time_s=beats.time_s + gap_s * (np.arange(len(beats)) > 100))
    parts = in_pieces(holed, [20, 95, 99, 101, 102, 103, 120])
    assert_same(parts, put_in_context(holed, CONFIG, WINDOW))


@pytest.mark.parametrize("n", [1, 2, 5])
def test_a_record_of_few_beats(beats, n):
    few = beats.select(np.arange(n))
    assert_same(in_pieces(few, list(range(1, n))), put_in_context(few, CONFIG, WINDOW))


def test_a_record_without_beats_has_nothing_ready(beats):
    assert in_pieces(beats.select(np.zeros(0, int)), [0, 0]) == []


@pytest.mark.parametrize("edges", [[], [1, 2, 60, 61, 100]])
def test_intervals_are_those_between_the_beats_however_long(beats, edges):
    time_s = beats.time_s + 99.0 * (np.arange(len(beats)) > 70)
    clean = np.ones(len(beats), np.float32)
    late = replace(beats, time_s=time_s, unreadable=np.full(len(beats), ""), quality=clean)
    running, found = ContextBuilder(CONFIG), []
    for k, (first, stop) in enumerate(zip([0, *edges], [*edges, len(late)], strict=True)):
        ready = running.extend(detected_beats(late, slice(first, stop)), last=k == len(edges))
        found += rr_of(ready).tolist() if ready else []
    assert np.isnan(found[0])
    np.testing.assert_array_equal(found[1:], np.diff(late.time_s))


def test_an_interval_to_what_may_be_no_beat_is_unknown(beats):
    reasons = np.full(len(beats), "", dtype="<U16")
    reasons[[10, 20]] = "no clear QRS", "flat"
    quality = np.where(np.arange(len(beats)) == 30, 0.4, 1).astype(np.float32)  # in doubt
    running = ContextBuilder(CONFIG)
    ready = running.extend(
        detected_beats(replace(beats, unreadable=reasons, quality=quality), slice(None)), last=True
    )
    assert np.flatnonzero(np.isnan(rr_of(ready))).tolist() == [0, 10, 11, 30, 31]
    context = put_beats_in_context(ready, CONFIG, WINDOW)
    assert np.isfinite(context.intervals.previous_s).all()


def ready_after_each(found: DetectedBeats, config=CONFIG, first_leads=(0,)) -> list[int]:
    """Return how many beats are ready after each one."""
    running, n_ready = ContextBuilder(config, first_leads), [0]
    for k in range(len(found)):
        ready = running.extend(found.select(slice(k, k + 1)), last=False)
        n_ready.append(n_ready[-1] + (len(ready.beats) if ready else 0))
    return n_ready[1:]


def test_from_the_tenth_beat_on_a_beat_is_ready_when_the_next_one_is_known(beats):
    config = features_config()
    clean = replace(beats, unreadable=np.full(len(beats), ""))
    ready_at = ready_after_each(DetectedBeats.from_beat_set(clean), config)
    assert ready_at == [0] * 9 + list(range(9, len(beats)))
    # Beats that cannot be read do not count, and the last of the ten waits for one more interval.
    noisy = DetectedBeats.from_beat_set(beats)
    tenth = int(np.flatnonzero(noisy.trusted[:, 0])[9])
    ready_at = ready_after_each(noisy, config)
    assert ready_at[:tenth] == [0] * tenth
    assert ready_at[tenth + 2 :] == list(range(tenth + 2, len(beats)))


def test_in_few_beats_nothing_waits_longer_than_the_limit(beats):
    """Beats in doubt, which no other is compared with, come without delay after 20 s."""
    doubt = replace(beats, unreadable=np.full(len(beats), ""), quality=np.full(len(beats), 0.4))
    time_s, config = beats.time_s, features_config()
    ready_at = ready_after_each(DetectedBeats.from_beat_set(doubt), config)
    waited = int(np.searchsorted(time_s, time_s[0] + LONGEST_WAIT_S))
    assert ready_at[:waited] == [0] * waited
    assert ready_at[waited:] == list(range(waited, len(time_s)))


def test_what_is_known_to_hold_no_beat_need_not_be_waited_for(beats):
    running, few = ContextBuilder(features_config()), detected_beats(beats, slice(4))
    assert running.extend(few, last=False) is None
    none = few.select(slice(0))
    limit_s = beats.time_s[0] + LONGEST_WAIT_S
    assert running.extend(none, last=False, known_s=limit_s - 0.01) is None
    ready = running.extend(none, last=False, known_s=limit_s)
    assert len(ready.beats) == 3


def test_a_beat_is_ready_when_the_next_peak_is_known_although_no_beat_yet(beats):
    found, running, ready = detected_beats(beats, slice(None)), ContextBuilder(CONFIG), []
    whole = ContextBuilder(CONFIG).extend(found, last=True)
    for k in range(len(found) - 1):
        after = NextPeak(float(found.time_s[k + 1]), float(found.lost_s[k + 1]))
        ready.append(running.extend(found.select(slice(k, k + 1)), last=False, after=after))
    n = [len(part.beats) if part else 0 for part in ready]
    assert sum(n) == len(found) - 1
    assert n[-30:] == [1] * 30
    ready = [part for part in ready if part]
    for name in ("intervals", "minutes", "measured"):
        for key, expected in vars(getattr(whole, name)).items():
            pieces = [getattr(getattr(part, name), key) for part in ready]
            np.testing.assert_array_equal(np.concatenate(pieces), expected[:-1], err_msg=key)


def test_only_the_last_minutes_are_kept(beats):
    times = np.arange(2000) * 0.8
    rows = np.arange(2000) % len(beats)
    running = ContextBuilder(CONFIG)
    for first in range(0, 2000, 100):
        part = rows[first : first + 100]
        found = detected_beats(beats, part)
        ready = running.extend(replace(found, time_s=times[first : first + 100]), last=False)
        assert ready is not None
        assert len(ready.known) < 100 + CONFIG.history_s / 0.8 + CONFIG.history_update_s / 0.8 + 14


def test_the_first_beat_borrows_its_only_interval(beats):
    time_s = 5.0 + np.append(0.0, np.cumsum([0.7, 0.9, 1.1]))
    four = replace(beats.select(np.arange(4)), time_s=time_s, unreadable=np.full(4, ""))
    ready = ContextBuilder(CONFIG).extend(detected_beats(four, slice(None)), last=True)
    np.testing.assert_allclose(ready.intervals.previous_s, [0.7, 0.7, 0.9, 1.1])
    np.testing.assert_allclose(ready.intervals.next_s, [0.7, 0.9, 1.1, 1.1])


def test_what_is_ready_are_the_beats_themselves_in_order(beats):
    running, found = ContextBuilder(CONFIG), []
    for first in range(0, len(beats), 30):
        last = first + 30 >= len(beats)
        ready = running.extend(detected_beats(beats, slice(first, first + 30)), last=last)
        found += ready.beats.sample.tolist() if ready else []
    assert found == beats.sample.tolist()


@pytest.fixture(scope="module")
def two_leads(beats) -> DetectedBeats:
    """Beats of which the second lead comes on halfway, when the first one goes."""
    found = DetectedBeats.from_beat_set(replace(beats, unreadable=np.full(len(beats), "")))
    second = np.arange(len(beats)) >= 70
    return replace(found, trusted=np.column_stack([~second, second]), choice=second.astype(int))


def context_in_pieces(found, edges, choice, columns, config=CONFIG) -> list[BeatsInContext]:
    running, parts = ContextBuilder(config, (0, 1)), []
    for k, (first, stop) in enumerate(zip([0, *edges], [*edges, len(found)], strict=True)):
        ready = running.extend(found.select(slice(first, stop)), last=k == len(edges))
        rows = np.flatnonzero(ready.beats.choice == choice) if ready else []
        if len(rows):
            parts.append(
                put_beats_in_context(ready, config, WINDOW, columns, rows, align=choice > 0)
            )
    return parts


@pytest.mark.parametrize("edges", [[1, 50, 71, 73, 90], list(range(1, 137))])
@pytest.mark.parametrize(("choice", "columns"), [(0, (0, 1)), (1, (1, -1))])
def test_beats_on_each_lead_have_one_context_in_pieces_of_any_size(
    two_leads, edges, choice, columns
):
    for config in (CONFIG, SLOW):
        (whole,) = context_in_pieces(two_leads, [], choice, columns, config)
        assert len(whole) == (70 if choice == 0 else len(two_leads) - 70)
        assert_same(context_in_pieces(two_leads, edges, choice, columns, config), whole)


def through_a_file(state: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Write a state and read it again, nothing pickled."""
    stream = io.BytesIO()
    np.savez(stream, allow_pickle=False, **state)
    stream.seek(0)
    with np.load(stream, allow_pickle=False) as kept:
        return dict(kept)


@pytest.mark.parametrize("kept_at", [0, 1, 2, 9, 10, 69, 70, 75, 100, 136])
def test_a_builder_made_from_its_state_goes_on_to_the_bit(two_leads, kept_at):
    builder = ContextBuilder(SLOW, (0, 1))
    for k in range(kept_at):
        builder.extend(two_leads.select(slice(k, k + 1)), last=False)
    other = ContextBuilder.from_state(SLOW, (0, 1), through_a_file(builder.state()))
    rest = two_leads.select(slice(kept_at, None))
    one, again = (b.extend(rest, last=True) for b in (builder, other))
    np.testing.assert_array_equal(again.beats.sample, one.beats.sample)
    columns = (1, 0)
    assert_same(
        [put_beats_in_context(again, SLOW, WINDOW, columns)],
        put_beats_in_context(one, SLOW, WINDOW, columns),
    )


def test_after_an_hour_the_state_is_small(two_leads):
    n, builder = 9000, ContextBuilder(features_config(), (0, 1))
    for first in range(0, n, 500):
        rows = np.arange(first, first + 500)
        found = two_leads.select(rows % len(two_leads))
        builder.extend(replace(found, time_s=rows * 0.4), last=False)  # 150 beats a minute
    assert sum(values.nbytes for values in builder.state().values()) < 1_000_000


@pytest.mark.parametrize(
    "change",
    [
        lambda s: s.pop("numbers"),
        lambda s: s.update(numbers=np.array([500.0, 0])),
        lambda s: s.update(numbers=np.array([np.nan, 0])),
        lambda s: s.pop("beats_time_s"),
        lambda s: s.pop("slots_slot"),
        lambda s: s.update(slots_mean_s=s["slots_mean_s"][1:]),
    ],
)
def test_a_damaged_state_is_refused(two_leads, change):
    builder = ContextBuilder(SLOW, (0, 1))
    builder.extend(two_leads, last=False)
    state = builder.state()
    change(state)
    with pytest.raises(ValueError, match=r"beats|numbers"):
        ContextBuilder.from_state(SLOW, (0, 1), state)


def test_a_beat_between_two_moves_costs_no_new_summary(two_leads, monkeypatch):
    """What all beats between two moves of the windows share is found once."""
    calls = []
    summarise = span_summary.summarise_spans

    def count(*arguments):
        calls.append(1)
        return summarise(*arguments)

    monkeypatch.setattr(second_shape, "summarise_spans", count)
    builder, found = ContextBuilder(SLOW), replace(two_leads, choice=np.zeros(137, np.int64))
    found = replace(found, trusted=np.ones((137, 2), bool))
    for k in range(len(found)):
        ready = builder.extend(found.select(slice(k, k + 1)), last=False)
        if ready:
            put_beats_in_context(ready, SLOW, WINDOW)
    moves = found.time_s[-1] / SLOW.history_update_s + found.time_s[-1] / (SLOW.slow_history_s / 30)
    assert len(calls) < moves + 5


def test_a_lead_that_comes_on_is_compared_with_itself_alone(two_leads):
    (found,) = context_in_pieces(two_leads, [], 1, (1, -1))
    own = two_leads.waveform[70:, :, 1]
    usual = np.median(np.ptp(own[:, WINDOW.part("qrs")], axis=1))
    np.testing.assert_allclose(found.history.amplitude[:, 0], usual, rtol=0.1)
    assert (found.history.template[:, :, 0] != 0).any(axis=1).all()


def test_the_first_beats_on_a_lead_wait_for_the_tenth(two_leads):
    ready_at = ready_after_each(two_leads, features_config(), (0, 1))
    assert ready_at[69:79] == [69] + [70] * 9
    assert ready_at[79:] == list(range(79, len(two_leads)))
