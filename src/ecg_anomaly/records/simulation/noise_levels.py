"""How noisy the recording of one patient is."""

from dataclasses import dataclass

import numpy as np

# Kind -> (share of patients, wander mV, white mV, mains mV, muscle bursts per minute,
# muscle mV, motion bursts per minute, motion mV); each level is drawn from half to all of these.
KINDS = {
    "clean": (0.6, 0.06, 0.006, 0.006, 0.15, 0.06, 0.05, 0.15),
    "ordinary": (0.25, 0.14, 0.010, 0.015, 0.6, 0.11, 0.3, 0.35),
    "noisy": (0.15, 0.30, 0.015, 0.040, 1.5, 0.20, 1.0, 0.70),
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


def draw_noise_levels(rng: np.random.Generator) -> NoiseLevels:
    """Draw the recording conditions of one patient: most are clean, a few are bad."""
    shares = [row[0] for row in KINDS.values()]
    kind = str(rng.choice(list(KINDS), p=shares))
    wander, white, mains, muscle_rate, muscle, motion_rate, motion = (
        level * rng.uniform(0.5, 1.0) for level in KINDS[kind][1:]
    )
    mains_hz = float(rng.choice([50.0, 60.0]))
    return NoiseLevels(wander, white, mains, mains_hz, muscle_rate, muscle, motion_rate, motion)
