"""Curves of trials, for tests."""

import numpy as np


def draw_curves(n: int = 40, noise: float = 0.0, seed: int = 0) -> np.ndarray:
    """Curves that rise to a value of their own, with noise on each epoch."""
    rng = np.random.default_rng(seed)
    value = rng.uniform(0.8, 1.0, n)
    return value[:, None] * (1 - 0.5 ** np.arange(1, 10)) + rng.normal(0, noise, (n, 9))
