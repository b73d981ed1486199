"""Tables of arrays: rows are selected and concatenated, files of other versions are refused."""

from dataclasses import dataclass

import numpy as np
import pytest

from ecg_anomaly.files.array_tables import (
    concatenate_tables,
    read_array_table,
    select_rows,
    write_array_table,
)
from ecg_anomaly.files.atomic import write_arrays
from ecg_anomaly.files.errors import UserError


@dataclass
class Rows:
    score: np.ndarray
    name: np.ndarray


ROWS = Rows(np.arange(3.0), np.array(["a", "b", "c"]))


def test_a_table_comes_back_from_its_file(tmp_path):
    write_array_table(tmp_path / "x.npz", ROWS)
    found = read_array_table(tmp_path / "x.npz", Rows)
    assert (found.score.tolist(), found.name.tolist()) == ([0, 1, 2], ["a", "b", "c"])


@pytest.mark.parametrize("rows", [np.array([True, False, True]), np.array([0, 2]), slice(0, 3, 2)])
def test_rows_are_selected_in_every_column(rows):
    found = select_rows(ROWS, rows)
    assert (found.score.tolist(), found.name.tolist()) == ([0, 2], ["a", "c"])


def test_selected_rows_are_concatenated_to_the_whole():
    whole = concatenate_tables([select_rows(ROWS, slice(0, 1)), select_rows(ROWS, slice(1, 3))])
    assert isinstance(whole, Rows)
    assert (whole.score.tolist(), whole.name.tolist()) == ([0, 1, 2], ["a", "b", "c"])


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"score": np.zeros(3)}, "has no 'name'"),
        ({"score": np.zeros(3), "name": np.zeros(3), "odds": np.zeros(3)}, "has odds too"),
        ({"score": np.zeros(3), "name": np.zeros(2)}, r"several lengths \(score \(3,\), name \(2,"),
        ({"score": np.zeros(3), "name": np.array(3)}, "several lengths"),
        ({}, "has no 'score'"),
    ],
)
def test_arrays_of_another_version_are_one_line_with_a_way_out(tmp_path, arrays, said):
    write_arrays(tmp_path / "x.npz", arrays)
    with pytest.raises(UserError, match=rf"x\.npz: .*{said}.*; run `dvc repro`") as caught:
        read_array_table(tmp_path / "x.npz", Rows)
    assert len(str(caught.value).splitlines()) == 1
