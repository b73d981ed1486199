"""Draw the noise of a recording: baseline wander, mains, muscle, electrode motion, amplifier."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

from ecg_anomaly.records.simulation.waves import LEADS

WANDER_HZ = (0.05, 0.5)
MUSCLE_HZ = (20.0, 120.0)
MOTION_HZ = (0.7, 7.0)
# Of Nyquist: nothing above passes the recorder's own low pass.
USABLE_BAND = 0.9
RAMP_S = 0.5

# Kind -> (share of patients, wander mV, white mV, mains mV, muscle bursts per minute,
# muscle mV, motion bursts per minute, motion mV); each level is drawn from half to all of these.
KINDS = {
    "clean": (0.6, 0.06, 0.006, 0.006, 0.15, 0.06, 0.05, 0.15),
    "ordinary": (0.25, 0.14, 0.010, 0.015, 0.6, 0.11, 0.3, 0.35),
    "noisy": (0.15, 0.30, 0.015, 0.040, 1.5, 0.20, 1.0, 0.70),
}
DIFFICULT_KINDS = {
    "clean": (0.4, 0.06, 0.010, 0.010, 0.3, 0.08, 0.1, 0.2),
    "ordinary": (0.35, 0.14, 0.025, 0.025, 1.0, 0.15, 0.5, 0.5),
    "noisy": (0.25, 0.30, 0.045, 0.050, 2.5, 0.25, 1.5, 0.9),
}


@dataclass(frozen=True)
class NoiseLevels:
    """Root mean square amplitudes in mV and rates of bursts.

    Attributes
    ----------
    wander_mv, white_mv, mains_mv : float
        Baseline wander, broadband noise of the amplifier, mains hum; always present.
    mains_hz : float
        50 or 60.
    muscle_per_minute, muscle_mv : float
        Bursts of muscle noise.
    motion_per_minute, motion_mv : float
        Bursts of electrode motion, whose band is that of the QRS and T waves.
    """

    wander_mv: float
    white_mv: float
    mains_mv: float
    mains_hz: float
    muscle_per_minute: float
    muscle_mv: float
    motion_per_minute: float
    motion_mv: float


def draw_noise_levels(rng: np.random.Generator, difficult: bool = True) -> NoiseLevels:
    """Draw the recording conditions of one patient: most are clean or ordinary, a few are bad."""
    kinds = DIFFICULT_KINDS if difficult else KINDS
    shares = [row[0] for row in kinds.values()]
    kind = str(rng.choice(list(kinds), p=shares))
    wander, white, mains, muscle_rate, muscle, motion_rate, motion = (
        level * rng.uniform(0.5, 1.0) for level in kinds[kind][1:]
    )
    mains_hz = float(rng.choice([50.0, 60.0]))
    return NoiseLevels(wander, white, mains, mains_hz, muscle_rate, muscle, motion_rate, motion)


@dataclass(frozen=True)
class Bursts:
    """Times and amplitudes of bursts of noise.

    Attributes
    ----------
    start_s, stop_s : (n,) float64
        Start and end of each burst in s.
    level_mv : (n, n_leads) float64
        Root mean square amplitude on each lead.
    """

    start_s: NDArray[np.float64]
    stop_s: NDArray[np.float64]
    level_mv: NDArray[np.float64]

    def envelope(self, time_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Amplitude (n_samples, n_leads) in mV at the ascending times of one block."""
        out = np.zeros((len(time_s), self.level_mv.shape[1]))
        near = (self.stop_s > time_s[0]) & (self.start_s < time_s[-1])
        for start, stop, level in zip(
            self.start_s[near], self.stop_s[near], self.level_mv[near], strict=True
        ):
            edge = np.minimum(time_s - start, stop - time_s) / RAMP_S
            out += np.clip(edge, 0, 1)[:, None] * level
        return out


def draw_bursts(
    per_minute: float, level_mv: float, duration_s: float, rng: np.random.Generator
) -> Bursts:
    """Draw bursts of 2 to 10 s at random times; one lead usually gets more of it."""
    n = int(rng.poisson(per_minute * duration_s / 60))
    start = np.sort(rng.uniform(0, duration_s, n))
    level = level_mv * rng.uniform(0.5, 1.2, (n, 1)) * rng.uniform(0.15, 1.0, (n, len(LEADS)))
    return Bursts(start, start + rng.uniform(2, 10, n), level)


class BandNoise:
    """Unlimited Gaussian noise of SD 1 in one band, drawn in blocks, independent on each lead.

    Parameters
    ----------
    band_hz : tuple of float
        Lower and upper edge in Hz; the upper one is lowered to what the sampling rate can hold.
    fs : float
        Sampling rate in Hz.
    rng : numpy.random.Generator
        Source of random numbers.
    n_leads : int
        Number of leads.
    """

    def __init__(
        self,
        band_hz: tuple[float, float],
        fs: float,
        rng: np.random.Generator,
        n_leads: int = len(LEADS),
    ) -> None:
        high = min(band_hz[1], USABLE_BAND * fs / 2)
        self._sos = butter(2, (band_hz[0], high), "bandpass", fs=fs, output="sos")
        self._state = np.zeros((len(self._sos), 2, n_leads))
        # The gain for white noise is the bandwidth; a Butterworth of this order has 1.11 of it.
        self._scale = 1 / np.sqrt(1.11 * (high - band_hz[0]) / (fs / 2))
        self._rng = rng
        self._draw_settled(int(fs / band_hz[0]))

    def _draw_settled(self, n: int) -> None:
        while n > 0:
            self.draw(min(n, 100_000))
            n -= 100_000

    def draw(self, n: int) -> NDArray[np.float64]:
        """Draw the next `n` samples, (n, n_leads)."""
        white = self._rng.standard_normal((n, self._state.shape[2]))
        out, self._state = sosfilt(self._sos, white, axis=0, zi=self._state)
        return np.asarray(out * self._scale)


class NoiseSource:
    """All noise of one recording, block after block.

    Parameters
    ----------
    levels : NoiseLevels
        Amplitudes and rates of each kind of noise.
    duration_s, fs : float
        Length in seconds and sampling rate in Hz of the recording. Mains is left out where the
        rate is too low to hold it.
    rng : numpy.random.Generator
        Source of random numbers.
    """

    def __init__(
        self, levels: NoiseLevels, duration_s: float, fs: float, rng: np.random.Generator
    ) -> None:
        self._levels, self._fs, self._next = levels, fs, 0
        self._muscle_bursts = draw_bursts(
            levels.muscle_per_minute, levels.muscle_mv, duration_s, rng
        )
        self._motion_bursts = draw_bursts(
            levels.motion_per_minute, levels.motion_mv, duration_s, rng
        )
        self._mains_share = rng.uniform(0.3, 1.0, len(LEADS)) * np.sqrt(2) * levels.mains_mv
        if levels.mains_hz > USABLE_BAND * fs / 2:
            self._mains_share *= 0
        # One generator each: the noise does not depend on how the recording is cut into blocks.
        bands = (WANDER_HZ, MUSCLE_HZ, MOTION_HZ)
        self._wander, self._muscle, self._motion = (
            BandNoise(band, fs, child) for band, child in zip(bands, rng.spawn(3), strict=True)
        )
        self._rng = rng

    def draw(self, n: int) -> NDArray[np.float64]:
        """Draw the next `n` samples, (n, n_leads) in mV."""
        time_s = (self._next + np.arange(n)) / self._fs
        self._next += n
        noise = self._levels.wander_mv * self._wander.draw(n)
        noise += self._levels.white_mv * self._rng.standard_normal(noise.shape)
        noise += self._muscle_bursts.envelope(time_s) * self._muscle.draw(n)
        noise += self._motion_bursts.envelope(time_s) * self._motion.draw(n)
        hum = np.sin(2 * np.pi * self._levels.mains_hz * time_s)
        return np.asarray(noise + hum[:, None] * self._mains_share)
