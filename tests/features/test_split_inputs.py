"""One side of the split: the right rows, the right columns, a file that comes back."""

from dataclasses import fields

import numpy as np
import pytest

from ecg_anomaly.beats.beat_set import BeatSet
from ecg_anomaly.features.beat_inputs import concatenate_inputs, read_inputs, write_inputs
from ecg_anomaly.features.describe import BeatDescription
from ecg_anomaly.features.selection import FeatureTransform
from ecg_anomaly.features.split_inputs import assemble_inputs

N = 6


@pytest.fixture
def beats() -> BeatSet:
    rows = np.arange(N)
    return BeatSet(
        waveform=np.zeros((N, 4, 1), np.float32),
        record=np.array([f"r{i}" for i in rows]),
        subject=np.array([f"p{i}" for i in rows]),
        sample=rows * 10,
        time_s=rows * 1.0,
        symbol=np.array(list("NNVANN")),
        aami=np.array(["N", "N", "V", "S", "N", ""]),
        unreadable=np.full(N, "", dtype="<U16"),
        split=np.full(N, "test"),
        continuous=np.ones(N, bool),
    )


@pytest.fixture
def described() -> BeatDescription:
    values = np.arange(N)[:, None] + np.array([0.0, 0.1, 0.2, 0.3])
    sequence = np.arange(N * 8, dtype=np.float32).reshape(N, 4, 2)
    return BeatDescription(sequence, values, values[:, 1:])


@pytest.fixture
def transform() -> FeatureTransform:
    return FeatureTransform(("noise",), np.array([0]), np.array([1.0]), np.array([2.0]))


def test_rows_stay_together(beats, described, transform):
    rows = np.array([False, True, False, True, False, True])
    side = assemble_inputs(beats, described, transform, rows)
    assert side.record.tolist() == ["r1", "r3", "r5"]
    assert side.subject.tolist() == ["p1", "p3", "p5"]
    assert side.sample.tolist() == [10, 30, 50]
    assert side.aami.tolist() == ["N", "S", ""]
    np.testing.assert_array_equal(side.sequence, described.sequence[rows])
    np.testing.assert_allclose(side.features, [[0.0], [1.0], [2.0]])


@pytest.mark.parametrize("rows", [np.array([4, 1]), np.zeros(0, int), np.arange(N) == 2])
def test_indices_and_masks_choose_alike_and_beats_count_as_recorded(
    beats, described, transform, rows
):
    side = assemble_inputs(beats, described, transform, rows)
    np.testing.assert_array_equal(side.record, beats.record[rows])
    np.testing.assert_allclose(side.rule, described.rule[rows], rtol=1e-6)
    assert side.recorded.all()


def test_made_beats_never_pass_for_normal(beats, described, transform):
    side = assemble_inputs(beats, described, transform, np.ones(N, bool))
    side.synthetic[[0, 3]] = "rhythm"
    assert side.presumed_normal.tolist() == [False, True, False, False, True, False]
    side.aami[1:] = ""
    assert side.presumed_normal.tolist() == [False, True, True, False, True, True]


def test_who_is_abnormal_and_who_may_pass_for_normal(beats, described, transform):
    side = assemble_inputs(beats, described, transform, np.ones(N, bool))
    assert side.anomalous.tolist() == [False, False, True, True, False, False]
    assert side.presumed_normal.tolist() == [True, True, False, False, True, False]
    unlabelled = side.select(side.aami == "")
    assert unlabelled.presumed_normal.tolist() == [True]
    assert not unlabelled.anomalous.any()


@pytest.mark.parametrize("n", [0, N])
def test_a_side_comes_back_from_its_file(beats, described, transform, tmp_path, n):
    side = assemble_inputs(beats, described, transform, np.arange(N) < n)
    write_inputs(tmp_path / "side.npz", side)
    found = read_inputs(tmp_path / "side.npz")
    assert len(found) == n
    for field in fields(side):
        written = getattr(side, field.name)
        np.testing.assert_array_equal(getattr(found, field.name), written)
        assert getattr(found, field.name).dtype == written.dtype


def test_joined_sides_keep_every_column_together(beats, described, transform):
    parts = [assemble_inputs(beats, described, transform, np.arange(N) < n) for n in (2, 0, N)]
    joined = concatenate_inputs(parts)
    assert joined.record.tolist() == ["r0", "r1", *(f"r{i}" for i in range(N))]
    np.testing.assert_array_equal(joined.sequence[2:], described.sequence)
