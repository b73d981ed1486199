import numpy as np
import pytest

from ecg_anomaly.archive.drift.recording_profile import (
    MEASURES,
    count_known,
    measure_amplitudes,
    measure_fast_noise,
    measure_irregularity,
    measure_profile,
)
from ecg_anomaly.detector.decisions import DTYPES, BeatDecisions, concatenate_decisions
from ecg_anomaly.detector.engine import score_recording
from ecg_anomaly.records.record import Record
from toy_detector import toy_records

FS = 250.0


def beats_at(samples: np.ndarray, lead: str = "II") -> BeatDecisions:
    n = len(samples)
    columns = {name: np.zeros(n, kind) for name, kind in DTYPES.items()}
    columns |= {"sample": samples, "lead": np.full(n, lead, object)}
    return BeatDecisions(**{**columns, "unreadable": np.full(n, "", object)})


def spikes(height_mv: float, noise_mv: float, seed: int = 0) -> tuple[Record, BeatDecisions]:
    """Two minutes of triangles of a known height, in noise of a known deviation."""
    rng, n = np.random.default_rng(seed), round(120 * FS)
    signal = rng.normal(0, noise_mv, n)
    peaks = np.arange(200, n - 200, 200)
    for offset in range(-5, 6):
        signal[peaks + offset] += height_mv * (1 - abs(offset) / 5)
    return Record("x", "x", signal[:, None].astype(np.float32), FS, ("II",)), beats_at(peaks)


@pytest.mark.parametrize("height", [0.5, 2.0])
@pytest.mark.parametrize("noise", [0.01, 0.05])
def test_a_known_height_and_noise_are_found(height, noise):
    qrs_mv, noise_mv = measure_amplitudes(*spikes(height, noise))
    assert qrs_mv == pytest.approx(height, abs=6 * noise)
    assert noise_mv == pytest.approx(noise, rel=0.2)


def test_waves_are_no_noise_and_missing_samples_do_no_harm():
    slow = np.sin(2 * np.pi * 2 * np.arange(2500) / FS)
    assert measure_fast_noise(slow, np.zeros(0, int), FS) < 0.02
    slow[300:600] = np.nan
    assert measure_fast_noise(slow, np.zeros(0, int), FS) < 0.02
    assert np.isnan(measure_fast_noise(np.full(2500, np.nan), np.zeros(0, int), FS))


def test_irregularity_does_not_depend_on_the_rate():
    rng = np.random.default_rng(0)
    rr_s = 1 + rng.normal(0, 0.05, 500)
    assert measure_irregularity(rr_s) == pytest.approx(measure_irregularity(0.5 * rr_s))
    assert measure_irregularity(np.full(9, 0.8)) == 0.0
    assert np.isnan(measure_irregularity(np.array([np.nan])))


def test_every_measure_of_a_recording_is_a_number(chosen):
    record = toy_records()[0]
    decisions = score_recording(chosen.detector, record)
    profile = measure_profile(record, decisions, chosen.detector)
    assert profile.keys() == MEASURES.keys()
    assert all(np.isfinite(list(profile.values())))
    assert profile["leads"] == 2


def test_a_recording_without_beats_has_few_measures(chosen):
    none = concatenate_decisions([])
    profile = measure_profile(toy_records()[0], none, chosen.detector)
    assert {name for name, value in profile.items() if value is not None} == {
        "leads",
        "known_leads",
    }


def test_leads_are_known_in_any_spelling():
    wanted = [["MLII", "II"], ["V1"]]
    assert count_known(("ECG lead II", "V1"), wanted) == 2
    assert count_known(("ECG1", "ECG2"), wanted) == 0
