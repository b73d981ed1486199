"""Missing samples change what is said near them, and nothing after the detector's memory."""

from dataclasses import replace

import numpy as np
import pytest

from default_config import simulation_config
from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.detector.engine import score_recording
from ecg_anomaly.records.record import Record
from ecg_anomaly.records.simulation.simulated_records import simulate_records

#: Longest reach of the filters, and half a window beyond it.
REACH_S = 2.0


@pytest.fixture(scope="module")
def long_records() -> list[Record]:
    """Four simulated subjects, four minutes each."""
    return list(simulate_records(simulation_config(n_subjects=4, duration_s=240.0, seed=11)))


@pytest.fixture(scope="module")
def forgetful(detector: Detector, long_records: list[Record]) -> Detector:
    """A detector with a past of half a minute, which flags a third of the beats."""
    features = replace(detector.features, history_s=30.0, history_update_s=3.0, slow_history_s=30.0)
    one = replace(detector, features=features)
    score = score_recording(one, long_records[0]).score
    return replace(one, threshold=float(np.nanquantile(score, 0.67)))


def test_the_detector_says_how_long_a_beat_has_an_influence(detector, forgetful) -> None:
    assert detector.memory_s == 3600.0 + 120.0 + detector.reach.back_s
    assert forgetful.memory_s == pytest.approx(30.0 + 1.0 + forgetful.reach.back_s)


@pytest.mark.parametrize("n_missing", [1, 30, 360, 3600, 21_600])
@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_after_the_memory_nothing_differs(forgetful, long_records, number, n_missing) -> None:
    record = long_records[number]
    rng = np.random.default_rng([number, n_missing])
    start = int(rng.integers(int(35 * record.fs), int(60 * record.fs)))
    signal = record.signal.copy()
    signal[start : start + n_missing] = np.nan
    whole = score_recording(forgetful, record)
    holed = score_recording(forgetful, replace(record, signal=signal))
    first_s, last_s = start / record.fs, (start + n_missing) / record.fs

    def beats_outside(decisions, reach_s: float) -> np.ndarray:
        return (decisions.time_s < first_s - reach_s) | (decisions.time_s > last_s + reach_s)

    for found, other in ((whole, holed), (holed, whole)):
        away = found.time_s[beats_outside(found, REACH_S)]
        assert np.isin(away, other.time_s).all()
    late = [d.time_s > last_s + forgetful.memory_s for d in (whole, holed)]
    assert late[0].sum() > 10
    for name in ("time_s", "anomalous", "unreadable", "reason"):
        one, other = (getattr(d, name)[rows] for d, rows in zip((whole, holed), late, strict=True))
        np.testing.assert_array_equal(one, other, err_msg=name)
    scores = [d.score[rows] for d, rows in zip((whole, holed), late, strict=True)]
    np.testing.assert_allclose(*scores, atol=1e-3)
