"""The transform comes back from its file to the last bit."""

import numpy as np
import pytest

from ecg_anomaly.features.selection import FeatureTransform
from ecg_anomaly.features.transform_file import read_transform, write_transform
from ecg_anomaly.files.errors import UserError


def make_transform(k: int) -> FeatureTransform:
    rng = np.random.default_rng(k)
    return FeatureTransform(
        tuple(f"feature_{i}" for i in range(k)),
        np.sort(rng.choice(99, k, replace=False)).astype(np.int64),
        rng.normal(size=k) * 10.0 ** rng.integers(-12, 12, k),
        rng.random(k) / 3 + 1e-9,
    )


@pytest.mark.parametrize("k", [0, 1, 20])
def test_a_transform_comes_back_to_the_last_bit(tmp_path, k):
    written = make_transform(k)
    write_transform(tmp_path / "transform.json", written)
    found = read_transform(tmp_path / "transform.json")
    assert found.names == written.names
    for name in ("columns", "mean", "scale"):
        np.testing.assert_array_equal(getattr(found, name), getattr(written, name))
        assert getattr(found, name).dtype == getattr(written, name).dtype
    values = np.random.default_rng(1).normal(size=(7, 100)) * 50
    np.testing.assert_array_equal(found.apply(values), written.apply(values))


def test_an_absent_file_is_the_users_to_mend(tmp_path):
    with pytest.raises(UserError, match=r"transform\.json: no such file"):
        read_transform(tmp_path / "transform.json")
