import numpy as np
import pytest

from ecg_anomaly.archive.drift.drift_comparison import FEWEST, compare_values, describe_drift
from ecg_anomaly.archive.drift.recording_profile import MEASURES
from ecg_anomaly.files.errors import UserError


def subjects(rng: np.random.Generator, n: int, **shift: float) -> dict[str, np.ndarray]:
    """Values of some subjects: measures that go together, and one of few different values."""
    common = rng.normal(size=n)
    values = {name: np.sort(common + rng.normal(size=n) + shift.get(name, 0)) for name in MEASURES}
    return {**values, "leads": np.sort(rng.integers(2, 4, n).astype(float))}


def alarm(reference, site, rate: float = 0.05) -> bool:
    return any(d.drifts for d in compare_values(reference, site, rate))


def test_like_with_like_gives_no_more_alarms_than_stated():
    rng = np.random.default_rng(1)
    alarms = sum(alarm(subjects(rng, 40), subjects(rng, 40)) for _ in range(200))
    assert alarms <= 200 * 0.05 + 2 * np.sqrt(200 * 0.05 * 0.95)


def test_another_recorder_is_found_and_named():
    rng = np.random.default_rng(2)
    found = compare_values(subjects(rng, 60), subjects(rng, 40, noise_mv=4.0))
    assert [d.name for d in found if d.drifts] == ["noise_mv"]
    assert found[0].distance > 0.6
    assert "noise_mv" in describe_drift(found)
    assert "40 subjects" in describe_drift(found)


def test_a_lower_rate_asks_for_more():
    rng = np.random.default_rng(3)
    reference, site = subjects(rng, 40), subjects(rng, 40, qrs_mv=1.1)
    p = compare_values(reference, site)[0].p
    assert alarm(reference, site, min(0.99, 1.01 * p))
    assert not alarm(reference, site, 0.99 * p)


def test_too_few_subjects_tell_nothing():
    rng = np.random.default_rng(4)
    with pytest.raises(UserError, match=f"fewer than {FEWEST}"):
        compare_values(subjects(rng, 40), subjects(rng, FEWEST - 1))
    some = {**subjects(rng, 40), "qrs_mv": np.zeros(0)}
    assert len(compare_values(some, subjects(rng, 40))) == len(MEASURES) - 1


@pytest.mark.parametrize("rate", [0.0, 1.0, -1.0, float("nan")])
def test_a_rate_that_is_no_share_is_refused(rate):
    rng = np.random.default_rng(5)
    with pytest.raises(UserError, match="is no share"):
        compare_values(subjects(rng, 9), subjects(rng, 9), rate)
