"""The RR interval LSTM: as in Keras, a beat alone as among others, sensible on plain rhythms."""

from dataclasses import fields

import numpy as np
import pytest

from ecg_anomaly.features.interval_network import IntervalNetwork, load_interval_network
from ecg_anomaly.features.recent_intervals import lay_steps, take_recent
from ecg_anomaly.features.window_sums import lay_in_blocks


def recent_of(rr_s: np.ndarray) -> np.ndarray:
    """Every beat but the first and the last of a record with these intervals."""
    previous_s = np.concatenate([rr_s[:1], rr_s])
    rows = np.arange(1, len(rr_s))
    return take_recent(previous_s, rows, rr_s[rows])


def odds_of(rr_s: np.ndarray) -> np.ndarray:
    return load_interval_network().abnormal_odds(recent_of(rr_s))


def odds_without_fibrillation(rr_s: np.ndarray) -> np.ndarray:
    """Odds by the outputs S and V alone."""
    probability = load_interval_network().run(lay_steps(recent_of(rr_s)))
    normal = np.prod(1 - np.clip(probability[:, 1:], 1e-5, 1 - 1e-5), axis=1)
    return np.log1p(-normal) - np.log(normal)


def steady(n: int = 60, seed: int = 0) -> np.ndarray:
    return 0.8 + np.random.default_rng(seed).normal(0, 0.015, n)


def test_a_premature_beat_stands_out_of_a_steady_rhythm():
    rr_s = steady()
    rr_s[40], rr_s[41] = 0.5, 1.05
    odds = odds_of(rr_s)
    assert np.argmax(odds) == 40
    assert odds[40] > 0 > np.median(odds)


def test_a_faster_rhythm_that_stays_is_not_taken_for_premature_beats():
    odds = odds_of(np.concatenate([steady(40), 0.75 * steady(60, 1)]))
    assert (odds[60:] < 0).all()


def test_a_beat_is_less_suspect_in_atrial_fibrillation():
    irregular = 0.7 * np.exp(np.random.default_rng(5).normal(0, 0.22, 200))
    lost = {
        name: (odds_without_fibrillation(rr_s) - odds_of(rr_s))[40:]
        for name, rr_s in (("fibrillation", irregular), ("sinus", steady(200)))
    }
    assert np.median(lost["fibrillation"]) > 1
    assert (np.abs(lost["sinus"]) < 0.2).all()


def test_where_little_is_known_nothing_is_said():
    rr_s = steady()
    assert (odds_of(rr_s)[:5] == 0).all()
    assert (odds_of(np.full(60, np.nan)) == 0).all()
    assert len(odds_of(np.full(1, 0.8))) == 0


def test_unknown_intervals_count_as_the_median():
    rr_s = np.full(80, 0.8)
    gappy = rr_s.copy()
    gappy[40:44] = np.nan
    np.testing.assert_allclose(odds_of(gappy)[50:], odds_of(rr_s)[50:], atol=1e-6)


@pytest.mark.parametrize("n", [1, 2, 31, 32, 33, 47])
def test_a_beat_alone_has_the_odds_that_it_has_among_others(n):
    recent = recent_of(np.random.default_rng(n).uniform(0.3, 1.5, 100))
    network = load_interval_network()
    whole = network.abnormal_odds(recent)
    np.testing.assert_array_equal(network.abnormal_odds(recent[40 : 40 + n]), whole[40 : 40 + n])


def test_extreme_intervals_give_finite_odds():
    rr_s = np.resize([1e-6, 50.0, 0.2, 3.0], 80)
    assert np.isfinite(odds_of(rr_s)).all()


def test_one_function_for_all_gates_gives_what_each_gate_gives_by_itself():
    """To the last bit, whatever is halved before and not after it."""
    network, rng = load_interval_network(), np.random.default_rng(5)
    steps = rng.normal(0, 3, (40, 11, 4)).astype(np.float32)
    steps[::7], steps[3, 4] = 0, 1e3

    def sigmoid(values):
        return 0.5 * (1 + np.tanh(0.5 * values))

    n, blocks = len(network.recurrent), lay_in_blocks(steps, np.float64)
    kernel, recurrent = (w.T.astype(float) for w in (network.kernel, network.recurrent))
    state, cell = np.zeros((2, n, blocks.shape[3])), np.float32(0)
    for step in range(11):
        drive = kernel @ np.moveaxis(blocks[:, step], 0, 1)
        gates = (drive + recurrent @ state + network.bias[:, None]).astype(np.float32)
        enter, forget, new, leave = np.split(gates, 4, axis=1)
        cell = sigmoid(forget) * cell + sigmoid(enter) * np.tanh(new)
        state = (sigmoid(leave) * np.tanh(cell)).astype(float)
    hidden = np.maximum(network.hidden.T.astype(float) @ state + network.hidden_bias[:, None], 0)
    found = sigmoid(network.output.T.astype(float) @ hidden + network.output_bias[:, None])
    expected = np.swapaxes(found, 1, 2).reshape(-1, 3)[:40]
    np.testing.assert_array_equal(network.run(steps), expected)


def test_numpy_gives_what_keras_gives():
    keras = pytest.importorskip("keras")
    network = load_interval_network()
    steps = lay_steps(recent_of(np.random.default_rng(3).uniform(0.4, 1.2, 100))[10:])
    inputs = keras.Input(steps.shape[1:])
    state = keras.layers.LSTM(len(network.recurrent))(inputs)
    hidden = keras.layers.Dense(len(network.hidden_bias), activation="relu")(state)
    outputs = keras.layers.Dense(len(network.output_bias), activation="sigmoid")(hidden)
    model = keras.Model(inputs, outputs)
    model.set_weights([getattr(network, field.name) for field in fields(network)])
    expected = model.predict_on_batch(steps)
    np.testing.assert_allclose(network.run(steps), expected, atol=2e-6)
    assert isinstance(network, IntervalNetwork)
