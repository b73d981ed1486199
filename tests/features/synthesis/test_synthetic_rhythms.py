from dataclasses import replace

import numpy as np
import pytest

from default_config import preprocess_config, synthesis_config
from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.features.beat_context import BeatsInContext
from ecg_anomaly.features.synthesis.synthetic_rhythms import SyntheticBeats, make_rhythms, make_runs
from equal_fields import assert_equal

WINDOW = BeatWindow.from_config(preprocess_config())


def test_a_higher_rate_that_lasts_leaves_the_waves_as_they_are(split):
    found = rhythms(split.normal, rate_change=0.0, pause=0.0, sustained=1.0)
    assert set(found.aami) == {"N"}
    was = split.normal.select(found.origin)
    np.testing.assert_array_equal(found.beats.waveform, was.waveform)
    assert_equal(found.beats.history, was.history)
    faster = np.log(found.beats.rhythm.mean_s / found.beats.rhythm.hour_mean_s)
    assert faster.max() < 0.2
    assert np.median(faster) < -0.2


def rhythms(normal: BeatsInContext, seed: int = 0, **changes) -> SyntheticBeats:
    config = replace(
        synthesis_config(), **{"rate_change": 0.5, "pause": 0.25, "sustained": 0.0, **changes}
    )
    return make_rhythms(normal, config, np.random.default_rng(seed))


def test_other_rhythms_are_normal_beats_with_the_waves_they_had(split):
    synthetic = rhythms(split.normal)
    assert set(synthetic.aami) == {"N"}
    np.testing.assert_array_equal(synthetic.beats.waveform, split.normal.waveform[synthetic.origin])
    assert_equal(synthetic.beats.history, split.normal.history.select(synthetic.origin))
    assert len(np.unique(synthetic.origin)) == len(synthetic.origin)
    assert len(synthetic.origin) / len(split.normal) == pytest.approx(0.75, abs=0.06)
    ratio = np.log(synthetic.beats.intervals.previous_s / synthetic.beats.rhythm.mean_s)
    assert ratio.min() < -0.3 < 0.3 < ratio.max()


def test_no_rhythm_wanted_gives_none(split):
    assert len(rhythms(split.normal, rate_change=0.0, pause=0.0).beats) == 0


def runs(split, **changes) -> tuple[BeatsInContext, np.ndarray, SyntheticBeats]:
    rows = split.inputs.anomalous
    abnormal, aami = split.context.select(rows), split.inputs.aami[rows]
    config = replace(synthesis_config(), **{"run": 1.0, **changes})
    return abnormal, aami, make_runs(abnormal, aami, config, WINDOW, np.random.default_rng(0))


def test_runs_are_copies_of_the_early_labelled_beats_in_another_rhythm(split):
    abnormal, aami, synthetic = runs(split)
    early = abnormal.intervals.previous_s < 0.95 * abnormal.rhythm.mean_s
    np.testing.assert_array_equal(
        synthetic.origin, np.flatnonzero(np.isin(aami, ["S", "V"]) & early)
    )
    assert len(synthetic.origin)
    np.testing.assert_array_equal(synthetic.aami, aami[synthetic.origin])
    np.testing.assert_array_equal(synthetic.beats.waveform, abnormal.waveform[synthetic.origin])
    taken = abnormal.select(synthetic.origin)
    np.testing.assert_array_equal(synthetic.beats.intervals.previous_s, taken.intervals.previous_s)
    neighbour = np.log(synthetic.beats.rhythm.before_s / synthetic.beats.intervals.previous_s)
    assert np.abs(neighbour).max() < 0.3


def test_no_run_wanted_gives_none(split):
    assert len(runs(split, run=0.0)[2].beats) == 0
