"""From a record to its beats."""

from dataclasses import replace

import numpy as np
import pytest

from default_config import dataset_config, preprocess_config
from ecg_anomaly.beats.record_beats import cut_beats, cut_cohort
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.record import Annotations, Record

CONFIG = preprocess_config()


def test_beats_of_a_simulated_record(simulated_records):
    record = simulated_records[0]
    beats, account = cut_beats(record, dataset_config(), CONFIG)
    assert beats.waveform.shape == (len(record.annotations.sample), 96, 2)
    assert beats.waveform.dtype == np.float32
    np.testing.assert_array_equal(beats.sample, record.annotations.sample)
    np.testing.assert_allclose(beats.time_s, beats.sample / 360.0)
    assert set(beats.split.tolist()) == {""}
    assert beats.continuous.all()
    assert account["beats"] == len(beats) == account["labelled"]
    assert sum(account["unreadable"].values()) == (~beats.readable).sum()
    normal = beats.waveform[beats.readable & (beats.aami == "N"), :, 0]
    assert abs(int(np.argmax(np.abs(np.median(normal, axis=0)))) - 42) <= 2


def pulses(fs, duration_s, at_s):
    time = np.arange(round(duration_s * fs)) / fs
    signal = sum(np.exp(-(((time - at) / 0.02) ** 2)) for at in at_s)
    sample = np.round(np.array(at_s) * fs).astype(np.int64)
    marks = Annotations(sample, np.full(len(at_s), "N"))
    return Record("x", "x", signal[:, None].astype(np.float32), fs, ("II",), marks)


@pytest.mark.parametrize("fs", [100.0, 257.3, 360.0, 1000.0, 1017.253])
def test_windows_stay_on_the_peak_to_the_end_of_the_record_at_any_rate(fs):
    record = pulses(fs, 121.0, np.arange(1.0, 120.0))
    beats, _ = cut_beats(record, dataset_config(), CONFIG)
    assert beats.readable.all()
    assert np.abs(np.argmax(beats.waveform[:, :, 0], axis=1) - 42).max() <= 1


def test_windows_stay_on_the_peak_where_the_ratio_of_rates_is_rounded():
    config = replace(CONFIG, fs=60.0, low_pass_hz=25.0)
    beats, _ = cut_beats(pulses(61440.0, 10.0, np.arange(1.0, 9.0)), dataset_config(), config)
    assert np.abs(np.argmax(beats.waveform[:, :, 0], axis=1) - 21).max() <= 1


def test_a_missing_second_lead_is_zero_and_readable():
    beats, _ = cut_beats(pulses(360.0, 10.0, [3.0, 4.0]), dataset_config(), CONFIG)
    assert beats.waveform.shape == (2, 96, 2)
    assert (beats.waveform[:, :, 1] == 0).all()
    assert beats.readable.all()


def test_missing_and_flat_segments_make_their_beats_unreadable():
    record = pulses(360.0, 20.0, [3.0, 8.0, 15.0])
    record.signal[round(2.9 * 360) : round(3.1 * 360)] = np.nan
    record.signal[round(6.0 * 360) : round(10.0 * 360)] = 0.5
    beats, account = cut_beats(record, dataset_config(), CONFIG)
    assert beats.unreadable.tolist() == ["missing samples", "flat", ""]
    assert account["unreadable"] == {"flat": 1, "missing samples": 1}


@pytest.mark.parametrize(("positions", "read"), [("reference", True), ("detected", False)])
def test_noise_makes_detected_beats_unreadable_and_annotated_ones_not(positions, read):
    record = pulses(360.0, 60.0, np.arange(1.0, 59.0))
    record.signal[:] += np.random.default_rng(0).normal(0, 3.0, record.signal.shape)
    beats, _ = cut_beats(record, dataset_config(), replace(CONFIG, beat_positions=positions))
    inside = (beats.time_s > 10) & (beats.time_s < 50)
    assert inside.any()
    assert (beats.readable[inside] == read).mean() > 0.8
    assert ((beats.quality[inside] > 0.5) == read).mean() > 0.95


@pytest.mark.parametrize("value", [np.nan, 0.0])
def test_a_record_of_nan_or_flat_leads_has_no_readable_beat(value):
    record = pulses(360.0, 20.0, [3.0, 8.0])
    record.signal[:] = value
    for config in (CONFIG, replace(CONFIG, beat_positions="detected")):
        beats, _ = cut_beats(record, dataset_config(), config)
        assert not beats.readable.any()


@pytest.mark.parametrize("n_samples", [1, 100, 287])
def test_a_record_shorter_than_one_window_is_left_out_with_its_reason(n_samples):
    signal = np.zeros((n_samples, 1), np.float32)
    marks = Annotations(np.array([0]), np.array(["N"]))
    short = Record("short", "short", signal, 360.0, ("II",), marks)
    beats, account = cut_beats(short, dataset_config(), CONFIG)
    assert beats.waveform.shape == (0, 96, 2)
    assert account["beats"] == 0
    assert account["left_out"] == f"{n_samples / 360:.2f} s long, a window takes 0.80 s"
    long = pulses(360.0, 20.0, [3.0, 8.0])
    together, accounts = cut_cohort([short, long], dataset_config(), CONFIG)
    assert set(together.record.tolist()) == {long.name}
    assert [bool(account["left_out"]) for account in accounts] == [True, False]


@pytest.mark.parametrize("seconds", [0.8, 0.9, 1.0, 1.5, 2.0, 3.0])
@pytest.mark.parametrize("labelled", [True, False])
def test_a_record_of_a_window_and_little_more_is_cut(seconds, labelled):
    record = pulses(360.0, seconds, [0.4])
    record = record if labelled else replace(record, annotations=None)
    beats, account = cut_beats(record, dataset_config(), CONFIG)
    assert account["left_out"] == ""
    assert beats.waveform.shape[1:] == (96, 2)


def test_only_when_no_record_can_be_cut_it_is_an_error():
    short = Record("short", "short", np.zeros((9, 1), np.float32), 360.0, ("II",))
    with pytest.raises(UserError, match=r"none of 1 records .*: short is 0\.03 s long, a window"):
        cut_cohort([short], dataset_config(), CONFIG)
    with pytest.raises(UserError, match="none of 0 records"):
        cut_cohort([], dataset_config(), CONFIG)


def test_a_record_without_beats_gives_none():
    signal = np.zeros((3600, 2), np.float32)
    beats, _ = cut_beats(Record("x", "x", signal, 360.0, ("II", "V1")), dataset_config(), CONFIG)
    assert beats.waveform.shape == (0, 96, 2)


def test_beats_already_cut_out_are_taken_as_they_are():
    signal = np.arange(12, dtype=np.float32)[:, None]
    signal[5] = np.nan
    marks = Annotations(np.array([0, 4, 8]), np.array(["N", "V", "S"]))
    record = Record("train", "p", signal, 4.0, ("ECG",), marks, segment_length=4)
    beats, account = cut_beats(record, dataset_config(), CONFIG)
    assert beats.waveform.shape == (3, 4, 1)
    assert beats.waveform[2, :, 0].tolist() == [8, 9, 10, 11]
    assert beats.unreadable.tolist() == ["", "missing samples", ""]
    assert beats.aami.tolist() == ["N", "V", "S"]
    assert not beats.continuous.any()
    assert account["unreadable"] == {"missing samples": 1}


@pytest.fixture(scope="module")
def detected(simulated_records):
    """Cut every record by its detected R peaks."""
    config = replace(CONFIG, beat_positions="detected")
    blind = (replace(record, annotations=None) for record in simulated_records)
    return [cut_beats(record, dataset_config(), config)[0] for record in blind]


@pytest.mark.parametrize("length_s", [0.0, 0.02, 0.1, 1.0, 10.0, 60.0])
def test_an_island_of_missing_samples_changes_no_beat_beyond_its_neighbourhood(
    simulated_records, detected, length_s
):
    """Neither R peaks nor what can be read change further than 1.5 s away from it."""
    config = replace(CONFIG, beat_positions="detected")
    rng = np.random.default_rng(round(100 * length_s))
    for record, before in zip(simulated_records, detected, strict=True):
        blind = replace(record, annotations=None)
        start = int(rng.integers(20 * record.fs, 50 * record.fs))
        stop = start + max(1, round(length_s * record.fs))
        signal = record.signal.copy()
        signal[start:stop] = np.nan
        after, _ = cut_beats(replace(blind, signal=signal), dataset_config(), config)
        low, high = start / record.fs - 1.5, stop / record.fs + 1.5
        kept = [
            beats.select((beats.time_s < low) | (beats.time_s > high)) for beats in (before, after)
        ]
        assert kept[0].sample.tolist() == kept[1].sample.tolist()
        assert kept[0].readable.tolist() == kept[1].readable.tolist()


def test_one_sample_in_a_hundred_missing_at_random_leaves_a_recording_readable(
    simulated_records, detected
):
    config = replace(CONFIG, beat_positions="detected")
    for record, before in zip(simulated_records[:4], detected, strict=False):
        blind = replace(record, annotations=None)
        signal = record.signal.copy()
        signal[np.random.default_rng(1).random(signal.shape) < 0.01] = np.nan
        after, _ = cut_beats(replace(blind, signal=signal), dataset_config(), config)
        assert abs(len(after) - len(before)) <= 1
        assert after.readable.sum() >= before.readable.sum() - 2
