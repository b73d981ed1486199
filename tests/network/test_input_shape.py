"""The shape of a beat, and the rule that a window is a whole number of LSTM steps."""

import subprocess
import sys
from pathlib import Path

import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.network.input_shape import InputShape, check_samples_per_step, shape_of_beats

SRC = Path(__file__).resolve().parents[2] / "src"


@pytest.mark.parametrize("n", [0, 7])
def test_the_shape_is_that_of_every_beat(make_inputs, n):
    inputs = make_inputs(n, window=12, channels=4, n_features=5)
    assert shape_of_beats(inputs) == InputShape(samples=12, channels=4, features=5)


@pytest.mark.parametrize("samples", [1, 12, 16, 96, 97])
def test_a_number_of_samples_per_step_is_accepted_where_it_divides_the_window(samples):
    for samples_per_step in range(1, samples + 1):
        if samples % samples_per_step == 0:
            check_samples_per_step(samples, samples_per_step)
            continue
        with pytest.raises(UserError, match="does not divide the window") as caught:
            check_samples_per_step(samples, samples_per_step)
        assert caught.value.where == "model.samples_per_step"


def test_the_error_names_the_numbers_that_divide_the_window():
    with pytest.raises(UserError) as caught:
        check_samples_per_step(96, 5)
    assert caught.value.way_out == "use one of [1, 2, 3, 4, 6, 8, 12, 16]"


def test_the_check_needs_no_keras():
    program = "import sys, ecg_anomaly.network.input_shape; print('keras' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=SRC, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
