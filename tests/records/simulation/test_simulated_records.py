"""Records as a whole: determinism, length, units, labels on the QRS."""

from dataclasses import replace

import numpy as np
import pytest

from default_config import simulation_config
from ecg_anomaly.records.record import Record
from ecg_anomaly.records.simulation.beat_table import BeatTable
from ecg_anomaly.records.simulation.simulated_records import (
    BLOCK_S,
    annotate_beats,
    simulate_record,
    simulate_records,
)

SHORT = simulation_config(n_subjects=4, duration_s=20.0)


def same_bytes(one: Record, other: Record) -> bool:
    assert one.annotations is not None
    assert other.annotations is not None
    return (
        one.signal.tobytes() == other.signal.tobytes()
        and one.annotations.sample.tobytes() == other.annotations.sample.tobytes()
        and one.annotations.symbol.tolist() == other.annotations.symbol.tolist()
    )


def test_a_subject_is_the_same_alone_and_in_any_cohort():
    in_cohort = list(simulate_records(SHORT))[2]
    alone = simulate_record(replace(SHORT, n_subjects=30), 2)
    assert same_bytes(in_cohort, alone)


def test_subjects_and_seeds_differ():
    first = simulate_record(SHORT, 0)
    assert not same_bytes(first, simulate_record(SHORT, 12))
    assert not same_bytes(first, simulate_record(replace(SHORT, seed=1), 0))


def test_names_count_from_one_and_are_the_subjects():
    records = list(simulate_records(SHORT))
    assert [r.name for r in records] == ["s01", "s02", "s03", "s04"]
    assert all(r.subject == r.name for r in records)
    assert simulate_record(SHORT, 119).name == "s120"


@pytest.mark.parametrize("fs", [100.0, 250.0, 360.0, 500.0])
@pytest.mark.parametrize("duration_s", [10.0, 20.003])
def test_length_is_exact_at_any_sampling_rate(fs, duration_s):
    record = simulate_record(simulation_config(duration_s=duration_s, fs=fs), 1)
    assert record.signal.shape == (round(duration_s * fs), 2)
    assert record.fs == fs
    assert record.leads == ("MLII", "V1")


def test_length_is_exact_where_a_block_of_one_sample_is_left():
    config = simulation_config(duration_s=BLOCK_S + 0.01, fs=100.0)
    assert len(simulate_record(config, 0).signal) == 30001


def test_blocks_join_without_a_step():
    config = simulation_config(duration_s=BLOCK_S + 5, fs=100.0)
    for index in range(6):
        signal = simulate_record(config, index, noise=False).signal
        edge = round(BLOCK_S * 100)
        beside = np.abs(np.diff(signal[edge - 4 : edge + 4], axis=0)).max()
        assert beside < np.abs(np.diff(signal, axis=0)).max()


def test_signal_is_float32_in_steps_of_the_converter_and_within_its_range():
    for record in simulate_records(simulation_config(n_subjects=12, duration_s=30.0)):
        assert record.signal.dtype == np.float32
        assert np.isfinite(record.signal).all()
        assert np.abs(record.signal).max() <= 5.12
        steps = record.signal.astype(np.float64) * 200
        assert np.abs(steps - np.rint(steps)).max() < 1e-3
        assert np.ptp(record.signal, axis=0).min() > 0.4


def test_beat_times_do_not_depend_on_the_sampling_rate():
    slow, fast = (simulate_record(replace(SHORT, fs=fs), 2).annotations for fs in (250.0, 500.0))
    assert slow is not None
    assert fast is not None
    assert slow.symbol.tolist() == fast.symbol.tolist()
    assert np.abs(slow.sample / 250 - fast.sample / 500).max() <= 0.0031


@pytest.mark.parametrize("fs", [250.0, 360.0, 500.0])
def test_labels_stand_on_the_main_deflection_of_the_qrs(fs):
    for index in range(36):
        record = simulate_record(simulation_config(duration_s=60.0, fs=fs), index, noise=False)
        assert record.annotations is not None
        lead, reach, second = record.signal[:, 0], round(0.06 * fs), round(fs)
        for sample in record.annotations.sample:
            if second <= sample < len(lead) - second:
                baseline = np.median(lead[sample - second : sample + second])
                around = np.abs(lead[sample - reach : sample + reach + 1] - baseline)
                assert abs(np.argmax(around) - reach) <= 0.03 * fs


def test_annotations_ascend_inside_the_record():
    for record in simulate_records(SHORT):
        assert record.annotations is not None
        sample = record.annotations.sample
        assert sample.dtype == np.int64
        assert sample[0] >= 0
        assert sample[-1] < len(record.signal)
        assert np.diff(sample).min() >= 0.25 * record.fs
        # A beat every two seconds and a half at least, from the first seconds to the last.
        assert sample[0] < 2.5 * record.fs
        assert len(record.signal) - sample[-1] < 2.5 * record.fs


def test_rhythms_are_named_from_the_first_sample_on():
    config = simulation_config(n_subjects=12, duration_s=20.0, difficult=True)
    records = [simulate_record(config, index, noise=False) for index in (0, 1)]
    assert [r.annotations.rhythms for r in records] == [((0, "(N"),), ((0, "(AFIB"),)]


def test_a_rhythm_ends_where_a_spell_does():
    beats = BeatTable(*(np.zeros(0) for _ in range(5)), fibrillation_s=(-3.0, 2.0, 5.0, 30.0))
    marks = annotate_beats(beats, 2000, 100.0)
    assert marks.rhythms == ((0, "(AFIB"), (200, "(N"), (500, "(AFIB"))
