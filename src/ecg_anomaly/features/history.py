"""What the patient's last minutes say: the usual beat, and how far beats usually lie from it."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.config.schema import FeaturesConfig, PreprocessConfig
from ecg_anomaly.features.p_wave import match_p_wave, p_wave_residual
from ecg_anomaly.features.parts import PARTS, part_slice
from ecg_anomaly.features.rhythm import history_bounds

#: Smallest peak-to-peak amplitude, in mV, by which a lead is divided.
SMALLEST_AMPLITUDE_MV = 0.1

#: Fewest beats from which a median beat is taken.
FEWEST_BEATS = 5


@dataclass(frozen=True)
class History:
    """The past as seen from each beat. First axis n, one row per beat.

    Attributes
    ----------
    usual : (n, window, n_leads) float32
        Median of all readable beats of the last minutes, in units of `amplitude`.
    regular : (n, window, n_leads) float32
        The same without premature beats: what a regular beat looks like even in the middle of a
        run of other ones.
    amplitude : (n, n_leads) float32
        Median peak-to-peak amplitude of the QRS complex in mV.
    part_distance : (n, n_leads, 3) float32
        Median log distance of regular beats from `regular` in each of `PARTS`.
    p_noise : (n, n_leads) float32
        Median energy of the differences in the P wave.
    p_match, p_spread : (n, n_leads) float32
        Median and median absolute deviation of the P wave's match.
    """

    usual: NDArray[np.float32]
    regular: NDArray[np.float32]
    amplitude: NDArray[np.float32]
    part_distance: NDArray[np.float32]
    p_noise: NDArray[np.float32]
    p_match: NDArray[np.float32]
    p_spread: NDArray[np.float32]

    def select(self, rows: NDArray[Any]) -> "History":
        """Return the history of some beats."""
        return History(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})


def look_back(
    waveform: NDArray[np.float32],
    readable: NDArray[np.bool_],
    premature: NDArray[np.bool_],
    time_s: NDArray[np.float64],
    features: FeaturesConfig,
    preprocess: PreprocessConfig,
) -> History:
    """Summarise the last minutes before each beat of a record.

    Parameters
    ----------
    waveform : (n, window, n_leads) float32
        Beats in order, mV.
    readable, premature : (n,) bool
        Beats that may enter a median, and those that may not enter that of regular beats.
    time_s : (n,) float64
        R peaks in s.
    features : FeaturesConfig
        ``history_s``, at most ``history_beats`` of it, renewed every ``history_update_beats``.
    preprocess : PreprocessConfig
        Gives the window.

    Returns
    -------
    History
        Beats of the learning period, the first ``history_s``, share one summary of it.
    """
    first, end = history_bounds(time_s, features.history_s)
    usable, regular = np.flatnonzero(readable), np.flatnonzero(readable & ~premature)
    step = features.history_update_beats
    blocks: list[dict[str, NDArray[np.float32]]] = []
    known: tuple[int, int] | None = None
    for start in range(0, len(waveform), step):
        span = (int(first[start]), int(end[start]))
        if span != known or not blocks:
            all_rows = _thin(_within(usable, span), features.history_beats)
            rows = _thin(_within(regular, span), features.history_beats)
            rows = rows if len(rows) >= FEWEST_BEATS else all_rows
            blocks.append(_summarise(waveform, all_rows, rows, preprocess))
        else:
            blocks.append(blocks[-1])
        known = span
    repeat = np.arange(len(waveform)) // step
    return History(**{name: np.stack([b[name] for b in blocks])[repeat] for name in blocks[0]})


def _within(rows: NDArray[np.intp], span: tuple[int, int]) -> NDArray[np.intp]:
    return rows[np.searchsorted(rows, span[0]) : np.searchsorted(rows, span[1])]


def _thin(rows: NDArray[np.intp], most: int) -> NDArray[np.intp]:
    """Keep at most so many rows, evenly spread."""
    if len(rows) <= most:
        return rows
    return rows[np.linspace(0, len(rows) - 1, most).round().astype(int)]


def _summarise(
    waveform: NDArray[np.float32],
    all_rows: NDArray[np.intp],
    rows: NDArray[np.intp],
    preprocess: PreprocessConfig,
) -> dict[str, NDArray[np.float32]]:
    if not len(all_rows):
        return _nothing_known(*waveform.shape[1:])
    qrs = part_slice("qrs", preprocess)
    ptp = np.ptp(waveform[all_rows][:, qrs], axis=1)
    amplitude = np.maximum(np.median(ptp, axis=0), SMALLEST_AMPLITUDE_MV)
    usual = np.median(waveform[all_rows], axis=0) / amplitude
    beats = waveform[rows] / amplitude
    regular = np.median(beats, axis=0)
    match = match_p_wave(beats, np.broadcast_to(regular, beats.shape), preprocess)
    median = np.median(match, axis=0)
    summary = {
        "usual": usual,
        "regular": regular,
        "amplitude": amplitude,
        "part_distance": np.median(part_distances(beats, regular, preprocess), axis=0),
        "p_noise": np.median(p_wave_residual(beats, regular[None], 1.0, preprocess), axis=0),
        "p_match": median,
        "p_spread": np.median(np.abs(match - median), axis=0),
    }
    return {name: value.astype(np.float32) for name, value in summary.items()}


def part_distances(
    beats: NDArray[np.floating], template: NDArray[np.floating], preprocess: PreprocessConfig
) -> NDArray[np.float64]:
    """Log root-mean-square distance from a template in each part of the window.

    Parameters
    ----------
    beats, template : (n, window, n_leads)
        In units of the patient's amplitude; `template` may also be one beat.
    preprocess : PreprocessConfig
        Gives the window.

    Returns
    -------
    (n, n_leads, 3) float64
    """
    squared = (beats - template).astype(np.float64) ** 2
    parts = [squared[:, part_slice(name, preprocess)].mean(axis=1) for name in PARTS]
    return np.log(np.sqrt(np.stack(parts, axis=2)) + 0.01)


def _nothing_known(window: int, n_leads: int) -> dict[str, NDArray[np.float32]]:
    """Summarise no beat at all: a flat template that nothing is far from."""
    flat = np.zeros((window, n_leads), np.float32)
    per_lead = np.zeros(n_leads, np.float32)
    return {
        "usual": flat,
        "regular": flat,
        "amplitude": np.ones(n_leads, np.float32),
        "part_distance": np.zeros((n_leads, len(PARTS)), np.float32),
        "p_noise": per_lead,
        "p_match": per_lead,
        "p_spread": per_lead,
    }
