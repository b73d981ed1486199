"""Compare a challenger with the champion, metric by metric, by a paired bootstrap over subjects."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ecg_anomaly.evaluation.metrics.bootstrap import draw_weights, percentile_interval
from ecg_anomaly.evaluation.promotion.protocol_scores import FIGURES, ProtocolScores

#: The metric of which less is better, and the name of the row that compares computing time.
FALSE_ALARMS, SLOWDOWN = "false_alarm_rate", "slowdown"

#: Results of a row. A metric that is undefined for both detectors, such as SVEB sensitivity where
#: there is no SVEB, is not measured and does not count.
HELD, BROKEN, NOT_MEASURED = "holds", "breaks", "not measured"


@dataclass(frozen=True)
class GateRow:
    """One metric of both detectors, and whether the challenger stays within the margin.

    Attributes
    ----------
    figure : str
        One of `FIGURES`, or `SLOWDOWN`.
    champion, challenger : float
        The metric over all subjects, NaN where undefined; for `SLOWDOWN` seconds of computing.
    low, high : float
        Interval of the difference, challenger minus champion; for `SLOWDOWN` both are the ratio
        of the seconds, challenger to champion.
    margin : float
        How much worse the challenger may be; for `SLOWDOWN` the largest ratio allowed.
    result : str
        `HELD`, `BROKEN` or `NOT_MEASURED`.
    """

    figure: str
    champion: float
    challenger: float
    low: float
    high: float
    margin: float
    result: str


def compare_figures(
    champion: ProtocolScores,
    challenger: ProtocolScores,
    margins: Mapping[str, float],
    n_samples: int,
    confidence: float,
    seed: int,
) -> list[GateRow]:
    """Compare two detectors, metric by metric, on the same resamples of subjects.

    Both detectors score the same easy and hard subjects, so the interval is that of the difference.
    Where a challenger has no value in a resample and the champion has one, because it calls no beat
    of that class, its value counts as 0.

    Parameters
    ----------
    champion, challenger : ProtocolScores
        Both of the same subjects.
    margins : mapping
        How much worse each of `FIGURES` may be.
    n_samples : int
        Number of resamples.
    confidence : float
        Coverage of the intervals.
    seed : int
        Seed of the resampling.

    Returns
    -------
    list of GateRow
        The margin of a row holds when the whole interval lies on its better side; with fewer than
        two subjects there is no interval, and no margin holds.
    """
    every = np.ones(len(champion.subjects))
    values = champion.figures(every), challenger.figures(every)
    draws: dict[str, list[float]] = {name: [] for name in FIGURES}
    for weight in draw_weights(len(every), n_samples, seed):
        one, two = champion.figures(weight), challenger.figures(weight)
        for name, drawn in draws.items():
            drawn.append(_or_zero(two[name], one[name]) - one[name])
    rows = []
    for name, drawn in draws.items():
        low, high = percentile_interval(drawn, confidence)
        old, new = (value[name] for value in values)
        known = not (np.isnan(old) and np.isnan(new))
        held = high <= margins[name] if name == FALSE_ALARMS else low >= -margins[name]
        held = held or (np.isnan(old) and not np.isnan(new))
        result = (HELD if held else BROKEN) if known else NOT_MEASURED
        rows.append(GateRow(name, old, new, low, high, margins[name], result))
    return rows


def compare_speed(champion_s: float, challenger_s: float, most: float) -> GateRow:
    """Compare the seconds both detectors took for the same recordings; `most` is the ratio allowed.

    The margin breaks as well when the ratio is unknown, because the champion took no time.
    """
    ratio = challenger_s / champion_s if champion_s else float("nan")
    result = HELD if ratio <= most else BROKEN
    return GateRow(SLOWDOWN, champion_s, challenger_s, ratio, ratio, most, result)


def _or_zero(value: float, other: float) -> float:
    return 0.0 if np.isnan(value) and not np.isnan(other) else value
