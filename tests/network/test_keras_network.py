"""A Keras network run on arrays: which it takes, batch by batch, whatever was trained before."""

import numpy as np


def arrays_of(inputs):
    return {"sequence": inputs.sequence, "features": inputs.features}


def test_the_network_gets_the_arrays_it_takes_and_no_others(make_network, make_inputs):
    from ecg_anomaly.network.keras_network import select_inputs

    arrays = arrays_of(make_inputs(4))
    assert set(select_inputs(make_network(), arrays)) == {"sequence", "features"}
    assert set(select_inputs(make_network(shape=(16, 2, 0)), arrays)) == {"sequence"}


def test_batches_are_joined_in_the_order_of_the_beats(make_network, make_inputs, monkeypatch):
    from ecg_anomaly.network import keras_network

    network = keras_network.KerasNetwork(make_network("lstm_contrast"))
    arrays = arrays_of(make_inputs(21))
    whole = network.run(arrays)
    monkeypatch.setattr(keras_network, "SCORING_BATCH", 8)
    parts = network.run(arrays)
    assert whole.keys() == parts.keys() == {"probability", "latent"}
    for name, values in whole.items():
        assert len(values) == 21
        np.testing.assert_allclose(parts[name], values, atol=1e-6)


def test_a_seed_makes_two_networks_equal(make_network):
    import keras

    from ecg_anomaly.network.keras_network import seed_everything

    def draw(seed):
        seed_everything(seed)
        return np.asarray(keras.random.normal((5,)))

    one, same, other = draw(1), draw(1), draw(2)
    assert all(np.array_equal(a, b) for a, b in zip(one, same, strict=True))
    assert not any(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
