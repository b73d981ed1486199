"""Put recorded beats into other rhythms: runs of early beats, another rate, atrial fibrillation."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.config.pipeline_schema import SynthesisConfig
from ecg_anomaly.features.beat_context import BeatsInContext, concatenate_contexts, replace_rows
from ecg_anomaly.features.p_wave import around_p_wave
from ecg_anomaly.features.rhythm_context import Intervals, RhythmContext
from ecg_anomaly.features.synthesis.fibrillation import simulate_fibrillation
from ecg_anomaly.features.synthesis.rhythm_changes import (
    change_rate,
    end_run,
    join_run,
    sustain_rhythm,
)


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


def make_runs(
    abnormal: BeatsInContext,
    aami: NDArray[np.str_],
    config: SynthesisConfig,
    window: BeatWindow,
    rng: np.random.Generator,
) -> SyntheticBeats:
    """Put labelled early beats into runs of such beats, one copy of each chosen beat.

    Parameters
    ----------
    abnormal : BeatsInContext
        n labelled abnormal beats.
    aami : (n,) str
        Their AAMI classes; only S and V are put into runs.
    config : SynthesisConfig
        Share of beats that are chosen, and of long runs.
    window : BeatWindow
    rng : numpy.random.Generator
        Source of chance.
    """
    early = abnormal.intervals.previous_s < 0.95 * abnormal.rhythm.mean_s
    rows = np.flatnonzero(np.isin(aami, ["S", "V"]) & early & (rng.random(len(aami)) < config.run))
    beats = abnormal.select(rows)
    synthetic = put_in_runs(beats, aami[rows], np.ones(len(rows)), config, window, rng)
    return SyntheticBeats(synthetic, aami[rows], rows)


def make_rhythms(
    normal: BeatsInContext, config: SynthesisConfig, rng: np.random.Generator
) -> SyntheticBeats:
    """Put normal beats into another rate, for seconds or minutes, and after runs: all normal."""
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
    beats = simulate_fibrillation(normal.select(rows), window, rng)
    return SyntheticBeats(beats, np.full(len(rows), "N"), rows)


def put_in_runs(
    synthetic: BeatsInContext,
    kind: NDArray[np.str_],
    chance: NDArray[np.float64],
    config: SynthesisConfig,
    window: BeatWindow,
    rng: np.random.Generator,
) -> BeatsInContext:
    """Move some early beats into runs; in a long run the recent P wave is that of the beat.

    Parameters
    ----------
    synthetic : BeatsInContext
        n beats.
    kind : (n,) str
        Their AAMI classes.
    chance : (n,) float64
        Probability of each early beat to be moved.
    config, window, rng
        As for `make_runs`.

    Returns
    -------
    BeatsInContext
        All n beats, those in runs changed.
    """
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


def _speed_up(
    rhythm: tuple[Intervals, RhythmContext], rng: np.random.Generator
) -> tuple[Intervals, RhythmContext]:
    """Raise the heart rate for minutes, as in exercise: the P wave stays."""
    return sustain_rhythm(rhythm, rng.uniform(0.05, 0.6, len(rhythm[0].previous_s)), rng)
