from dataclasses import replace

import numpy as np
import pytest

from ecg_anomaly.detector.engine import score_recording
from ecg_anomaly.network.onnx.onnx_network import OnnxNetwork
from ecg_anomaly.network.scorer import BeatScorer, calibrate_scorer
from lab.robustness.score_agreement import (
    Parity,
    compare_engines,
    compare_paths,
    join_differences,
    join_parities,
    read_whole,
)


@pytest.mark.parametrize("kind", ["lstm_contrast", "lstm_autoencoder"])
def test_an_exported_network_scores_as_the_one_it_was(kind, make_network, make_inputs, tmp_path):
    from ecg_anomaly.network.keras_network import KerasNetwork
    from ecg_anomaly.network.onnx.onnx_graph import export_networks

    network, inputs = make_network(kind), make_inputs(120)
    KerasNetwork(network).run(vars(inputs))  # Keras exports only what was called
    export_networks([network], tmp_path)
    onnx = calibrate_scorer(kind, OnnxNetwork(tmp_path / "network.onnx"), inputs)
    keras = BeatScorer(kind, KerasNetwork(network), onnx.calibration)
    scores = onnx.score(inputs)
    parity = compare_engines(onnx, keras, inputs, float(np.median(scores)) + 1e-3)
    assert parity.n_beats == 120
    assert parity.score < 1e-5
    assert parity.probability < 1e-6
    assert parity.n_flags == 0
    assert parity.largest_score == np.abs(scores).max()


class Fixed:
    """A network that says what it was told to."""

    def __init__(self, normal: list[float]) -> None:
        p = np.array(normal, dtype=np.float32)
        self.probability = np.column_stack([p, 1 - p, *3 * [0 * p]])  # of each AAMI class

    def run(self, _arrays):
        return {"probability": self.probability}


def test_differences_and_flags_of_one_engine_alone_are_counted(make_inputs):
    one, other = (
        BeatScorer("lstm_contrast", Fixed(p), {}) for p in ([0.5, 0.9, 0.2], [0.5, 0.4, 0.1])
    )
    parity = compare_engines(one, other, make_inputs(3), 0.0)
    assert parity.n_flags == 1
    assert parity.probability == pytest.approx(0.5, abs=1e-6)
    assert parity.score == pytest.approx(np.log(9) - np.log(4 / 6), abs=1e-5)


def test_joined_parities_add_counts_and_keep_the_worst():
    joined = join_parities([Parity(3, 1e-6, 1e-7, 1, 4.0), Parity(5, 1e-7, 1e-6, 2, 9.0)])
    assert joined == Parity(8, 1e-6, 1e-6, 3, 9.0)


def test_a_detector_says_what_the_benchmarks_path_says(detector, long_record):
    decisions = score_recording(detector, long_record, threads=2)
    whole = read_whole(long_record, detector).decide(detector, long_record.fs)
    difference = compare_paths(decisions, whole)
    assert difference.n_beats == len(decisions) > 300
    assert difference.n_abnormal == decisions.anomalous.sum()
    assert (difference.beats, difference.unreadable, difference.flags) == (0, 0, 0)
    assert difference.score < 1e-9
    np.testing.assert_allclose(whole.rr_s, decisions.rr_s)


def test_a_beat_that_cannot_be_read_has_no_score(detector, record):
    signal = record.signal.copy()
    signal[round(20 * record.fs) : round(22 * record.fs)] = np.nan
    whole = read_whole(replace(record, signal=signal), detector)
    score = whole.score(detector, record.fs)
    assert (np.isnan(score) == (whole.unreadable != "")).all()
    assert 0 < np.isnan(score).sum() < 10
    assert not whole.decide(detector, record.fs).anomalous[np.isnan(score)].any()


def test_each_kind_of_difference_is_counted(make_decisions):
    one = make_decisions([1, 2, 3, 4], [-1, 1, -1, 0.5])
    other = make_decisions([1, 2, 3, 5], [-1, -1.5, 9, 0], unreadable="..x")
    difference = compare_paths(one, other)
    assert difference.beats == 2
    assert difference.flags == 1
    assert difference.unreadable == 1
    assert difference.score == 2.5
    joined = join_differences([difference, compare_paths(one, one)])
    assert (joined.n_beats, joined.beats, joined.score) == (8, 2, 2.5)


def test_no_common_beat_is_no_difference_of_scores(make_decisions):
    difference = compare_paths(make_decisions([1], [0]), make_decisions([], []))
    assert (difference.beats, difference.flags, difference.score) == (1, 0, 0.0)
