from dataclasses import replace

import numpy as np
import pytest

from default_config import pipeline_config, simulation_config
from ecg_anomaly.beats.noisy_copies import copy_with_noise, cut_noisy_copies, draw_noise, in_noise
from ecg_anomaly.records.record import Annotations, Record
from ecg_anomaly.records.simulation.simulated_records import simulate_records

CONFIG = pipeline_config()


@pytest.fixture(scope="module")
def records() -> list[Record]:
    """Two subjects, five minutes each: the second and the fourth of a copy are noisy."""
    simulation = simulation_config(n_subjects=2, duration_s=300.0, fs=200.0, difficult=False)
    return list(simulate_records(simulation))


def cut(records: list[Record], *splits: str):
    split_of = {record.name: split for record, split in zip(records, splits, strict=True)}
    return cut_noisy_copies(records, split_of, CONFIG.dataset, CONFIG.preprocess)


def test_a_copy_has_noise_in_two_minutes_and_the_record_elsewhere(records):
    noisy = copy_with_noise(records[0])
    added = noisy.signal.astype(float) - records[0].signal
    time_s = np.arange(len(added)) / records[0].fs
    inside = in_noise(time_s, 300.0)
    outside = ~inside[1:] & ~inside[:-1]
    np.testing.assert_allclose(np.diff(added, axis=0)[outside], 0, atol=1e-5)
    assert added[inside].std(axis=0).min() > 0.005
    assert noisy.annotations is records[0].annotations


def test_a_copy_is_the_same_each_time_and_other_records_get_other_noise(records):
    twice = [copy_with_noise(records[0]).signal for _ in range(2)]
    np.testing.assert_array_equal(*twice)
    renamed = copy_with_noise(replace(records[0], name="another"))
    assert not np.array_equal(renamed.signal, twice[0])


def test_beats_of_the_noisy_minutes_get_the_split_of_their_record(records):
    beats = cut(records, "train", "validation")
    assert set(beats.split.tolist()) == {"train", "validation", ""}
    learned = beats.split != ""
    assert in_noise(beats.time_s[learned], 300.0).all()
    assert beats.readable[learned].all()
    for record, split in zip(records, ("train", "validation"), strict=True):
        mine = beats.record == record.name
        assert set(beats.split[mine & learned].tolist()) == {split}
        assert set(beats.subject[mine].tolist()) == {record.subject}


def test_r_peaks_are_found_in_the_noise_and_matched_with_the_annotations(records):
    beats = cut(records, "train", "train")
    for record in records:
        mine = beats.select(beats.record == record.name)
        assert not np.isin(mine.sample, record.annotations.sample).all()
        labelled = mine.sample[mine.labelled]
        distance = np.abs(labelled[:, None] - record.annotations.sample).min(axis=1)
        assert (distance <= 0.15 * record.fs).all()


def test_test_records_and_those_without_a_split_have_no_copy(records):
    assert cut(records, "test", "") is None
    beats = cut(records, "test", "train")
    assert set(beats.record.tolist()) == {records[1].name}


@pytest.mark.parametrize(
    "changed",
    [
        {"annotations": None},
        {"segment_length": 200},
        {"annotations": Annotations(np.array([4000]), np.array(["V"]))},
        {"annotations": Annotations(np.array([3]), np.array(["N"]))},
    ],
)
def test_a_record_without_a_normal_beat_to_measure_has_no_copy(records, changed):
    assert copy_with_noise(replace(records[0], **changed)) is None


def test_a_short_record_has_no_copy(records):
    short = replace(records[0], signal=records[0].signal[: round(59 * records[0].fs)])
    assert copy_with_noise(short) is None


@pytest.mark.parametrize(("fs", "n_leads"), [(50.0, 1), (128.0, 2), (1000.0, 12)])
def test_noise_is_drawn_at_any_rate_and_for_any_number_of_leads(fs, n_leads):
    signal = np.zeros((round(30 * fs), n_leads), np.float32)
    record = Record("r", "r", signal, fs, tuple(f"lead {n}" for n in range(n_leads)))
    for seed in range(6):
        noise = draw_noise(record, np.random.default_rng(seed))
        assert noise.shape == signal.shape
        assert np.isfinite(noise).all()
        assert noise.std(axis=0).min() > 0.05


def test_times_in_noise_are_those_of_the_noisy_minutes():
    times = np.array([0.0, 299.9, 300.0, 419.9, 420.0, 540.0, 1799.0])
    assert in_noise(times, 1800.0).tolist() == [False, False, True, True, False, True, True]
    assert in_noise(times / 6, 300.0).tolist() == [False, False, False, True, True, True, False]
