"""Heart rate variability as neurokit2 measures it, where that is installed."""

import numpy as np
import pytest
from hand_made_beats import make_beats

from ecg_anomaly.findings.beat_batch import make_batch
from ecg_anomaly.findings.rhythm_summary import measure_hrv


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("spread_s", [0.005, 0.05, 0.15])
def test_normal_beats_vary_as_neurokit2_says(seed, spread_s):
    neurokit2 = pytest.importorskip("neurokit2", exc_type=ImportError)
    rng = np.random.default_rng(seed)
    steps = np.cumsum(rng.normal(0, spread_s / 4, 600))
    rr_s = np.clip(0.85 + spread_s * np.sin(np.arange(600) / 9) + steps * 0.2, 0.35, 1.9)
    rr_s += rng.normal(0, spread_s / 2, 600)
    decisions = make_beats(np.round(rr_s, 3))
    peaks = np.round(decisions.time_s * 1000).astype(int)
    expected = neurokit2.hrv_time(peaks, sampling_rate=1000).iloc[0]
    found = measure_hrv(make_batch(decisions))
    assert found["nn"] == 600
    assert found["sdnn_ms"] == pytest.approx(expected["HRV_SDNN"], abs=0.051)
    assert found["rmssd_ms"] == pytest.approx(expected["HRV_RMSSD"], abs=0.2)
    # It divides by the number of intervals, which is one more than that of their differences.
    share = found["pnn50"] * 599 / 600
    assert 100 * share == pytest.approx(expected["HRV_pNN50"], abs=0.01)
