import numpy as np
import pytest

from ecg_anomaly.beats.signal_quality import SignalQuality
from ecg_anomaly.exploration.quality_states import MAX_CELLS, STATES, draw_strip, name_states

ORDER = list(STATES.values())


def quality_of(**values):
    columns = dict.fromkeys(("missing", "flat", "clipped", "noise_mv", "wander_mv"), 0.0) | values
    arrays = {name: np.array([[value]], dtype=np.float32) for name, value in columns.items()}
    return SignalQuality(start_s=np.zeros(1), **arrays)


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({}, "good"),
        ({"wander_mv": 1.0}, "baseline wander"),
        ({"wander_mv": 1.0, "noise_mv": 1.0}, "noise"),
        ({"clipped": 0.01, "noise_mv": 1.0}, "clipping"),
        ({"flat": 0.1, "clipped": 0.1}, "flat line"),
        ({"missing": 0.01, "flat": 1.0}, "missing samples"),
        ({"noise_mv": np.nan, "wander_mv": np.nan}, "good"),
    ],
)
def test_a_window_is_named_after_the_worst_thing_in_it(values, state):
    assert ORDER[name_states(quality_of(**values))[0, 0]] == state


def test_levels_in_unknown_units_are_not_judged():
    states = name_states(quality_of(noise_mv=1.0, wander_mv=1.0), amplitudes_in_mv=False)
    assert states.tolist() == [[0]]


def test_a_strip_shows_the_worst_lead():
    strip = draw_strip(np.array([[0, 0], [0, 5], [2, 1]]), 10.0)
    assert strip == {"cell_s": 10.0, "cells": ".mn"}


@pytest.mark.parametrize("n_windows", [MAX_CELLS, MAX_CELLS + 1, 8640])
def test_a_long_record_has_few_cells_and_loses_no_flaw(n_windows):
    states = np.zeros((n_windows, 1), dtype=np.int64)
    states[n_windows - 1] = 4
    strip = draw_strip(states, 10.0)
    assert len(strip["cells"]) <= MAX_CELLS
    assert strip["cells"].count("f") == 1
    assert strip["cells"].endswith("f")
    assert len(strip["cells"]) * strip["cell_s"] >= n_windows * 10


def test_a_record_without_windows_has_an_empty_strip():
    assert draw_strip(np.zeros((0, 2), dtype=np.int64), 10.0)["cells"] == ""
