"""Make synthetic abnormal beats from normal ones: supraventricular, ventricular and fusion."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.config.pipeline_schema import SynthesisConfig
from ecg_anomaly.features.beat_context import BeatsInContext, replace_rows
from ecg_anomaly.features.p_wave import around_p_wave
from ecg_anomaly.features.synthesis.rhythm_changes import (
    make_premature,
    sustain_rhythm,
)
from ecg_anomaly.features.synthesis.shape_changes import change_p_wave, widen_beats
from ecg_anomaly.features.synthesis.synthetic_rhythms import SyntheticBeats, put_in_runs


def make_anomalies(
    normal: BeatsInContext,
    config: SynthesisConfig,
    window: BeatWindow,
    rng: np.random.Generator,
) -> SyntheticBeats:
    """Make one anomalous beat from each normal beat.

    Parameters
    ----------
    normal : BeatsInContext
        Normal beats of many subjects, in any order.
    config : SynthesisConfig
        Shares of the kinds.
    window : BeatWindow
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    SyntheticBeats
        Supraventricular (early, another P wave), ventricular (wide, mostly early, no P wave) and
        fusion beats (a mixture, on time).
    """
    n = len(normal)
    shares = (config.supraventricular, config.ventricular, config.fusion)
    kind = rng.choice(np.array(["S", "V", "F"]), size=n, p=np.array(shares) / sum(shares))
    intervals, rhythm = make_premature((normal.intervals, normal.rhythm), *_timing(kind, rng), rng)
    waveform = _change_shapes(normal, kind, intervals.previous_s, window, rng)
    synthetic = replace(normal, waveform=waveform, intervals=intervals, rhythm=rhythm)
    chance = np.select([kind == "S", kind == "V"], [config.run, 0.4 * config.run], 0.0)
    synthetic = put_in_runs(synthetic, kind, chance, config, window, rng)
    lasting = np.flatnonzero((kind == "S") & (rng.random(n) < config.sustained))
    synthetic = replace_rows(synthetic, lasting, _sustain(synthetic, normal, lasting, window, rng))
    return SyntheticBeats(synthetic, kind, np.arange(n))


def _timing(
    kind: NDArray[np.str_], rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Log shortening before and log lengthening after, by kind."""
    n = len(kind)
    ventricular = rng.uniform(0, 0.7, n) * (rng.random(n) < 0.8)
    earlier = np.select(
        [kind == "S", kind == "V"],
        [rng.uniform(0.08, 0.6, n), ventricular],
        rng.uniform(-0.03, 0.12, n),
    )
    small, large = rng.uniform(0, 0.25, n), rng.uniform(0, 0.6, n) * (kind == "V")
    return earlier, np.where(rng.random(n) < 0.6, small, large)


def _change_shapes(
    normal: BeatsInContext,
    kind: NDArray[np.str_],
    interval_s: NDArray[np.float64],
    window: BeatWindow,
    rng: np.random.Generator,
) -> NDArray[np.float32]:
    """Give beats the shape of their kind, for a new interval to the beat before."""
    n, time_s = len(normal), window.time_s
    waves = normal.waveform.astype(np.float64)
    template = normal.history.template.astype(np.float64)
    foreign = template[rng.permutation(n)]
    other = change_p_wave(waves, template, foreign, interval_s, kind == "V", time_s, rng)
    waves = np.where((kind != "F")[:, None, None], other, waves)
    waves[kind == "S"] *= rng.uniform(0.85, 1.1, size=((kind == "S").sum(), 1, 1))
    share = np.select([kind == "V", kind == "F"], [1.0, rng.uniform(0.3, 0.7, n)], 0.0)
    waves = widen_beats(waves, template, foreign, share, time_s, rng)
    # An absent lead stays absent: activity there would give every synthetic beat away.
    return np.where(normal.waveform.any(axis=1, keepdims=True), waves, 0.0).astype(np.float32)


def _sustain(
    synthetic: BeatsInContext,
    normal: BeatsInContext,
    rows: NDArray[np.intp],
    window: BeatWindow,
    rng: np.random.Generator,
) -> BeatsInContext:
    """Change early beats and their context into those of a tachycardia that has lasted for minutes.

    All beats of the last minutes resemble them: the template changes as the beat was changed.
    """
    beats, before = synthetic.select(rows), normal.select(rows)
    earlier = rng.uniform(0.2, 0.9, len(rows))
    intervals, rhythm = sustain_rhythm((beats.intervals, beats.rhythm), earlier, rng)
    around, _ = around_p_wave(window)
    change = beats.waveform - before.waveform
    history = replace(
        before.history,
        template=before.history.template + change,
        recent_p=before.history.template[:, around] + change[:, around],
    )
    return replace(beats, intervals=intervals, rhythm=rhythm, history=history, hour=before.hour)
