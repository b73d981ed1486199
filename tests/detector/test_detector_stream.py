"""A stream says what `score` says of the whole recording, whatever the pieces it comes in."""

from collections.abc import Iterable
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecg_anomaly.detector.decisions import BeatDecisions, concatenate_decisions
from ecg_anomaly.detector.detector_stream import DetectorStream
from ecg_anomaly.detector.engine import score_chunks
from ecg_anomaly.detector.loaded_detector import LoadedDetector
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.record import Record
from toy_detector import toy_records

#: A decision waits so many s for what follows the next R peak, and the beat itself, at most.
NEXT_S, OWN_S = 0.25, 0.65


@pytest.fixture(scope="module")
def quick(detector: LoadedDetector) -> LoadedDetector:
    """A detector whose learning period is a small part of the recording."""
    features = replace(detector.features, history_s=12.0, history_update_s=2.0)
    return replace(detector, features=features)


@pytest.fixture(scope="module")
def broken(record: Record) -> Record:
    """A recording with gaps in one lead and in both, and leads that come and go."""
    signal, fs = record.signal.copy(), record.fs
    both = slice(None)
    for start, stop, lead, value in (
        (0, 3, 1, np.nan), (9, 9.01, 0, np.nan), (12, 18, 0, 0.0), (20, 23, both, np.nan),
        (30, 37, 1, np.nan), (44, 44.3, 0, np.inf), (51, 51.004, both, np.nan),
    ):  # fmt: skip
        signal[round(start * fs) : round(stop * fs), lead] = value
    return replace(record, signal=signal)


def open_stream(detector: LoadedDetector, record: Record, **options: str) -> DetectorStream:
    return detector.stream(record.fs, record.leads, **options)


def cut_at(signal: np.ndarray, places: Iterable[int]) -> list[np.ndarray]:
    return np.split(signal, sorted(places))


def streamed(stream: DetectorStream, pieces: Iterable[np.ndarray]) -> BeatDecisions:
    return concatenate_decisions([*(stream.push(piece) for piece in pieces), stream.finish()])


def assert_same(one: BeatDecisions, other: BeatDecisions) -> None:
    np.testing.assert_allclose(one.score, other.score, rtol=0, atol=1e-6)
    for name in {field.name for field in fields(BeatDecisions)} - {"score"}:
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)


def scored(detector: LoadedDetector, record: Record) -> BeatDecisions:
    return concatenate_decisions(score_chunks(detector, record, 1))


@pytest.fixture(scope="module")
def expected(quick: LoadedDetector, broken: Record) -> BeatDecisions:
    found = scored(quick, broken)
    assert len(found) > 40
    assert {"", "missing samples"} <= set(found.unreadable.tolist())
    assert set(found.lead.tolist()) == {"MLII", "V1"}
    return found


@pytest.mark.parametrize("size", [36, 72, 361, 3600, 10**6])
def test_pieces_of_one_size_change_nothing(quick, broken, expected, size):
    pieces = cut_at(broken.signal, range(size, len(broken.signal), size))
    assert_same(streamed(open_stream(quick, broken), pieces), expected)


@given(places=st.lists(st.integers(0, 60 * 360), max_size=40))
@settings(max_examples=8)
def test_pieces_of_any_sizes_change_nothing(quick, broken, expected, places):
    assert_same(streamed(open_stream(quick, broken), cut_at(broken.signal, places)), expected)


def test_single_samples_change_nothing(quick, broken):
    short = replace(broken, signal=broken.signal[: 11 * 360])
    pieces = (row[None] for row in short.signal)
    assert_same(streamed(open_stream(quick, short), pieces), scored(quick, short))


GAPS = st.lists(
    st.tuples(
        st.integers(0, 30 * 360), st.sampled_from([1, 3, 40, 400, 4000]),
        st.sampled_from([0, 1, slice(None)]), st.sampled_from([np.nan, np.inf, 0.0, 1e6]),
    ),
    max_size=5,
)  # fmt: skip


@given(fs=st.sampled_from([128.0, 250.0, 360.0, 499.5]), gaps=GAPS, seed=st.integers(0, 99))
@settings(max_examples=5)
def test_gaps_anywhere_at_any_rate_and_restarts_change_nothing(quick, record, fs, gaps, seed):
    """The signal is played faster or slower: what looks like a beat is another matter."""
    signal, random = record.signal[: 30 * 360].copy(), np.random.default_rng(seed)
    for start, length, lead, value in gaps:
        signal[start : start + length, lead] = value
    played = replace(record, signal=signal, fs=fs)
    stream, found, done = open_stream(quick, played), [], 0
    while done < len(signal):
        size = int(random.choice([1, 50, 300, 3000]))
        found.append(stream.push(signal[done : done + size]))
        done, kept, stream = done + size, stream.snapshot(), open_stream(quick, played)
        stream.restore(kept)
    assert_same(concatenate_decisions([*found, stream.finish()]), scored(quick, played))


@pytest.mark.parametrize("step", [2, 5])
def test_a_high_rate_is_averaged_down_as_by_score(quick, broken, step):
    signal = np.repeat(broken.signal, step, axis=0)[:-1]
    signal[::7] += np.float32(0.01)
    fine = replace(broken, signal=signal, fs=1000.0 * step)
    expected = scored(quick, fine)
    assert len(expected) > 5
    pieces = cut_at(signal, range(997, len(signal), 997))
    assert_same(streamed(open_stream(quick, fine), pieces), expected)


@pytest.mark.parametrize("at_s", [0.0, 1.7, 26.0, 49.3])
def test_a_restored_stream_goes_on_as_if_nothing_had_happened(quick, broken, expected, at_s):
    at = round(at_s * broken.fs)
    first, second = open_stream(quick, broken), open_stream(quick, broken)
    found = [first.push(broken.signal[:at])]
    second.restore(first.snapshot())
    assert second.n_samples == at
    found += [second.push(broken.signal[at:]), second.finish()]
    assert_same(concatenate_decisions(found), expected)
    assert first.snapshot() == first.snapshot()


def test_a_snapshot_belongs_to_its_detector_rate_and_leads(quick, record):
    kept = open_stream(quick, record).snapshot()
    others = (
        replace(quick, digest="other").stream(360.0, record.leads),
        replace(quick, threshold=7.0).stream(360.0, record.leads),
        quick.stream(250.0, record.leads),
        quick.stream(360.0, record.leads[::-1]),
        quick.stream(360.0, record.leads, unit="uV"),
        quick.stream(360.0, record.leads, lead="V1"),
    )
    for other, what in zip(
        others, ("detector", "threshold", "fs", "leads", "millivolts", "preferred"), strict=True
    ):
        with pytest.raises(UserError, match=f"another {what}"):
            other.restore(kept)


@pytest.mark.parametrize("where", ["start", "middle", "end"])
def test_a_damaged_snapshot_is_refused_and_the_stream_stays(quick, broken, where):
    stream = open_stream(quick, broken)
    stream.push(broken.signal[:9000])
    kept = stream.snapshot()
    at = {"start": 3, "middle": len(kept) // 2, "end": len(kept) - 3}[where]
    damaged = kept[:at] + bytes([kept[at] ^ 1]) + kept[at + 1 :]
    for bad in (damaged, kept[:at], b""):
        with pytest.raises(UserError, match="snapshot"):
            stream.restore(bad)
    assert stream.snapshot() == kept


def test_the_lead_that_is_asked_for_is_read(quick, record):
    stream = open_stream(quick, record, lead="V1")
    found = streamed(stream, [record.signal])
    assert set(found.lead[found.unreadable == ""]) == {"V1"}


def test_units_are_turned_into_millivolts(quick, record):
    expected = scored(quick, record)
    microvolts = record.signal.astype(np.float64) * 1000
    found = streamed(open_stream(quick, record, unit="µV"), [microvolts])
    np.testing.assert_array_equal(found.sample, expected.sample)
    np.testing.assert_allclose(found.score, expected.score, atol=1e-3)


def test_a_stream_too_short_for_a_beat_has_none(quick, record):
    for n in (0, 1, 100):
        assert len(streamed(open_stream(quick, record), [record.signal[:n]])) == 0


def test_what_cannot_be_is_refused(quick, record):
    for options, words in (
        ({"fs": 0.0}, "fs is 0 Hz"), ({"fs": np.nan}, "fs is nan"), ({"leads": []}, "has no lead"),
        ({"unit": "mmHg"}, "no unit of voltage"), ({"leads": ["II"] * 100}, "100 ECG leads"),
    ):  # fmt: skip
        with pytest.raises(UserError, match=words):
            quick.stream(**{"fs": 360.0, "leads": record.leads, **options})
    with pytest.raises(UserError, match=r"shape \(7, 3\)"):
        open_stream(quick, record).push(np.zeros((7, 3)))
    with pytest.raises(UserError, match="cut out beforehand"):
        replace(quick, segment_length=140).stream(360.0, record.leads)


def test_after_its_end_a_stream_takes_nothing(quick, record):
    stream = open_stream(quick, record)
    stream.finish()
    with pytest.raises(ValueError, match="finished"):
        stream.push(record.signal)
    with pytest.raises(ValueError, match="finished"):
        stream.finish()


def wait_of_each(detector, record, size):
    """Seconds from what the decision on a beat may wait for to the decision."""
    stream, found, out_s = open_stream(detector, record), [], []
    for start in range(0, len(record.signal), size):
        found.append(stream.push(record.signal[start : start + size]))
        out_s += [stream.n_samples / record.fs] * len(found[-1])
    time_s = np.append(concatenate_decisions(found).time_s, stream.finish().time_s[:1])
    return np.array(out_s) - np.maximum(time_s[1:] + NEXT_S, time_s[:-1] + OWN_S)


def test_a_decision_is_out_a_quarter_of_a_second_after_the_next_r_peak(quick):
    """An early peak is in doubt until the next one comes: one decision in fifty is later."""
    piece_s = 18 / 360
    wait_s = np.concatenate([wait_of_each(quick, r, 18)[10:] for r in toy_records()[:2]])
    assert len(wait_s) > 100
    assert np.mean(wait_s <= piece_s + 1e-9) > 0.98
    assert wait_s.max() < 1.5


def test_r_peaks_are_known_a_quarter_of_a_second_after_they_were(quick, broken, expected):
    stream, first = open_stream(quick, broken), {}
    for at in range(0, len(broken.signal), 18):
        stream.push(broken.signal[at : at + 18])
        for sample in np.rint(stream.undecided_s * broken.fs).astype(int).tolist():
            first.setdefault(sample, stream.n_samples)
    late = np.array([known - sample for sample, known in first.items()]) / broken.fs
    assert set(first) <= set(expected.sample.tolist())
    assert len(first) > 0.7 * len(expected)
    assert np.median(late) <= 0.25 + 18 / broken.fs


def test_none_is_said_to_follow_while_an_earlier_beat_waits(quick, broken):
    stream = open_stream(quick, broken)
    stream.push(broken.signal[: 3 * 360])
    assert len(stream.undecided_s) == 0
