"""Loss, learning rate and the running average of weights."""

import numpy as np
import pytest

from default_config import training_config


@pytest.fixture(scope="module")
def optimisation():
    """Import the module when the first test needs it: collecting tests should not import Keras."""
    from ecg_anomaly.network.training import optimisation

    return optimisation


class Weights:
    """A network that is nothing but its weights."""

    def __init__(self, value: float) -> None:
        self.value = value

    def get_weights(self) -> list[np.ndarray]:
        return [np.full((2, 3), self.value, np.float32), np.full(1, -self.value, np.float32)]


@pytest.fixture
def average_of(optimisation):
    """Return what follows the first weight of a network through some values."""

    def follow(values) -> list[float]:
        network = Weights(values[0])
        average = optimisation.WeightAverage(network)
        found = []
        for value in values[1:]:
            network.value = value
            average.update()
            found.append(float(average.weights[0][0, 0]))
            assert average.weights[1][0] == pytest.approx(-found[-1])
            assert average.weights[0].shape == (2, 3)
            assert all(weight.dtype == np.float32 for weight in average.weights)
        return found

    return follow


def test_it_tends_to_weights_that_rest(average_of):
    found = average_of([5.0] + [1.0] * 200)
    assert found[-1] == pytest.approx(1.0, abs=1e-4)
    assert sorted(found, reverse=True) == found


def test_it_follows_from_the_first_step_so_that_a_short_training_is_not_lost(average_of):
    assert average_of([5.0, 1.0])[0] == pytest.approx(1.0, abs=0.5)


def test_later_it_looks_only_now_and_then(average_of, optimisation):
    every = optimisation.EVERY
    found = average_of([0.0] + [1.0] * every + [2.0] * 3 * every)
    looked = [step for step in range(every, 4 * every) if found[step] != found[step - 1]]
    assert [step + 1 for step in looked] == [2 * every, 3 * every, 4 * every]


def test_it_wanders_less_than_the_weights(average_of, optimisation):
    values = np.random.default_rng(0).normal(size=4000)
    found = average_of([0.0, *values])[1000:]
    most = optimisation.MOST
    assert np.std(found) < 1.5 * np.sqrt((1 - most) / (1 + most))
    assert abs(np.mean(found)) < 0.1


def test_the_network_keeps_its_weights_and_the_average_its_own(optimisation):
    network = Weights(1.0)
    average = optimisation.WeightAverage(network)
    first = average.weights
    network.value = 3.0
    average.update()
    assert float(first[0][0, 0]) == 1.0
    assert network.value == 3.0


def test_the_learning_rate_rises_to_the_configured_one_and_falls_to_a_hundredth(optimisation):
    n_steps = 40 * optimisation.WARM_UP_STEPS
    rates = [optimisation.learning_rate_at(step, step / n_steps, 0.01) for step in range(n_steps)]
    top = int(np.argmax(rates))
    assert top <= optimisation.WARM_UP_STEPS
    assert rates[top] == pytest.approx(0.01, rel=0.01)
    assert (np.diff(rates[: top + 1]) > 0).all()
    assert (np.diff(rates[top:]) < 0).all()
    assert optimisation.learning_rate_at(n_steps, 1.0, 0.01) == pytest.approx(1e-4)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_a_classifier_is_trained_by_the_cross_entropy_of_its_probabilities(optimisation, smoothing):
    ((name, loss),) = optimisation.make_loss(["probability"], smoothing).items()
    target, found = np.float32([[1, 0, 0, 0, 0]]), np.float32([[0.6, 0.1, 0.1, 0.1, 0.1]])
    smoothed = target * (1 - smoothing) + smoothing / 5
    assert name == "probability"
    assert float(loss(target, found)) == pytest.approx(-(smoothed * np.log(found)).sum(), rel=1e-5)


def test_an_autoencoder_is_trained_by_the_mean_absolute_error_of_its_reconstruction(optimisation):
    ((name, loss),) = optimisation.make_loss([], 0.1).items()
    assert name == "reconstruction"
    assert float(loss(np.zeros((2, 3)), np.full((2, 3), -0.5))) == pytest.approx(0.5)


def test_the_optimizer_has_the_configured_rates_and_a_name_of_its_own(optimisation):
    optimizer = optimisation.make_optimizer(training_config(learning_rate=0.004, weight_decay=0.02))
    assert float(optimizer.learning_rate) == pytest.approx(0.004)
    assert optimizer.weight_decay == 0.02
    assert optimizer.name == "adamw"
