import numpy as np
import pytest

from ecg_anomaly.beats.r_peaks.lead_levels import (
    BACK_BLOCKS,
    ENOUGH_BLOCKS,
    measure_levels,
    summarise_blocks,
)

SIZE = 120


def blocks_of_beats(height: float, background: float, n: int = 40) -> np.ndarray:
    energy = np.full((n, SIZE), background, np.float32)
    energy[:, 50:60] = height
    return energy.ravel()


def levels(*leads: np.ndarray, gap: np.ndarray | None = None):
    summary = summarise_blocks(np.stack(leads), gap, SIZE)
    return measure_levels(np.pad(summary, ((0, 0), (0, 0), (BACK_BLOCKS, ENOUGH_BLOCKS - 1))))


def test_top_and_calm_of_each_block():
    energy = blocks_of_beats(2.0, 0.5, n=3)
    energy[130:140] = 7.0
    gap = np.zeros((1, 360), bool)
    gap[0, 260:340] = True
    top, background = summarise_blocks(energy[None], gap, SIZE)
    assert top.tolist() == [[2.0, 7.0, 0.0]]
    assert background.tolist() == [[0.5, 0.5, 0.5]]


def test_calm_is_measured_on_every_fourth_sample():
    energy = np.ones((1, SIZE), np.float32)
    energy[:, ::8] = 5.0
    assert summarise_blocks(energy, None, SIZE)[1].tolist() == [[1.0]]


def test_the_level_of_a_single_block_is_its_own():
    scale = levels(blocks_of_beats(4.0, 0.001, n=1))[0].scale
    np.testing.assert_allclose(scale, [[1 / 4]], rtol=1e-5)


def test_levels_weigh_the_cleaner_lead_more():
    found, _ = levels(blocks_of_beats(1.0, 0.001), blocks_of_beats(4.0, 1.0))
    assert (found.weight[:, 0] > 0.95).all()
    np.testing.assert_allclose(found.weight.sum(axis=1), 1, rtol=1e-6)
    np.testing.assert_allclose((found.scale * [1.0, 4.0]).sum(axis=1), 1, rtol=1e-5)


def test_a_lead_without_signal_has_no_weight():
    beats, flat = blocks_of_beats(1.0, 0.001), blocks_of_beats(0.0, 0.0)
    weight = levels(flat, beats)[0].weight
    assert weight.tolist() == [[0.0, 1.0]] * len(weight)
    assert levels(flat)[0].weight.max() == 0


def test_a_pause_keeps_the_level_of_the_beats_before():
    energy = blocks_of_beats(1.0, 0.001)
    energy[10 * SIZE : 14 * SIZE] = 1e-5
    scale = levels(energy)[0].scale[:, 0]
    np.testing.assert_allclose(scale[:19], 1, rtol=1e-4)


def test_a_level_follows_the_blocks_before_only():
    energy = blocks_of_beats(1.0, 0.001)
    energy[20 * SIZE :] *= 9
    scale, ahead = levels(energy)[0].scale[:, 0], levels(energy)[1]
    assert ahead.tolist() == [4, 3, 2, 1] + 36 * [0]
    np.testing.assert_allclose(scale[:21], 1, rtol=1e-4)
    np.testing.assert_allclose(scale[28:], 1 / 9, rtol=1e-4)


@pytest.mark.parametrize(("other", "expected"), [(0.0, [4, 3, 2, 1, 0]), (1.0, [0] * 5)])
def test_where_every_lead_comes_back_levels_wait(other, expected):
    lead, second = blocks_of_beats(1.0, 0.001), other * blocks_of_beats(1.0, 0.001)
    gap = np.zeros((2, len(lead)), bool)
    gap[0, 15 * SIZE : 30 * SIZE] = True
    lead[gap[0]] = 0
    found, ahead = levels(lead, second, gap=gap)
    assert ahead[30:35].tolist() == expected
    if not other:
        np.testing.assert_allclose(found.scale[30:35, 0], 1, rtol=1e-4)


def test_after_a_short_gap_nothing_waits():
    lead, gap = blocks_of_beats(1.0, 0.001), np.zeros((1, 40 * SIZE), bool)
    gap[0, 20 * SIZE : 24 * SIZE] = True
    lead[gap[0]] = 0
    found, ahead = levels(lead, gap=gap)
    assert ahead[ENOUGH_BLOCKS:].max() == 0
    np.testing.assert_allclose(found.scale[:, 0], 1, rtol=1e-4)


@pytest.mark.parametrize("first", [0, 1, 2])
def test_in_a_slow_heart_the_level_is_that_of_its_beats_from_the_start(first):
    energy = blocks_of_beats(0.01, 1e-4).reshape(-1, SIZE)
    energy[first::3, 50:60] = 1.0
    scale = levels(energy.ravel())[0].scale[:, 0]
    assert scale.max() < 1 / 0.35


def test_levels_of_some_blocks_are_those_among_all():
    energy = np.random.default_rng(0).uniform(0, 1, (2, 20 * SIZE)).astype(np.float32)
    summary = summarise_blocks(energy, None, SIZE)
    summary = np.pad(summary, ((0, 0), (0, 0), (BACK_BLOCKS, ENOUGH_BLOCKS - 1)))
    wanted = np.array([0, 3, 17])
    (every, ahead), (some, of_some) = measure_levels(summary), measure_levels(summary, wanted)
    np.testing.assert_array_equal(of_some, ahead[wanted])
    for name, values in vars(some).items():
        np.testing.assert_array_equal(values, getattr(every, name)[wanted])
