"""Summarise a subject's heart rate over the last hour before each beat."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.config.pipeline_schema import FeaturesConfig
from ecg_anomaly.features.slot_beats import SlotBeats
from ecg_anomaly.features.slow_history import SlowWindows, find_slow_windows
from ecg_anomaly.features.summary_cache import SummaryCache


@dataclass(frozen=True)
class SlowRates:
    """Mean RR interval in each window of an hour, and logs of 10 % and 90 % quantile over it.

    All arrays are (n_windows,) float64; every slot has the same weight, however many beats it has.
    """

    mean_s: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]

    def select(self, rows: slice) -> "SlowRates":
        """Return the rates of some windows."""
        return SlowRates(self.mean_s[rows], self.low[rows], self.high[rows])


def summarise_rates(slots: SlotBeats, windows: SlowWindows) -> SlowRates:
    """Summarise the mean intervals of the slots of each window."""
    found = np.zeros((windows.n, 3))
    for place, rows in enumerate(windows.rows(slots)):
        mean_s = slots.mean_s[rows]
        found[place] = mean_s.mean(), *np.quantile(mean_s, [0.1, 0.9])
    mean_s, low_s, high_s = found.T
    return SlowRates(mean_s, np.log(low_s / mean_s), np.log(high_s / mean_s))


def find_rates(
    slots: SlotBeats,
    time_s: NDArray[np.float64],
    renewed: NDArray[np.int64],
    features: FeaturesConfig,
    cache: SummaryCache,
) -> tuple[SlowRates, NDArray[np.intp]]:
    """Find the rates of the hour before each beat.

    Parameters
    ----------
    slots, time_s, features
        As for `find_slow_windows`.
    renewed : (n,) int64
        From `renewal_ends`.
    cache : SummaryCache
        Rates found for earlier beats; those of these beats are added.

    Returns
    -------
    rates : SlowRates
    rows : (n,) int
        Which of them each beat has; -1 where its hour is not known.
    """
    found = cache.get("rates", renewed)
    if found is not None:
        return found, np.full(len(renewed), len(found.mean_s) - 1)
    windows = find_slow_windows(slots, time_s, features)
    rates, rows = summarise_rates(slots, windows), windows.of_beat
    newest = slice(rows[-1], rows[-1] + 1) if rows[-1] >= 0 else slice(0)
    cache.put("rates", int(renewed[-1]), rates.select(newest))
    return rates, rows
