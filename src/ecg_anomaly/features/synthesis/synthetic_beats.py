"""Make synthetic beats from recorded ones: anomalies, and normal beats in unusual rhythms."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.config.pipeline_schema import SynthesisConfig
from ecg_anomaly.features.beat_context import BeatsInContext, concatenate_contexts
from ecg_anomaly.features.p_wave import around_p_wave
from ecg_anomaly.features.rhythm_context import Intervals, RhythmContext
from ecg_anomaly.features.synthesis.fibrillation import fibrillate
from ecg_anomaly.features.synthesis.rhythm_changes import (
    change_rate,
    come_early,
    end_run,
    join_run,
    last_long,
)
from ecg_anomaly.features.synthesis.shape_changes import change_p_wave, widen_beats


@dataclass(frozen=True)
class SyntheticBeats:
    """Synthetic beats.

    Attributes
    ----------
    beats : BeatsInContext
        The beats with the context they were made for.
    aami : (n,) str
        The class each stands for.
    origin : (n,) int
        Row of the beat each was made from.
    """

    beats: BeatsInContext
    aami: NDArray[np.str_]
    origin: NDArray[np.intp]


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
    intervals, rhythm = come_early((normal.intervals, normal.rhythm), *_timing(kind, rng), rng)
    waveform = _change_shapes(normal, kind, intervals.previous_s, window, rng)
    synthetic = replace(normal, waveform=waveform, intervals=intervals, rhythm=rhythm)
    chance = np.select([kind == "S", kind == "V"], [config.run, 0.4 * config.run], 0.0)
    synthetic = _put_in_runs(synthetic, kind, chance, config, window, rng)
    lasting = np.flatnonzero((kind == "S") & (rng.random(n) < config.sustained))
    synthetic = replace_rows(synthetic, lasting, _sustain(synthetic, normal, lasting, window, rng))
    return SyntheticBeats(synthetic, kind, np.arange(n))


def make_runs(
    abnormal: BeatsInContext,
    aami: NDArray[np.str_],
    config: SynthesisConfig,
    window: BeatWindow,
    rng: np.random.Generator,
) -> SyntheticBeats:
    """Put labelled early beats into runs of their like, one copy of each chosen beat."""
    early = abnormal.intervals.previous_s < 0.95 * abnormal.rhythm.mean_s
    rows = np.flatnonzero(np.isin(aami, ["S", "V"]) & early & (rng.random(len(aami)) < config.run))
    beats = abnormal.select(rows)
    synthetic = _put_in_runs(beats, aami[rows], np.ones(len(rows)), config, window, rng)
    return SyntheticBeats(synthetic, aami[rows], rows)


def make_rhythms(
    normal: BeatsInContext, config: SynthesisConfig, rng: np.random.Generator
) -> SyntheticBeats:
    """Put normal beats into another rate, for a while or for long, and after runs: all normal."""
    draw = rng.random(len(normal))
    parts = []
    edges = np.cumsum([0.0, config.rate_change, config.pause, config.sustained])
    for change, low, high in zip(
        (change_rate, end_run, _speed_up), edges[:-1], edges[1:], strict=True
    ):
        rows = np.flatnonzero((draw >= low) & (draw < high))
        beats = normal.select(rows)
        intervals, rhythm = change((beats.intervals, beats.rhythm), rng)
        parts.append((replace(beats, intervals=intervals, rhythm=rhythm), rows))
    beats = concatenate_contexts([part for part, _ in parts])
    return SyntheticBeats(
        beats, np.full(len(beats), "N"), np.concatenate([rows for _, rows in parts])
    )


def make_fibrillation(
    normal: BeatsInContext,
    config: SynthesisConfig,
    window: BeatWindow,
    rng: np.random.Generator,
) -> SyntheticBeats:
    """Put normal beats into atrial fibrillation: early without a P wave, and still normal."""
    rows = np.flatnonzero(rng.random(len(normal)) < config.fibrillation)
    beats = fibrillate(normal.select(rows), window, rng)
    return SyntheticBeats(beats, np.full(len(rows), "N"), rows)


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


def _put_in_runs(
    synthetic: BeatsInContext,
    kind: NDArray[np.str_],
    chance: NDArray[np.float64],
    config: SynthesisConfig,
    window: BeatWindow,
    rng: np.random.Generator,
) -> BeatsInContext:
    """Move some early beats into runs; in a long run the recent beat looks like them."""
    early = synthetic.intervals.previous_s < 0.95 * synthetic.rhythm.mean_s
    rows = np.flatnonzero((rng.random(len(kind)) < chance) & early)
    inside = synthetic.select(rows)
    intervals, rhythm = join_run((inside.intervals, inside.rhythm), rng)
    recent_p = inside.history.recent_p.copy()
    long_run = (kind[rows] == "S") & (rng.random(len(rows)) < config.long_run)
    around, _ = around_p_wave(window)
    recent_p[long_run] = inside.waveform[long_run][:, around]
    history = replace(inside.history, recent_p=recent_p)
    run = replace(inside, intervals=intervals, rhythm=rhythm, history=history)
    return replace_rows(synthetic, rows, run)


def _sustain(
    synthetic: BeatsInContext,
    normal: BeatsInContext,
    rows: NDArray[np.intp],
    window: BeatWindow,
    rng: np.random.Generator,
) -> BeatsInContext:
    """Let early beats be those of a tachycardia that has lasted for minutes.

    All beats of the last minutes look like them: the template changes as the beat was changed.
    """
    beats, before = synthetic.select(rows), normal.select(rows)
    earlier = rng.uniform(0.2, 0.9, len(rows))
    intervals, rhythm = last_long((beats.intervals, beats.rhythm), earlier, rng)
    around, _ = around_p_wave(window)
    change = beats.waveform - before.waveform
    history = replace(
        before.history,
        template=before.history.template + change,
        recent_p=before.history.template[:, around] + change[:, around],
    )
    return replace(beats, intervals=intervals, rhythm=rhythm, history=history, hour=before.hour)


def _speed_up(
    rhythm: tuple[Intervals, RhythmContext], rng: np.random.Generator
) -> tuple[Intervals, RhythmContext]:
    """Let the heart beat faster for minutes, as in exercise: the P wave stays."""
    return last_long(rhythm, rng.uniform(0.05, 0.6, len(rhythm[0].previous_s)), rng)


def replace_rows(
    beats: BeatsInContext, rows: NDArray[np.intp], others: BeatsInContext
) -> BeatsInContext:
    """Put other beats in the place of some."""
    rest = np.setdiff1d(np.arange(len(beats)), rows)
    order = np.argsort(np.concatenate([rest, rows]), kind="stable")
    return concatenate_contexts([beats.select(rest), others]).select(order)
