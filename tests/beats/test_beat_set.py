from dataclasses import fields

import numpy as np
import pytest

from default_config import dataset_config, preprocess_config
from ecg_anomaly.beats.beat_set import BeatSet
from ecg_anomaly.beats.record_beats import cut_beats
from ecg_anomaly.files.array_tables import concatenate_tables, read_array_table, write_array_table
from ecg_anomaly.files.errors import UserError


@pytest.fixture(scope="module")
def beats(simulated_records):
    cut = [cut_beats(r, dataset_config(), preprocess_config())[0] for r in simulated_records[:3]]
    return concatenate_tables(cut)


def assert_equal(one: BeatSet, other: BeatSet) -> None:
    for field in fields(BeatSet):
        np.testing.assert_array_equal(getattr(one, field.name), getattr(other, field.name))


def test_beats_are_read_as_written_and_bytes_repeat(tmp_path, beats):
    for name in ("one.npz", "two.npz"):
        write_array_table(tmp_path / name, beats)
    assert_equal(read_array_table(tmp_path / "one.npz", BeatSet), beats)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()


def test_a_file_of_other_arrays_is_a_users_error(tmp_path):
    np.savez(tmp_path / "x.npz", other=np.zeros(3))
    with pytest.raises(UserError, match=r"x\.npz: has no 'waveform'.*dvc repro"):
        read_array_table(tmp_path / "x.npz", BeatSet)


def test_joining_keeps_the_order_and_selecting_takes_it_apart(beats):
    names = list(dict.fromkeys(beats.record.tolist()))
    assert names == ["s01", "s02", "s03"]
    parts = [beats.select(beats.record == name) for name in names]
    assert sum(map(len, parts)) == len(beats)
    assert_equal(concatenate_tables(parts), beats)
    assert_equal(beats.select(np.arange(len(beats))), beats)


def test_an_empty_set_is_written_and_read(beats, tmp_path):
    none = beats.select(np.zeros(len(beats), bool))
    assert len(none) == 0
    write_array_table(tmp_path / "none.npz", none)
    assert_equal(read_array_table(tmp_path / "none.npz", BeatSet), none)


def test_anomalous_needs_a_label_that_is_not_n(beats):
    few = beats.select(np.arange(3))
    few.aami[:] = ["N", "V", ""]
    assert few.anomalous.tolist() == [False, True, False]
    assert few.labelled.tolist() == [True, True, False]


def test_splits_are_assigned_to_a_copy(beats):
    splits = np.full(len(beats), "test")
    assert set(beats.with_split(splits).split.tolist()) == {"test"}
    assert set(beats.split.tolist()) == {""}
