"""Inputs of a detector: which beats count as normal, columns that stay together, the file."""

from dataclasses import fields

import numpy as np
import pytest

from ecg_anomaly.features.beat_inputs import BeatInputs, unlabelled_inputs
from ecg_anomaly.files.array_tables import concatenate_tables, read_array_table, write_array_table

N = 6


@pytest.fixture
def inputs() -> BeatInputs:
    rows = np.arange(N)
    return BeatInputs(
        sequence=np.arange(N * 8, dtype=np.float32).reshape(N, 4, 2),
        features=rows[:, None].astype(np.float32),
        odds=rows.astype(np.float32) / 10,
        rule=(rows[:, None] + np.array([0.1, 0.2, 0.3])).astype(np.float32),
        record=np.array([f"r{i}" for i in rows]),
        subject=np.array([f"p{i}" for i in rows]),
        sample=rows * 10,
        symbol=np.array(list("NNVANN")),
        aami=np.array(["N", "N", "V", "S", "N", ""]),
        synthetic=np.full(N, "", dtype="<U8"),
    )


def test_synthetic_beats_never_pass_for_normal(inputs):
    inputs.synthetic[[0, 3]] = "rhythm"
    assert inputs.presumed_normal.tolist() == [False, True, False, False, True, False]
    inputs.aami[1:] = ""
    assert inputs.presumed_normal.tolist() == [False, True, True, False, True, True]


def test_who_is_abnormal_and_who_may_pass_for_normal(inputs):
    assert inputs.anomalous.tolist() == [False, False, True, True, False, False]
    assert inputs.presumed_normal.tolist() == [True, True, False, False, True, False]
    unlabelled = inputs.select(inputs.aami == "")
    assert unlabelled.presumed_normal.tolist() == [True]
    assert not unlabelled.anomalous.any()


@pytest.mark.parametrize("n", [0, N])
def test_inputs_come_back_from_their_file(inputs, tmp_path, n):
    some = inputs.select(np.arange(N) < n)
    write_array_table(tmp_path / "inputs.npz", some)
    found = read_array_table(tmp_path / "inputs.npz", BeatInputs)
    assert len(found) == n
    for field in fields(some):
        written = getattr(some, field.name)
        np.testing.assert_array_equal(getattr(found, field.name), written)
        assert getattr(found, field.name).dtype == written.dtype


def test_joined_inputs_keep_every_column_together(inputs):
    parts = [inputs.select(np.arange(N) < n) for n in (2, 0, N)]
    joined = concatenate_tables(parts)
    assert joined.record.tolist() == ["r0", "r1", *(f"r{i}" for i in range(N))]
    np.testing.assert_array_equal(joined.sequence[2:], inputs.sequence)


@pytest.mark.parametrize("n", [0, 5])
def test_beats_that_are_only_to_be_scored_have_no_label_and_no_rule(n):
    inputs = unlabelled_inputs(np.ones((n, 4, 2), np.float32), np.ones((n, 3), np.float32))
    assert len(inputs) == n
    assert all(len(getattr(inputs, field.name)) == n for field in fields(inputs))
    assert not inputs.labelled.any()
    assert not inputs.anomalous.any()
    assert inputs.recorded.all()
    assert inputs.rule.shape == (n, 3)
    assert np.isnan(inputs.rule).all()
