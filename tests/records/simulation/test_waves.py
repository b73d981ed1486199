"""Shapes of beats are what their names say."""

import numpy as np
import pytest

from ecg_anomaly.records.simulation.waves import (
    Waves,
    align_waves,
    draw_conducted,
    draw_ectopic_p,
    draw_sinus_p,
    draw_ventricular,
    fuse_waves,
    join_leads,
    vary_waves,
)

GRID = np.arange(-0.2, 0.2, 0.001)


def width_s(waves: Waves, lead: int) -> float:
    """Time that the QRS spends above 8 % of its peak."""
    qrs = np.abs(waves.depolarisation(lead, GRID))
    return float(np.ptp(GRID[qrs > 0.08 * qrs.max()]))


@pytest.mark.parametrize("seed", range(20))
def test_ventricular_and_blocked_beats_are_wider_than_normal_ones(seed):
    rng = np.random.default_rng(seed)
    normal = draw_conducted("N", rng)
    assert 0.04 < width_s(normal, 0) < 0.115
    for wide in (draw_conducted("L", rng), draw_ventricular(rng)):
        assert 0.10 < width_s(wide, 0) < 0.22
    assert width_s(draw_conducted("R", rng), 1) > 0.09


@pytest.mark.parametrize("seed", range(20))
def test_wide_beats_have_a_discordant_t(seed):
    rng = np.random.default_rng(seed)
    for waves in (draw_ventricular(rng), draw_conducted("L", rng)):
        for lead in (0, 1):
            qrs = waves.depolarisation(lead, GRID)
            t = waves.amplitude_mv[(waves.lead == lead) & waves.repolarisation].sum()
            assert np.sign(t) == -np.sign(qrs[np.argmax(np.abs(qrs))])


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("origin", ["outflow", "left base", "apex", "left inferior"])
def test_every_form_has_its_main_deflection_at_time_zero(seed, origin):
    rng = np.random.default_rng(seed)
    normal, ectopic = draw_conducted("N", rng), draw_ventricular(rng, origin)
    for waves in (normal, ectopic, *(fuse_waves(normal, ectopic, s) for s in (0.35, 0.5, 0.65))):
        qrs = np.abs(waves.depolarisation(0, GRID))
        assert abs(GRID[np.argmax(qrs)]) <= 0.001


def test_fusion_ends_are_its_parents():
    rng = np.random.default_rng(0)
    normal, ectopic = draw_conducted("R", rng), draw_ventricular(rng)
    for share, parent in ((0.0, normal), (1.0, ectopic)):
        fused = fuse_waves(normal, ectopic, share)
        for lead in (0, 1):
            got, expected = (w.depolarisation(lead, GRID) for w in (fused, align_waves(parent)))
            np.testing.assert_allclose(got, expected, atol=0.02)


def test_varying_by_nothing_changes_nothing():
    waves = draw_conducted("N", np.random.default_rng(0))
    same = vary_waves(waves, np.random.default_rng(1), spread=0.0)
    np.testing.assert_array_equal(same.amplitude_mv, waves.amplitude_mv)
    assert not np.allclose(
        vary_waves(waves, np.random.default_rng(1)).amplitude_mv, waves.amplitude_mv
    )


def test_rows_of_leads_become_one_list_of_waves():
    waves = join_leads([[(1.0, 0.0, 0.01)], [(2.0, 0.1, 0.02)]], [[], [(3.0, 0.3, 0.05)]])
    assert waves.lead.tolist() == [0, 1, 1]
    assert waves.amplitude_mv.tolist() == [1.0, 2.0, 3.0]
    assert waves.repolarisation.tolist() == [False, False, True]
    assert waves.depolarisation(0, [0.0]).tolist() == [1.0]
    assert waves.depolarisation(1, [0.1]).tolist() == [2.0]


def test_a_sum_of_beats_is_the_sum_of_their_signals():
    rng = np.random.default_rng(0)
    one, other = draw_conducted("N", rng), draw_ventricular(rng)
    for lead in (0, 1):
        both = one.joined(other.scaled(0.5)).depolarisation(lead, GRID)
        expected = one.depolarisation(lead, GRID) + 0.5 * other.depolarisation(lead, GRID)
        np.testing.assert_allclose(both, expected)


@pytest.mark.parametrize("seed", range(5))
def test_p_waves_are_small_and_have_no_st_or_t(seed):
    rng = np.random.default_rng(seed)
    for waves in (draw_sinus_p(rng), draw_ectopic_p(rng)):
        assert not waves.repolarisation.any()
        assert 0.01 < np.abs(waves.depolarisation(0, GRID)).max() < 0.35
