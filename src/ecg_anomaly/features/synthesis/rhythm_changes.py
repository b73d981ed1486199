"""Change the rhythm around beats: early beats, runs, another rate, pauses."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.features.rhythm_context import RR_LIMITS_S, Intervals, RhythmContext

Rhythm = tuple[Intervals, RhythmContext]


def make_premature(
    rhythm: Rhythm,
    earlier: NDArray[np.float64],
    pause: NDArray[np.float64],
    rng: np.random.Generator,
) -> Rhythm:
    """Make beats premature, and lengthen the interval after them.

    Parameters
    ----------
    rhythm : Intervals, RhythmContext
        Of the beats as they were.
    earlier, pause : (n,) float64
        Logarithm by which the interval before shortens, and the one after lengthens.
    rng : numpy.random.Generator
        Other early beats in the minutes before are drawn for some.
    """
    intervals, context = rhythm
    new = _intervals(intervals.previous_s * np.exp(-earlier), intervals.next_s * np.exp(pause))
    ratio = np.log(new.previous_s / context.mean_s)
    n = len(earlier)
    others = (rng.random(n) < 0.4) & (ratio < 0)
    low = np.where(others, np.minimum(context.low, ratio * rng.uniform(0.6, 1.1, n)), context.low)
    uneven = np.where(rng.random(n) < 0.5, _irregularity(rng, n, -1.0, 2.3), context.irregularity)
    return new, replace(context, low=low, irregularity=uneven)


def join_run(rhythm: Rhythm, rng: np.random.Generator) -> Rhythm:
    """Put early beats into a run: only the mean of the last minutes shows that they are early."""
    intervals, context = rhythm
    rr, n = intervals.previous_s, len(intervals.previous_s)
    ratio = np.log(rr / context.mean_s)
    goes_on = rng.random(n) < 0.75
    after = np.where(goes_on, ratio + rng.normal(0, 0.05, n), rng.uniform(0.2, 0.8, n))
    around = _around(rr, context.mean_s, ratio, context, rng)
    return _intervals(rr, context.mean_s * np.exp(after)), around


def change_rate(rhythm: Rhythm, rng: np.random.Generator) -> Rhythm:
    """Change the rate of normal beats for good: early against the mean, and still normal."""
    intervals, context = rhythm
    rr, n = intervals.previous_s, len(intervals.previous_s)
    change = rng.uniform(-0.6, 0.1, n)
    mean = rr * np.exp(-(change + rng.normal(0, 0.04, n)))
    goes_on = rng.random(n) < 0.85
    after = np.where(goes_on, change + rng.normal(0, 0.05, n), rng.uniform(0.2, 0.8, n))
    ratio = np.minimum(np.log(rr / mean), 0.0)
    context = replace(context, hour_mean_s=mean * np.exp(rng.normal(0, 0.1, n)))
    return _intervals(rr, mean * np.exp(after)), _around(rr, mean, ratio, context, rng)


def sustain_rhythm(
    rhythm: Rhythm, earlier: NDArray[np.float64], rng: np.random.Generator
) -> Rhythm:
    """Put beats into a regular rhythm that has lasted for minutes: only the last hour was slower.

    Parameters
    ----------
    rhythm : Intervals, RhythmContext
        Of the beats as they were.
    earlier : (n,) float64
        Logarithm by which the intervals are shorter than the mean of the last hour.
    rng : numpy.random.Generator
        Source of chance.
    """
    _, context = rhythm
    n = len(earlier)
    rr = context.hour_mean_s * np.exp(-earlier)

    def about(error: float) -> NDArray[np.float64]:
        return rr * np.exp(rng.normal(0, error, n))

    reached = rng.random(n) < 0.7  # the rhythm has lasted for a tenth of the hour
    low = np.minimum(context.hour_low, -earlier * rng.uniform(0.8, 1.0, n))
    lasting = RhythmContext(
        mean_s=about(0.05),
        local_s=about(0.03),
        before_s=about(0.03),
        irregularity=_irregularity(rng, n, -1.0, 1.0),
        low=-rng.uniform(0.0, 0.1, n),
        high=rng.uniform(0.0, 0.3, n),
        hour_mean_s=context.hour_mean_s,
        hour_low=np.where(reached, low, context.hour_low),
        hour_high=context.hour_high,
    )
    return _intervals(about(0.03), about(0.03)), lasting


def end_run(rhythm: Rhythm, rng: np.random.Generator) -> Rhythm:
    """Put normal beats after a run of early ones: late against mean and median, still normal."""
    intervals, context = rhythm
    rr, n = intervals.previous_s, len(intervals.previous_s)
    late = rng.uniform(0.1, 0.8, n)
    mean = rr * np.exp(-late)
    starts = rng.random(n) < 0.5
    after = np.where(starts, -rng.uniform(0.1, 0.4, n), late + rng.normal(0, 0.1, n))
    context = RhythmContext(
        mean_s=mean,
        local_s=mean * np.exp(-rng.uniform(0, 0.35, n)),
        before_s=mean * np.exp(-rng.uniform(0, 0.35, n)),
        irregularity=_irregularity(rng, n, 0.0, 2.0),
        low=rng.uniform(-0.4, -0.1, n),
        high=late - rng.uniform(0, 0.1, n),
        hour_mean_s=mean * np.exp(rng.normal(0, 0.1, n)),
        hour_low=context.hour_low,
        hour_high=context.hour_high,
    )
    return _intervals(rr, mean * np.exp(after)), context


def _around(
    rr: NDArray[np.float64],
    mean: NDArray[np.float64],
    ratio: NDArray[np.float64],
    context: RhythmContext,
    rng: np.random.Generator,
) -> RhythmContext:
    """Draw a context whose last beats have the interval `rr`, and whose minutes the mean `mean`."""
    n = len(rr)
    return RhythmContext(
        mean_s=mean,
        local_s=rr * np.exp(rng.normal(0, 0.05, n)),
        before_s=rr * np.exp(rng.normal(0, 0.05, n)),
        irregularity=_irregularity(rng, n, -0.5, 2.0),
        low=ratio - 0.02,
        high=rng.uniform(0.05, 0.7, n),
        hour_mean_s=context.hour_mean_s,
        hour_low=context.hour_low,
        hour_high=context.hour_high,
    )


def _irregularity(rng: np.random.Generator, n: int, low: float, high: float) -> NDArray[np.float64]:
    """Draw spreads whose feature ``log(x + 0.01) + 3`` is uniform."""
    return np.maximum(np.exp(rng.uniform(low, high, n) - 3.0) - 0.01, 0.0)


def _intervals(previous_s: NDArray[np.float64], next_s: NDArray[np.float64]) -> Intervals:
    return Intervals(np.clip(previous_s, *RR_LIMITS_S), np.clip(next_s, *RR_LIMITS_S))
