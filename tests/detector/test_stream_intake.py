"""Samples are counted, checked and turned into millivolts as they come."""

import numpy as np
import pytest

from ecg_anomaly.detector.stream_intake import PIECE_S, StreamIntake
from ecg_anomaly.files.errors import UserError


def take(intake: StreamIntake, signal) -> list[np.ndarray]:
    return intake.take(intake.check(signal))


def test_a_long_signal_is_taken_in_pieces():
    intake, signal = StreamIntake("a", 100.0, ["I", "II"], "mV"), np.zeros((13_000, 2))
    assert [len(piece) for piece in take(intake, signal)] == [6000, 6000, 1000]
    assert PIECE_S == 60
    assert take(intake, signal[:0]) == []
    assert intake.n_samples == 13_000


@pytest.mark.parametrize(("unit", "one"), [("mV", 1.0), ("uV", 1e-3), ("V", 1e3)])
@pytest.mark.parametrize("kind", [np.float32, np.float64, np.int16])
def test_amplitudes_become_millivolts(unit, one, kind):
    (piece,) = take(StreamIntake("a", 100.0, ["I"], unit), np.array([[2], [-3]], kind))
    assert piece.dtype == np.float32
    np.testing.assert_allclose(piece[:, 0], [2 * one, -3 * one], rtol=1e-6)


def test_what_is_too_large_for_single_precision_is_missing():
    (piece,) = take(StreamIntake("a", 100.0, ["I"], "mV"), [[1e300]])
    assert not np.isfinite(piece).any()


def test_a_signal_of_other_leads_is_not_taken():
    intake = StreamIntake("bed 1", 100.0, ["I"], "mV")
    with pytest.raises(UserError, match=r"bed 1: a signal of shape \(7,\), not \(n, 1\)"):
        take(intake, np.zeros(7))
    assert intake.n_samples == 0


def test_after_its_end_nothing_is_taken():
    intake = StreamIntake("a", 100.0, ["I"], "mV")
    intake.end()
    for again in (intake.end, lambda: take(intake, [[0.0]])):
        with pytest.raises(ValueError, match="finished"):
            again()
