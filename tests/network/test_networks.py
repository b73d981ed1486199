"""Networks: shapes and names of what goes in and out, sizes, and windows that do not fold."""

import numpy as np
import pytest

from ecg_anomaly.config.pipeline_schema import MODELS
from ecg_anomaly.files.errors import UserError

SHAPE = (16, 2, 3)


def arrays(n: int = 5, shape=SHAPE) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    samples, channels, features = shape
    found = {"sequence": rng.normal(size=(n, samples, channels)).astype(np.float32)}
    if features:
        found["features"] = rng.normal(size=(n, features)).astype(np.float32)
    return found


def run(network, inputs) -> dict[str, np.ndarray]:
    return {name: np.asarray(value) for name, value in network(inputs).items()}


@pytest.mark.parametrize("n_features", [0, 3])
def test_an_autoencoder_reconstructs_the_window(make_network, n_features):
    shape = (16, 2, n_features)
    outputs = run(make_network("lstm_autoencoder", shape), arrays(5, shape))
    assert {name: value.shape for name, value in outputs.items()} == {
        "reconstruction": (5, 16, 2),
        "latent": (5, 3),
    }


@pytest.mark.parametrize("n_features", [0, 3])
def test_a_classifier_gives_each_class_a_share_of_one(make_network, n_features):
    shape = (16, 2, n_features)
    outputs = run(make_network("lstm_classifier", shape), arrays(5, shape))
    assert {name: value.shape for name, value in outputs.items()} == {
        "probability": (5, 5),
        "latent": (5, 3),
    }
    assert outputs["probability"].min() >= 0
    np.testing.assert_allclose(outputs["probability"].sum(axis=1), 1, atol=1e-6)


@pytest.mark.parametrize("kind", MODELS)
@pytest.mark.parametrize(
    "changes",
    [{"layers": 2}, {"bidirectional": True}, {"dropout": 0.5}, {"samples_per_step": 16}],
    ids=str,
)
def test_every_configured_form_runs_and_has_parameters(make_network, kind, changes):
    network = make_network(kind, **changes)
    assert network.count_params() > 0
    outputs = run(network, arrays())
    assert all(np.isfinite(value).all() for value in outputs.values())


@pytest.mark.parametrize("kind", MODELS)
@pytest.mark.parametrize("larger", [{"units": 8}, {"layers": 2}, {"bidirectional": True}], ids=str)
def test_more_units_layers_or_directions_are_more_parameters(make_network, kind, larger):
    assert make_network(kind, **larger).count_params() > make_network(kind).count_params()


@pytest.mark.parametrize("kind", MODELS)
def test_without_features_there_is_no_such_input(make_network, kind):
    names = {tensor.name for tensor in make_network(kind, (16, 2, 0)).inputs}
    assert names == {"sequence"}


@pytest.mark.parametrize(("use_features", "matters"), [(True, True), (False, False)])
def test_features_matter_to_a_classifier_that_uses_them(make_network, use_features, matters):
    network = make_network("lstm_classifier", use_features=use_features, latent_size=8)
    one, other = arrays(), arrays()
    other["features"] = other["features"] + 3
    same = np.array_equal(run(network, one)["probability"], run(network, other)["probability"])
    assert same is not matters


@pytest.mark.parametrize("kind", MODELS)
def test_the_outputs_of_a_beat_do_not_depend_on_other_beats(make_network, kind):
    network = make_network(kind)
    whole = run(network, arrays(4))["latent"]
    alone = run(network, {name: a[2:3] for name, a in arrays(4).items()})["latent"]
    np.testing.assert_allclose(alone[0], whole[2], atol=1e-6)


@pytest.mark.parametrize("kind", MODELS)
def test_dropout_is_off_when_scoring(make_network, kind):
    network = make_network(kind, dropout=0.9)
    np.testing.assert_array_equal(
        run(network, arrays())["latent"], run(network, arrays())["latent"]
    )


@pytest.mark.parametrize("kind", MODELS)
@pytest.mark.parametrize("samples_per_step", [3, 5, 17])
def test_a_window_that_does_not_fold_is_refused_with_the_numbers_that_would(
    make_network, kind, samples_per_step
):
    with pytest.raises(UserError) as caught:
        make_network(kind, samples_per_step=samples_per_step)
    assert caught.value.where == "model.samples_per_step"
    assert f"{samples_per_step} does not divide the window of 16 samples" in str(caught.value)
    assert "use one of [1, 2, 4, 8, 16]" in str(caught.value)


def test_folding_lays_samples_side_by_side_in_time(make_network):
    import keras

    from ecg_anomaly.network.input_shape import InputShape
    from ecg_anomaly.network.networks import fold_samples

    sequence = keras.Input((6, 2))
    fold = keras.Model(sequence, fold_samples(sequence, InputShape(6, 2, 0), 3))
    samples = np.arange(12, dtype=np.float32).reshape(1, 6, 2)
    np.testing.assert_array_equal(np.asarray(fold(samples))[0], samples.reshape(2, 6))


def test_the_same_seed_gives_the_same_network_and_another_seed_another(make_network):
    one, same, other = (make_network(seed=seed).get_weights() for seed in (1, 1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(one, same, strict=True))
    assert not all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
