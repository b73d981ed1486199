import numpy as np
import pytest

from ecg_anomaly.records.scale import Scale

EVERY = np.arange(-(2**15), 2**15).astype(np.int16)


@pytest.mark.parametrize("gain", [200.0, 1000.0, 0.37, -200.0, 1 / 3])
@pytest.mark.parametrize("baseline", [0, 1024, -5, 0.25])
@pytest.mark.parametrize("millivolts", [1.0, 1e-3])
def test_single_precision_gives_what_double_precision_gives(gain, baseline, millivolts):
    out = np.empty(len(EVERY), dtype=np.float32)
    Scale(gain, baseline, millivolts).convert(EVERY, out)
    exact = (EVERY.astype(float) - baseline) / gain * millivolts
    np.testing.assert_array_equal(out, exact.astype(np.float32))


def test_only_the_missing_value_becomes_nan():
    out = np.empty(len(EVERY), dtype=np.float32)
    Scale(200.0, 0, 1.0, missing=-2048).convert(EVERY, out)
    assert EVERY[np.isnan(out)].tolist() == [-2048]
    Scale(200.0, 0, 1.0, missing=None).convert(EVERY, out)
    assert np.isfinite(out).all()
