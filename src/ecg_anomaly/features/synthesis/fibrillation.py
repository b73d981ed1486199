"""Atrial fibrillation around normal beats: no P wave in any beat, and no regular rhythm.

An early beat without a P wave is an anomaly, but not in atrial fibrillation, where no beat has one
and none comes on time. A network that never saw it would flag every short interval there. No
ventricular rate control is modelled and the fibrillation of the atria is one sine wave.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_window import PARTS, BeatWindow
from ecg_anomaly.features.beat_context import BeatsInContext, History
from ecg_anomaly.features.p_wave import around_p_wave, match_p_wave, p_wave_residual
from ecg_anomaly.features.rhythm_context import RR_LIMITS_S, Intervals, RhythmContext
from ecg_anomaly.features.synthesis.random_waves import Waves, uniform
from ecg_anomaly.features.synthesis.shape_changes import cut_p_wave
from ecg_anomaly.features.window_sums import part_distances

#: Standard deviation of log RR intervals, drawn between.
SPREAD = (0.12, 0.4)

#: What stays of P waves in the template: standard deviation, as a share of another subject's.
REMAINDER = 0.25

#: Rate of the atria in Hz, drawn between, and standard deviation of the amplitude.
RATE_HZ, AMPLITUDE = (4.0, 9.0), 0.05


def simulate_fibrillation(
    normal: BeatsInContext, window: BeatWindow, rng: np.random.Generator
) -> BeatsInContext:
    """Change normal beats and their context into those of atrial fibrillation.

    Parameters
    ----------
    normal : BeatsInContext
        Normal beats of many subjects.
    window : BeatWindow
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    BeatsInContext
        The same beats without P wave, each at a random interval, in a past to match. An absent
        lead stays absent.
    """
    time_s = window.time_s
    template = normal.history.template.astype(np.float64)
    p_wave = cut_p_wave(template, time_s)
    n, _, n_leads = template.shape
    present = normal.waveform.any(axis=1, keepdims=True) & template.any(axis=1, keepdims=True)
    remainder = p_wave[rng.permutation(n)] * rng.normal(0, REMAINDER, (n, 1, n_leads))
    taken = np.where(present, p_wave - remainder, 0.0)
    waves = normal.waveform - taken + present * _draw_atria(template.shape, time_s, rng)
    around, _ = around_p_wave(window)
    past = replace(
        normal.history,
        template=(template - taken).astype(np.float32),
        recent_p=(normal.history.recent_p - taken[:, around]).astype(np.float32),
    )
    waveform = waves.astype(np.float32)
    history = _match_history(waveform, past, window, rng)
    intervals, rhythm = _scatter(normal.rhythm, rng)
    return replace(normal, waveform=waveform, intervals=intervals, rhythm=rhythm, history=history)


def _draw_atria(
    shape: tuple[int, ...], time_s: NDArray[np.float64], rng: np.random.Generator
) -> Waves:
    n, _, n_leads = shape
    each = (n, 1, n_leads)
    angle = uniform(rng, *RATE_HZ, (n, 1, 1)) * time_s[None, :, None] + rng.random(each)
    return np.abs(rng.normal(0, AMPLITUDE, each)) * np.sin(2 * np.pi * angle)


def _match_history(
    waves: NDArray[np.float32],
    past: History,
    window: BeatWindow,
    rng: np.random.Generator,
) -> History:
    """Draw distances and P wave matches of the past beats that fit the scatter of this one."""
    each = (len(waves), waves.shape[2])
    match = match_p_wave(waves, past.template, window)
    spread = np.abs(match) * uniform(rng, 0.3, 1.0, each)
    noise = p_wave_residual(waves, past.template, 1.0, window)
    now = part_distances(waves, past.template, window)
    distance = np.maximum(past.part_distance, now - np.abs(rng.normal(0, 0.6, now.shape)))
    first = list(PARTS).index("p")
    distance[:, :, first] = now[:, :, first] + rng.normal(0, 0.3, each)
    return replace(
        past,
        part_distance=distance.astype(np.float32),
        p_noise=(noise * np.exp(rng.normal(0, 0.5, each))).astype(np.float32),
        p_match=(match - 3 * (spread + 0.05) * rng.normal(0, 0.4, each)).astype(np.float32),
        p_spread=spread.astype(np.float32),
    )


def _scatter(rhythm: RhythmContext, rng: np.random.Generator) -> tuple[Intervals, RhythmContext]:
    """Draw log-normal intervals, and what such intervals make of the minutes before."""
    mean_s = rhythm.mean_s
    n = len(mean_s)
    spread = uniform(rng, *SPREAD, (n,))

    def draw(share: float = 1.0) -> NDArray[np.float64]:
        return np.clip(mean_s * np.exp(share * spread * rng.standard_normal(n)), *RR_LIMITS_S)

    def about(value: NDArray[np.float64], error: float) -> NDArray[np.float64]:
        return value * np.exp(rng.normal(0, error, n))

    # A difference of two intervals scatters by the square root of 2, a little less in few beats;
    # a tenth of normal numbers lies beyond 1.28 standard deviations.
    context = RhythmContext(
        mean_s=mean_s,
        local_s=draw(0.4),
        before_s=draw(),
        irregularity=about(1.35 * spread, 0.2),
        low=about(-1.28 * spread, 0.1),
        high=about(1.28 * spread, 0.1),
        hour_mean_s=rhythm.hour_mean_s,
        hour_low=rhythm.hour_low,
        hour_high=rhythm.hour_high,
    )
    return Intervals(draw(), draw()), context
