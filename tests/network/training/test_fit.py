"""The training loop: it learns, stops, goes back to its best, and repeats itself exactly."""

import math
from dataclasses import replace

import numpy as np
import pytest

from default_config import training_config
from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.features.selection import FeatureTransform
from ecg_anomaly.files.errors import UserError

CONFIG = training_config(
    epochs=8, batch_size=8, learning_rate=0.03, weight_decay=0.0, label_smoothing=0.0, patience=8,
    noise=0.0, wander=0.0, feature_noise=0.0, amplitude_jitter=0.0, polarity_flip=0.0,
    lead_swap=0.0, lead_drop=0.0, time_shift_s=0.0, noisy_copies=False, seed=3,
)  # fmt: skip
NO_LEADS = FeatureTransform(("a_a", "b_b", "c_c"), np.arange(3), np.zeros(3), np.ones(3))
KINDS = ("lstm_autoencoder", "lstm_classifier")  # lstm_contrast is the same network


@pytest.fixture(scope="module")
def fit(make_network, make_inputs):
    """Return a trainer of a tiny network on toy beats; gives network and epochs."""
    from ecg_anomaly.network.keras_network import seed_everything
    from ecg_anomaly.network.training.fit import fit_network
    from ecg_anomaly.network.training.input_layout import describe_layout
    from ecg_anomaly.network.training.targets import choose_training_beats

    def fit(
        kind: str = "lstm_autoencoder",
        train: BeatInputs | None = None,
        validation: BeatInputs | None = None,
        report=lambda _: None,
        poison=lambda _: None,
        **changes,
    ):
        config = replace(CONFIG, **changes)
        network = make_network(kind, units=6, seed=config.seed)
        poison(network)
        seed_everything(config.seed)
        splits = (train or make_inputs(128), validation or make_inputs(40, seed=1))
        learnt, checked = (choose_training_beats(split, kind) for split in splits)
        epochs = fit_network(
            network, learnt, checked, describe_layout(100.0, 2, NO_LEADS), config, report
        )
        return network, epochs

    return fit


@pytest.fixture(scope="module", params=KINDS)
def training(fit, request):
    """Return the kind of a training, its epochs, and what was reported meanwhile."""
    heard = []
    _, epochs = fit(request.param, report=heard.append)
    return request.param, epochs, heard


def test_it_learns(training):
    _, epochs, _ = training
    assert epochs[-1]["loss"] < 0.6 * epochs[0]["loss"]
    assert epochs[-1]["validation_loss"] < 0.6 * epochs[0]["validation_loss"]


def test_a_classifier_tells_upright_from_upside_down_and_an_autoencoder_is_not_asked(training):
    kind, epochs, _ = training
    precision = epochs[-1].get("validation_average_precision")
    assert precision is None if kind == "lstm_autoencoder" else precision > 0.99


def test_each_epoch_is_reported_with_finite_metrics_when_it_ends(training):
    _, epochs, heard = training
    assert heard == epochs
    assert [metrics["epoch"] for metrics in epochs] == list(range(1, 9))
    assert len({frozenset(metrics) for metrics in epochs}) == 1
    assert all(math.isfinite(value) for metrics in epochs for value in metrics.values())


def test_the_learning_rate_never_exceeds_the_configured_one_and_falls_to_almost_nothing(training):
    rates = [metrics["learning_rate"] for metrics in training[1]]
    assert CONFIG.learning_rate / 2 < max(rates) <= CONFIG.learning_rate
    assert rates[-1] == min(rates) < 0.05 * CONFIG.learning_rate


def test_it_stops_when_validation_no_longer_improves_and_goes_back_to_the_best_epoch(
    fit, make_inputs
):
    validation = make_inputs(40, aami="N", seed=1)
    # The better it reconstructs the beats it learns, the worse it reconstructs these.
    upside_down = replace(validation, sequence=-3 * validation.sequence)
    kept = []
    network, epochs = fit(
        train=make_inputs(96, aami="N"), validation=upside_down, epochs=20, patience=3,
        report=lambda metrics: kept.append(metrics["validation_loss"]),
    )  # fmt: skip
    best = int(np.argmin(kept))
    assert len(epochs) == best + 1 + 3 < 20
    arrays = {"sequence": upside_down.sequence, "features": upside_down.features}
    reconstruction = network.predict_on_batch(arrays)["reconstruction"]
    error = float(np.abs(reconstruction - upside_down.sequence).mean())
    assert error == pytest.approx(kept[best], rel=1e-4)
    assert error < kept[-1] - 1e-4


def break_weights(network) -> None:
    network.set_weights([np.full_like(w, np.nan) for w in network.get_weights()])


def break_predictions(network) -> None:
    network.train_on_batch = lambda *_, **_rest: 1.0
    predict = network.predict_on_batch
    network.predict_on_batch = lambda *args, **rest: {
        name: values * np.nan for name, values in predict(*args, **rest).items()
    }


@pytest.mark.parametrize(
    ("kind", "poison", "loss"),
    [
        ("lstm_classifier", break_weights, "the loss"),
        *((kind, break_predictions, "the validation loss") for kind in KINDS),
    ],
)
def test_a_loss_that_is_no_number_is_a_users_error(fit, kind, poison, loss):
    with pytest.raises(UserError, match=f"{loss} is nan in epoch 1; lower it") as caught:
        fit(kind, poison=poison, epochs=1)
    assert caught.value.where == "training.learning_rate"


def test_a_training_step_is_traced_once_for_each_length_of_batch(fit, monkeypatch):
    import keras

    traced, real = [], keras.Model.train_step

    def step(network, data):
        traced.append(data[0]["sequence"].shape[0])
        return real(network, data)

    monkeypatch.setattr(keras.Model, "train_step", step)
    fit("lstm_multitask", epochs=2)  # the loss of each of its outputs has variables, too
    assert len(traced) == len(set(traced)) <= 2


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(fit):
    varied = {"noise": 0.1, "amplitude_jitter": 0.1, "lead_drop": 0.1, "epochs": 1}
    one, same, other = (
        fit("lstm_classifier", seed=seed, **varied)[0].get_weights() for seed in (3, 3, 4)
    )
    assert all(np.array_equal(a, b) for a, b in zip(one, same, strict=True))
    assert not any(np.array_equal(a, b) for a, b in zip(one[:1], other[:1], strict=True))


def test_the_order_of_beats_is_drawn_anew_in_every_epoch(fit, make_network, make_inputs):
    from ecg_anomaly.network.training.fit import fit_network
    from ecg_anomaly.network.training.input_layout import describe_layout
    from ecg_anomaly.network.training.targets import choose_training_beats

    beats = choose_training_beats(make_inputs(32, aami="N"), "lstm_autoencoder")
    network = make_network()
    seen = []

    def watch(x, y, **rest):
        seen.append(x["features"][:, 0].tolist())
        return 1.0  # of a training step nothing but its beats is looked at

    network.train_on_batch = watch
    config = replace(CONFIG, epochs=2, batch_size=32)
    fit_network(network, beats, beats, describe_layout(100.0, 2, NO_LEADS), config, lambda _: None)
    first, second = seen
    assert first != second
    assert sorted(first) == sorted(second) == sorted(beats.inputs.features[:, 0].tolist())
