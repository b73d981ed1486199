"""Rhythm of a simulated patient: sinus intervals, rates of abnormal beats, and a table of beats.

Sinus intervals have the bimodal spectrum of McSharry 2003, and a slow drift.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

GRID_HZ = 4.0
PEAK_WIDTH_HZ = 0.01
SLOWEST_HZ, SLOW_END_HZ = 0.002, 0.03
# No sinus node fires faster (200 per minute) or, short of arrest, slower than this.
SHORTEST_RR_S, LONGEST_RR_S = 0.4, 2.0


@dataclass(frozen=True)
class SinusRhythm:
    """Heart rate and its variability.

    Attributes
    ----------
    mean_rr_s : float
        Mean RR interval in seconds.
    lf_hz, hf_hz : float
        Centres of the Mayer wave (about 0.1 Hz) and of respiration (0.2 to 0.3 Hz).
    lf_sd, hf_sd, slow_sd : float
        Standard deviation of each part of the RR interval, as a fraction of the mean.
    """

    mean_rr_s: float
    lf_hz: float
    hf_hz: float
    lf_sd: float
    hf_sd: float
    slow_sd: float


@dataclass(frozen=True)
class Ectopy:
    """Abnormal beats of one patient; rates are events per sinus beat.

    Attributes
    ----------
    atrial, ventricular, fusion, junctional, escape, tachycardia : float
        Rate of A, V, F, j and E events, and of long runs of A.
    prematurity : (low, high)
        How much earlier than due an atrial beat comes, as a fraction of the RR interval.
    coupling : float
        Interval from the sinus beat to a ventricular one, as a fraction of the RR interval.
    coupling_sd : float
        Its variation: small for a focus that re-enters.
    bigeminy, couplet, run : float
        Probabilities, as in `patients.Profile`.
    escape_interval_s : float
        How long the ventricles wait before they beat by themselves.
    retrograde_p : bool
        Whether junctional beats are followed by an upside-down P wave.
    n_foci : int
        Number of shapes of V.
    """

    atrial: float
    ventricular: float
    fusion: float
    junctional: float
    escape: float
    tachycardia: float
    prematurity: tuple[float, float]
    coupling: float
    coupling_sd: float
    bigeminy: float
    couplet: float
    run: float
    escape_interval_s: float
    retrograde_p: bool
    n_foci: int


@dataclass(frozen=True)
class SinusSeries:
    """Sinus intervals and respiration over time, sampled at `GRID_HZ` from `start_s`.

    Attributes
    ----------
    start_s : float
        Time of the first grid point.
    rr_s : (n,) float64
        RR interval that starts at each grid point, in seconds.
    respiration : (n,) float64
        Breathing, without unit, SD 1. The HF part of `rr_s` is this series.
    """

    start_s: float
    rr_s: NDArray[np.float64]
    respiration: NDArray[np.float64]

    @property
    def time_s(self) -> NDArray[np.float64]:
        """Times of the grid points."""
        return self.start_s + np.arange(len(self.rr_s)) / GRID_HZ


@dataclass(frozen=True)
class BeatTable:
    """All beats of a recording, ascending in time.

    Attributes
    ----------
    time_s : (n,) float64
        Time of the R peak.
    symbol : (n,) str
        WFDB beat code.
    form : (n,) int64
        QRS-T shape, an index into `Patient.forms`.
    p_time_s : (n,) float64
        Middle of the P wave, NaN where there is none.
    p_form : (n,) int64
        P shape, an index into `Patient.p_waves`.
    fibrillation_s : tuple of float
        Ascending: when atrial fibrillation begins, when it ends, and so on.
    """

    time_s: NDArray[np.float64]
    symbol: NDArray[np.str_]
    form: NDArray[np.int64]
    p_time_s: NDArray[np.float64]
    p_form: NDArray[np.int64]
    fibrillation_s: tuple[float, ...] = ()

    @property
    def repolarisation_scale(self) -> NDArray[np.float64]:
        """Factor (n,) on the times of ST and T: the square root of the recent RR in seconds.

        McSharry 2003 multiplies angles by the square root of the mean rate over 60 (Bazett's law),
        which in time is the square root of RR. QT here remembers: 70 % of the RR is an average
        over the last ten beats, 30 % the interval before the beat, so that a pause after an
        ectopic beat does not lengthen the T wave at once.
        """
        rr = np.diff(self.time_s, prepend=self.time_s[:1] - 1.0)
        if len(rr) > 1:
            rr[0] = rr[1]
        padded = np.concatenate([np.full(9, np.median(rr)), rr]) if len(rr) else rr
        average = np.convolve(padded, np.full(10, 0.1), "valid") if len(rr) else rr
        return np.sqrt(0.7 * average + 0.3 * rr)


def draw_sinus_series(
    rhythm: SinusRhythm, start_s: float, stop_s: float, rng: np.random.Generator
) -> SinusSeries:
    """Draw sinus intervals between two times.

    McSharry 2003, equations 2 and 3: amplitudes from a spectrum of two Gaussian peaks, random
    phases, inverse Fourier transform, scaled to mean and SD. A third part, 1/f power between 0.002
    and 0.03 Hz, is not in the paper.

    Parameters
    ----------
    rhythm : SinusRhythm
        Heart rate and variability.
    start_s, stop_s : float
        Time covered, in seconds.
    rng : numpy.random.Generator
        Source of the phases.
    """
    n = int(np.ceil((stop_s - start_s) * GRID_HZ)) + 1
    # Twice the length, of which the first half is kept: the transform is periodic, a record is not.
    hertz = np.arange(n + 1, dtype=np.float64) * (GRID_HZ / (2 * n))
    lf = _draw_series(_gaussian_peak(hertz, rhythm.lf_hz), n, rng)
    respiration = _draw_series(_gaussian_peak(hertz, rhythm.hf_hz), n, rng)
    in_band = (hertz >= SLOWEST_HZ) & (hertz <= SLOW_END_HZ)
    slow = _draw_series(np.divide(1, hertz, where=in_band, out=np.zeros_like(hertz)), n, rng)
    deviation = rhythm.lf_sd * lf + rhythm.hf_sd * respiration + rhythm.slow_sd * slow
    rr_s = np.clip(rhythm.mean_rr_s * (1 + deviation), SHORTEST_RR_S, LONGEST_RR_S)
    return SinusSeries(start_s, rr_s, respiration)


def _gaussian_peak(hertz: NDArray[np.float64], centre: float) -> NDArray[np.float64]:
    return np.exp(-0.5 * ((hertz - centre) / PEAK_WIDTH_HZ) ** 2)


def _draw_series(
    power: NDArray[np.float64], n: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Draw `n` samples with this power spectrum and SD 1 over the whole period."""
    phases = np.exp(2j * np.pi * rng.random(len(power)))
    series = np.fft.irfft(np.sqrt(power) * phases)
    deviation = series.std()
    if deviation == 0:  # a record too short to hold one cycle of this part
        return np.zeros(n)
    return np.asarray(series[:n] / deviation)
