"""Scores beside their beats, in memory and in a file."""

from dataclasses import fields

import numpy as np
import pytest

from ecg_anomaly.network.beat_scores import attach_scores, read_scores, write_scores


def test_scores_stand_beside_their_own_beats(make_inputs):
    inputs = make_inputs(20)
    scores = attach_scores(np.arange(20.0), inputs)
    part = scores.select(inputs.anomalous)
    np.testing.assert_array_equal(part.score, np.flatnonzero(inputs.anomalous))
    assert set(part.aami) == {"V"}
    np.testing.assert_array_equal(part.sample, inputs.sample[inputs.anomalous])


@pytest.mark.parametrize("aami", ["NNV", "N", "V", "", "NV"])
def test_who_is_normal_is_said_as_for_the_beats(make_inputs, aami):
    inputs = make_inputs(20, aami=aami)
    scores = attach_scores(np.zeros(20), inputs)
    for name in ("labelled", "anomalous", "presumed_normal"):
        np.testing.assert_array_equal(getattr(scores, name), getattr(inputs, name))


@pytest.mark.parametrize("n", [0, 12])
def test_scores_come_back_from_their_file(make_inputs, tmp_path, n):
    scores = attach_scores(np.random.default_rng(0).normal(size=n), make_inputs(n))
    write_scores(tmp_path / "scores.npz", scores)
    found = read_scores(tmp_path / "scores.npz")
    for field in fields(scores):
        np.testing.assert_array_equal(getattr(found, field.name), getattr(scores, field.name))
