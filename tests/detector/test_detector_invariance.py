"""What may not change the beats that are found: rate, offset, rounding, leads, bad samples."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import resample_poly

from default_config import dataset_config
from ecg_anomaly.beats.record_beats import cut_beats
from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.detector.engine import score_recording
from ecg_anomaly.records.record import Record

#: Bad samples change nothing further away.
REACH_S = 2.0


def same_beats(one: BeatDecisions, other: BeatDecisions, within_s: float = 0.02) -> bool:
    if len(one) != len(other):
        return False
    same_reason = (one.unreadable == other.unreadable).all()
    return bool(same_reason and (np.abs(one.time_s - other.time_s) <= within_s).all())


def median_change(one: BeatDecisions, other: BeatDecisions) -> float:
    """Median change of the score, in standard deviations of the scores."""
    return float(np.nanmedian(np.abs(one.score - other.score)) / np.nanstd(one.score))


@pytest.mark.parametrize("fs", [128, 250, 257, 500, 1000])
def test_any_sampling_rate_finds_the_same_beats(
    detector: Detector, record: Record, fs: int
) -> None:
    ratio = Fraction(fs, 360)
    signal = resample_poly(record.signal.astype(float), ratio.numerator, ratio.denominator)
    other = replace(record, signal=signal.astype(np.float32), fs=float(fs))
    at_home, elsewhere = score_recording(detector, record), score_recording(detector, other)
    assert same_beats(at_home, elsewhere)
    assert median_change(at_home, elsewhere) < 0.2


@pytest.mark.parametrize("offset_mv", [-300.0, -1.0, 0.5, 20.0, 300.0])
def test_an_offset_changes_nothing(detector: Detector, record: Record, offset_mv: float) -> None:
    shifted = replace(record, signal=record.signal + np.float32(offset_mv))
    plain, found = score_recording(detector, record), score_recording(detector, shifted)
    assert same_beats(plain, found)
    # A float32 holds 300 mV to 0.03 µV: the samples themselves are not quite the same.
    assert median_change(plain, found) < 0.01


@pytest.mark.parametrize("scale", [1e-3, 1e-1, 1.0, 1e3])
def test_a_recording_in_another_unit_is_the_same_once_it_is_in_millivolts(
    detector: Detector, record: Record, scale: float
) -> None:
    stored = (record.signal * np.float32(scale)).astype(np.float32)
    back = replace(record, signal=stored / np.float32(scale))
    plain, found = score_recording(detector, record), score_recording(detector, back)
    assert same_beats(plain, found, 0.0)
    assert median_change(plain, found) < 1e-3


@pytest.mark.parametrize("step_mv", [0.001, 0.005])
def test_rounding_to_integers_changes_hardly_anything(
    detector: Detector, record: Record, step_mv: float
) -> None:
    stored = np.rint(record.signal / step_mv).astype(np.int16)
    found = score_recording(detector, replace(record, signal=(stored * step_mv).astype(np.float32)))
    assert same_beats(score_recording(detector, record), found)


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_lead_that_no_window_is_cut_from_moves_no_beat_whatever_its_polarity(
    detector: Detector, record: Record, sign: float
) -> None:
    third = np.float32(sign) * record.signal[:, :1]
    more = replace(record, signal=np.hstack([record.signal, third]), leads=(*record.leads, "V6"))
    plain, found = score_recording(detector, record), score_recording(detector, more)
    assert same_beats(plain, found)
    assert median_change(plain, found) < 0.01


@pytest.mark.parametrize("lead", [0, 1])
def test_one_lead_of_two_is_read_wherever_it_belongs(
    detector: Detector, record: Record, lead: int
) -> None:
    one = replace(record, signal=record.signal[:, [lead]], leads=(record.leads[lead],))
    both, found = score_recording(detector, record), score_recording(detector, one)
    assert abs(len(both) - len(found)) <= 1
    assert (found.unreadable == "").mean() > 0.9
    assert np.isfinite(found.score[found.unreadable == ""]).all()


BAD_SAMPLES = st.lists(
    st.tuples(st.floats(2, 58), st.floats(0.003, 1.0), st.sampled_from([0, 1, None])),
    min_size=1,
    max_size=4,
)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(BAD_SAMPLES, st.sampled_from([np.nan, np.inf, -np.inf, 1e30]))
def test_bad_samples_reach_no_further_than_the_filters(
    detector: Detector, record: Record, where: list[tuple[float, float, int | None]], value: float
) -> None:
    signal, time_s = record.signal.copy(), np.arange(len(record.signal)) / record.fs
    bad = np.zeros(len(signal), bool)
    for at, long, lead in where:
        rows = (time_s >= at) & (time_s < at + long)
        signal[rows, slice(None) if lead is None else lead] = value
        bad |= rows
    holed = replace(record, signal=signal)
    both = [
        cut_beats(replace(r, annotations=None), dataset_config(), detector.preprocess)[0]
        for r in (record, holed)
    ]
    far = [np.abs(beats.time_s[:, None] - time_s[bad]).min(axis=1) > REACH_S for beats in both]
    whole, spoilt = (beats.select(rows) for beats, rows in zip(both, far, strict=True))
    np.testing.assert_array_equal(spoilt.sample, whole.sample)
    np.testing.assert_array_equal(spoilt.unreadable, whole.unreadable)
    np.testing.assert_array_equal(spoilt.waveform, whole.waveform)
    # What is left is that the median beat is one of other beats.
    plain, found = score_recording(detector, record), score_recording(detector, holed)
    first, read = both[1].unreadable, found.unreadable
    np.testing.assert_array_equal(read[read != ""], first[read != ""])
    assert set(found.lead[read != first]) <= {record.leads[1]}
    _, i, j = np.intersect1d(plain.sample, found.sample, return_indices=True)
    assert np.nanmedian(np.abs(plain.score[i] - found.score[j])) < 0.5 * np.nanstd(plain.score)


def test_a_bad_beat_is_left_out_of_the_history_whatever_is_in_it(
    detector: Detector, record: Record
) -> None:
    spoilt = slice(round(20.0 * 360), round(20.5 * 360))
    found = []
    for value in (np.nan, np.inf, -1e9):
        signal = record.signal.copy()
        signal[spoilt] = value
        found.append(score_recording(detector, replace(record, signal=signal)))
    for other in found[1:]:
        assert same_beats(found[0], other, 0.0)
        np.testing.assert_array_equal(found[0].score, other.score)
