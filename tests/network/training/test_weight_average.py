"""The running average of weights: where weights rest, it arrives; before, it lies between."""

import numpy as np
import pytest

from ecg_anomaly.network.training.weight_average import EVERY, MOST, WeightAverage


class Weights:
    """A network that is nothing but its weights."""

    def __init__(self, value: float) -> None:
        self.value = value

    def get_weights(self) -> list[np.ndarray]:
        return [np.full((2, 3), self.value, np.float32), np.full(1, -self.value, np.float32)]


def average_of(values) -> list[float]:
    network = Weights(values[0])
    average = WeightAverage(network)
    found = []
    for value in values[1:]:
        network.value = value
        average.update()
        found.append(float(average.weights[0][0, 0]))
        assert average.weights[1][0] == pytest.approx(-found[-1])
        assert average.weights[0].shape == (2, 3)
        assert all(weight.dtype == np.float32 for weight in average.weights)
    return found


def test_it_tends_to_weights_that_rest():
    found = average_of([5.0] + [1.0] * 200)
    assert found[-1] == pytest.approx(1.0, abs=1e-4)
    assert sorted(found, reverse=True) == found


def test_it_follows_from_the_first_step_so_that_a_short_training_is_not_lost():
    assert average_of([5.0, 1.0])[0] == pytest.approx(1.0, abs=0.5)


def test_later_it_looks_only_now_and_then():
    found = average_of([0.0] + [1.0] * EVERY + [2.0] * 3 * EVERY)
    looked = [step for step in range(EVERY, 4 * EVERY) if found[step] != found[step - 1]]
    assert [step + 1 for step in looked] == [2 * EVERY, 3 * EVERY, 4 * EVERY]


def test_it_wanders_less_than_the_weights():
    values = np.random.default_rng(0).normal(size=4000)
    found = average_of([0.0, *values])[1000:]
    assert np.std(found) < 1.5 * np.sqrt((1 - MOST) / (1 + MOST))
    assert abs(np.mean(found)) < 0.1


def test_the_network_keeps_its_weights_and_the_average_its_own():
    network = Weights(1.0)
    average = WeightAverage(network)
    first = average.weights
    network.value = 3.0
    average.update()
    assert float(first[0][0, 0]) == 1.0
    assert network.value == 3.0
