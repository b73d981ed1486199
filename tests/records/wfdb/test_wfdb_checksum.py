"""Every frame counts once, in whatever order frames are added."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ecg_anomaly.records.wfdb.wfdb_checksum import RunningSum

SAMPLES = np.random.default_rng(0).integers(-3000, 3000, 300).astype(np.int16)


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100)), max_size=12))
def test_every_frame_counts_once_in_any_order(pairs):
    total = RunningSum(100, 2)
    seen = np.zeros(100, dtype=bool)
    for a, b in (sorted(pair) for pair in pairs):
        complete_before = seen.all()
        seen[a:b] = True
        found = total.add(a, SAMPLES[2 * a : 2 * b])
        if seen.all() and not complete_before:
            assert found == int(SAMPLES[:200].sum(dtype=np.int64)) % 65536
        else:
            assert found is None


def test_wide_samples_are_summed_as_exactly():
    wide = np.full(10, 2**31 - 1, dtype=np.int32)
    assert RunningSum(10, 1).add(0, wide) == 10 * (2**31 - 1) % 65536
