"""Compute the signal without noise: McSharry's equation of motion, solved exactly.

The model moves on a circle with angular velocity ``omega = 2 pi / RR``; its voltage obeys
``dz/dt = -sum_i a_i dtheta_i exp(-dtheta_i^2 / (2 b_i^2)) - (z - z0)``, z0 the breathing baseline.
Given the phase, this is linear. With G(t) the sum of bumps of `Waves`, the first term is dG/dt; put
``z = G - y`` and there remains ``dy/dt = (G - z0) - y``: a first-order low pass of one second.
So the signal is G less its own slow part, and no Runge-Kutta step is needed. The phase is counted
from each R peak without wrapping: an early P wave adds to the T wave that it falls on.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from ecg_anomaly.records.simulation.beat_table import BeatTable
from ecg_anomaly.records.simulation.patient_rhythm import SinusSeries
from ecg_anomaly.records.simulation.patients import Patient
from ecg_anomaly.records.simulation.waves import LEADS, Waves

# No wave of a beat reaches further from its R peak than this.
REACH_S = 1.5
# Bumps end at four widths, where less than 1 uV of them is left.
CUT_WIDTHS = 4.0
BREATHING_MV = 0.06


def draw_gains(
    patient: Patient, beats: BeatTable, sinus: SinusSeries, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Draw the amplitude factor (n_beats, n_leads) of each beat: breathing and chance."""
    breath = np.interp(beats.time_s, sinus.time_s, sinus.respiration)
    random = patient.gain_sd * rng.standard_normal((len(breath), len(LEADS)))
    return np.clip(1 + breath[:, None] * patient.respiration_gain + random, 0.7, 1.3)


def iterate_clean(
    patient: Patient,
    beats: BeatTable,
    gains: NDArray[np.float64],
    sinus: SinusSeries,
    fs: float,
    edges: NDArray[np.int64],
) -> Iterator[NDArray[np.float64]]:
    """Yield the clean signal in blocks, so that a day of it needs little memory.

    Parameters
    ----------
    patient : Patient
        Shapes of the waves.
    beats : BeatTable
        Beats, from before the first sample to after the last.
    gains : (n_beats, n_leads) float64
        Amplitude factors.
    sinus : SinusSeries
        Breathing, for the baseline.
    fs : float
        Sampling rate in Hz.
    edges : (n_blocks + 1,) int64
        First sample of each block, and the end. Sample 0 is time 0; the filter settles from
        ``edges[0]`` on.

    Yields
    ------
    (n, n_leads) float64
        Voltage in mV of each block.
    """
    step = 1 / fs
    decay = np.exp(-step)
    mean = (1 - decay) / step  # exact for an input that is linear between samples
    state = np.zeros((1, len(LEADS)))
    scale = beats.repolarisation_scale
    for start, stop in pairwise(edges):
        bumps = _sum_bumps(patient, beats, gains, scale, fs, int(start), int(stop))
        breath = np.interp(np.arange(start, stop) / fs, sinus.time_s, sinus.respiration)
        drive = bumps - BREATHING_MV * breath[:, None]
        slow, state = lfilter([1 - mean, mean - decay], [1, -decay], drive, axis=0, zi=state)
        yield bumps - slow


def _sum_bumps(
    patient: Patient,
    beats: BeatTable,
    gains: NDArray[np.float64],
    scale: NDArray[np.float64],
    fs: float,
    start: int,
    stop: int,
) -> NDArray[np.float64]:
    """G(t) of one block: the bumps of every beat that can reach into it."""
    first, last = np.searchsorted(beats.time_s, [start / fs - REACH_S, stop / fs + REACH_S])
    near = slice(first, last)
    out = np.zeros((stop - start, len(LEADS)))
    has_p = np.isfinite(beats.p_time_s[near])
    groups = [(w, beats.time_s, beats.form[near] == i) for i, w in enumerate(patient.forms)]
    groups += [
        (w, beats.p_time_s, has_p & (beats.p_form[near] == i))
        for i, w in enumerate(patient.p_waves)
    ]
    for waves, times, mine in groups:
        from_start = times[near][mine] - start / fs
        _add_waves(out, waves, from_start, gains[near][mine], scale[near][mine], fs)
    return out


def _add_waves(
    out: NDArray[np.float64],
    waves: Waves,
    times: NDArray[np.float64],
    gains: NDArray[np.float64],
    scale: NDArray[np.float64],
    fs: float,
) -> None:
    """Add one form at `times` (n,) seconds from the first row of `out`."""
    if not len(times):
        return
    for wave, lead in enumerate(waves.lead):
        factor = scale if waves.repolarisation[wave] else np.ones_like(scale)
        centre = times + waves.offset_s[wave] * factor
        height = waves.amplitude_mv[wave] * gains[:, lead]
        _add_bumps(out[:, lead], centre * fs, waves.width_s[wave] * factor * fs, height)


def _add_bumps(
    out: NDArray[np.float64],
    centre: NDArray[np.float64],
    width: NDArray[np.float64],
    height: NDArray[np.float64],
) -> None:
    """Add Gaussian bumps; centre and width (n,) in samples, height (n,) in mV."""
    half = int(np.ceil(CUT_WIDTHS * width.max()))
    position = np.rint(centre).astype(np.int64)[:, None] + np.arange(-half, half + 1)
    bump = np.exp(-0.5 * ((position - centre[:, None]) / width[:, None]) ** 2) * height[:, None]
    inside = (position >= 0) & (position < len(out))
    out += np.bincount(position[inside], bump[inside], minlength=len(out))
