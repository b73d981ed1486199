"""Pieces of leads that are laid end to end are filtered as the recordings they come from."""

import numpy as np
import pytest

from default_config import preprocess_config
from ecg_anomaly.beats.excerpts import Excerpt
from ecg_anomaly.beats.filters import FilterSettings, filter_excerpt
from ecg_anomaly.beats.pieces_end_to_end import PieceFilter, SignalPiece
from ecg_anomaly.beats.resampling import resampled_length

SETTINGS = FilterSettings.from_config(preprocess_config())
RATES = [100.0, 128.0, 250.0, 257.0, 360.0, 499.5, 1000.0]


def noise(fs: float, seed: int, duration_s: float = 30.0) -> np.ndarray:
    rng, n = np.random.default_rng(seed), round(duration_s * fs)
    drift = np.cumsum(rng.normal(0, 0.02, n))
    return (drift + rng.normal(0, 0.2, n)).astype(np.float32)


def filter_whole(lead: np.ndarray, fs: float) -> np.ndarray:
    wanted = range(resampled_length(len(lead), fs, SETTINGS.fs))
    (found,) = filter_excerpt(Excerpt.whole(lead[:, None]), fs, wanted, SETTINGS)
    return found.signal


@pytest.mark.parametrize("fs", RATES)
def test_each_piece_is_filtered_as_its_whole_recording_to_the_last_bit(fs):
    leads = [noise(fs, seed) for seed in range(3)]
    whole = [filter_whole(lead, fs) for lead in leads]
    pieces = PieceFilter(fs, SETTINGS)
    assert pieces.fits
    back = round((SETTINGS.reach.back_s + 0.1) * fs)
    wanted = [range(1201, 1260), range(600, 1777), range(2400, 2401)]
    signal, chosen = np.column_stack(leads), [(0, 1, 2), (2,), (2, 0)]
    asked = [
        SignalPiece(signal[(start := int(w.start * fs / SETTINGS.fs) - back) :], some, start, w)
        for some, w in zip(chosen, wanted, strict=True)
    ]
    for part, w, some in zip(pieces.filter(asked), wanted, chosen, strict=True):
        np.testing.assert_array_equal(part, [whole[lead][w.start : w.stop] for lead in some])


@pytest.mark.parametrize("fs", RATES)
def test_what_is_final_does_not_change_when_more_comes(fs):
    lead = noise(fs, 4)
    whole, pieces = filter_whole(lead, fs), PieceFilter(fs, SETTINGS)
    for n in range(round(10 * fs), round(10.2 * fs)):
        stop = pieces.final_until(n)
        (found,) = pieces.filter([SignalPiece(lead[:n, None], (0,), 0, range(stop - 9, stop))])
        np.testing.assert_array_equal(found, [whole[stop - 9 : stop]])
    assert n / fs * SETTINGS.fs - stop < 0.25 * SETTINGS.fs


def test_a_rate_whose_grid_is_too_wide_is_named():
    assert not PieceFilter(257.31, SETTINGS).fits
