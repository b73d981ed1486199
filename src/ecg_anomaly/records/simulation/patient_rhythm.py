"""Draw the rhythm of a simulated patient: sinus intervals, and spells of another rhythm.

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

#: Mean length of a spell in s; spells and what lies between them have exponential lengths.
MEAN_SPELL_S = 40.0


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


@dataclass(frozen=True)
class SpellTimes:
    """SpellTimes of one kind, which never overlap.

    Attributes
    ----------
    edges_s : tuple of float
        Ascending: the start of the first spell, its end, the start of the next one, and so on.
    """

    edges_s: tuple[float, ...] = ()

    def hold(self, time_s: float) -> bool:
        """Tell whether a moment lies in a spell."""
        return bool(np.searchsorted(self.edges_s, time_s, side="right") % 2)


def draw_spells(
    share: float, start_s: float, stop_s: float, rng: np.random.Generator
) -> SpellTimes:
    """Draw spells that take up a share of the time.

    Parameters
    ----------
    share : float
        0 for none, 1 for a single spell of the whole recording.
    start_s, stop_s : float
        The recording in s; the last spell may end later.
    rng : numpy.random.Generator
        Source of chance; not used where `share` is 0 or 1.
    """
    if share <= 0:
        return SpellTimes()
    if share >= 1:
        return SpellTimes((start_s,))
    between_s = MEAN_SPELL_S * (1 - share) / share
    edges = [start_s] if rng.random() < share else [start_s + rng.exponential(between_s)]
    while edges[-1] < stop_s:
        in_spell = len(edges) % 2 == 1
        edges.append(edges[-1] + rng.exponential(MEAN_SPELL_S if in_spell else between_s))
    return SpellTimes(tuple(edges))
