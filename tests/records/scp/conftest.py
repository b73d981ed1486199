import numpy as np
import pytest


@pytest.fixture
def leads() -> dict[str, np.ndarray]:
    """Make stored samples of some leads; a walk has small differences, as an ECG."""
    rng = np.random.default_rng(0)
    return {name: np.cumsum(rng.normal(0, 9, 600)).astype(int) for name in ("I", "II", "V1", "V6")}


@pytest.fixture
def few() -> dict[str, np.ndarray]:
    """Make a few samples of one lead."""
    return {"V1": np.cumsum(np.random.default_rng(1).normal(0, 9, 12)).astype(int)}
