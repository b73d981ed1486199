"""Loss, learning rate and the running average of weights."""

import numpy as np
import pytest

from default_config import training_config
from ecg_anomaly.network.training.optimisation import (
    EVERY,
    MOST,
    WARM_UP_STEPS,
    WeightAverage,
    learning_rate_at,
    make_loss,
    make_optimizer,
)


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


def test_the_learning_rate_rises_to_the_configured_one_and_falls_to_a_hundredth():
    n_steps = 40 * WARM_UP_STEPS
    rates = [learning_rate_at(step, step / n_steps, 0.01) for step in range(n_steps)]
    top = int(np.argmax(rates))
    assert top <= WARM_UP_STEPS
    assert rates[top] == pytest.approx(0.01, rel=0.01)
    assert (np.diff(rates[: top + 1]) > 0).all()
    assert (np.diff(rates[top:]) < 0).all()
    assert learning_rate_at(n_steps, 1.0, 0.01) == pytest.approx(1e-4)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_a_classifier_is_trained_by_the_cross_entropy_of_its_probabilities(smoothing):
    ((name, loss),) = make_loss(True, smoothing).items()
    target, found = np.float32([[1, 0, 0, 0, 0]]), np.float32([[0.6, 0.1, 0.1, 0.1, 0.1]])
    smoothed = target * (1 - smoothing) + smoothing / 5
    assert name == "probability"
    assert float(loss(target, found)) == pytest.approx(-(smoothed * np.log(found)).sum(), rel=1e-5)


def test_an_autoencoder_is_trained_by_the_mean_absolute_error_of_its_reconstruction():
    ((name, loss),) = make_loss(False, 0.1).items()
    assert name == "reconstruction"
    assert float(loss(np.zeros((2, 3)), np.full((2, 3), -0.5))) == pytest.approx(0.5)


def test_the_optimizer_has_the_configured_rates_and_a_name_of_its_own():
    optimizer = make_optimizer(training_config(learning_rate=0.004, weight_decay=0.02))
    assert float(optimizer.learning_rate) == pytest.approx(0.004)
    assert optimizer.weight_decay == 0.02
    assert optimizer.name == "adamw"
