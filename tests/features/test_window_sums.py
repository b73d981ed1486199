"""Blocks of beats: nothing gets lost in them, and no beat's sums depend on the other beats."""

import numpy as np
import pytest

from default_config import preprocess_config
from ecg_anomaly.beats.beat_window import PARTS, BeatWindow
from ecg_anomaly.features.window_sums import (
    BLOCK_BEATS,
    add_products,
    lay_in_blocks,
    part_weights,
    per_beat,
    weigh_samples,
)


def noise(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).normal(size=shape)


@pytest.mark.parametrize("n", [0, 1, BLOCK_BEATS - 1, BLOCK_BEATS, BLOCK_BEATS + 1])
def test_beats_come_out_of_blocks_as_they_went_in(n):
    waves = noise(n, 9, 2)
    blocks = lay_in_blocks(waves, np.float64)
    assert blocks.shape == (2, 9, -(-n // BLOCK_BEATS), BLOCK_BEATS)
    np.testing.assert_array_equal(per_beat(blocks, n), waves)
    assert np.count_nonzero(blocks) == waves.size


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_sums_are_those_of_the_formula(dtype):
    waves, weights = noise(50, 30, 2), noise(3, 30)
    blocks = lay_in_blocks(waves, dtype)
    sums = per_beat(weigh_samples(weights.astype(dtype), blocks), 50)
    np.testing.assert_allclose(sums, np.einsum("ntl,mt->nml", waves, weights), rtol=2e-4, atol=2e-5)
    energy = per_beat(add_products(blocks, blocks), 50)
    np.testing.assert_allclose(energy, (waves**2).sum(axis=1), rtol=1e-5)
    assert sums.dtype == energy.dtype == dtype


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("length", "m"), [(14, 2), (18, 2), (36, 3), (96, 3), (137, 3)])
def test_a_beat_has_the_same_sums_to_the_last_bit_alone_and_among_others(dtype, length, m):
    waves, weights = noise(3 * BLOCK_BEATS + 5, length, 2), noise(m, length).astype(dtype)

    def sums(rows: slice) -> tuple[np.ndarray, np.ndarray]:
        blocks = lay_in_blocks(waves[rows], dtype)
        found = weigh_samples(weights, blocks), add_products(blocks, blocks)
        n = len(waves[rows])
        return per_beat(found[0], n), per_beat(found[1], n)

    whole = sums(slice(None))
    for row in (0, 1, 31, 32, 77, 100):
        for some in (slice(row, row + 1), slice(row, None), slice(row % 3, row + 1)):
            for part, every in zip(sums(some), whole, strict=True):
                np.testing.assert_array_equal(part, every[some])


def test_the_weights_of_a_part_give_its_mean():
    window = BeatWindow.from_config(preprocess_config())
    wave = noise(window.n_samples)
    for weights, name in zip(part_weights(window), PARTS, strict=True):
        assert weights @ wave == pytest.approx(wave[window.part(name)].mean(), abs=1e-6)


def test_leads_are_added_up_apart():
    waves, weights = noise(40, 20, 3), noise(2, 20)
    together = per_beat(weigh_samples(weights, lay_in_blocks(waves, np.float64)), 40)
    alone = per_beat(weigh_samples(weights, lay_in_blocks(waves[:, :, 1:2], np.float64)), 40)
    np.testing.assert_array_equal(together[:, :, 1:2], alone)
