"""What the patient's last minutes say: the usual beat, and how far beats usually lie from it."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.config.pipeline_schema import FeaturesConfig, PreprocessConfig
from ecg_anomaly.features.recent_values import history_bounds
from ecg_anomaly.features.span_summary import summarise_spans
from ecg_anomaly.features.window_parts import part_distances as part_distances


@dataclass(frozen=True)
class History:
    """The past as seen from each beat. First axis n, one row per beat.

    Attributes
    ----------
    regular : (n, window, n_leads) float32
        Median of the readable beats of the last minutes without premature ones, in units of
        `amplitude`: what a regular beat looks like even in the middle of a run of other ones.
    usual_p : (n, window of `p_wave.around_p_wave`, n_leads) float32
        Median of all readable beats around their P wave; nothing asks for the rest of it.
    amplitude : (n, n_leads) float32
        Median peak-to-peak amplitude of the QRS complex in mV.
    part_distance : (n, n_leads, 3) float32
        Median log distance of regular beats from `regular` in each of `PARTS`.
    p_noise : (n, n_leads) float32
        Median energy of the differences in the P wave.
    p_match, p_spread : (n, n_leads) float32
        Median and median absolute deviation of the P wave's match.
    """

    regular: NDArray[np.float32]
    usual_p: NDArray[np.float32]
    amplitude: NDArray[np.float32]
    part_distance: NDArray[np.float32]
    p_noise: NDArray[np.float32]
    p_match: NDArray[np.float32]
    p_spread: NDArray[np.float32]

    def divide(self, waveform: NDArray[np.float32]) -> NDArray[np.float32]:
        """Divide beats in mV, ``(n, window, n_leads)``, by the amplitude of each lead."""
        # As long rows: fast.
        amplitude = np.repeat(self.amplitude[:, None], waveform.shape[1], axis=1)
        return np.asarray(waveform / amplitude, np.float32)

    def select(self, rows: NDArray[Any]) -> "History":
        """Return the history of some beats."""
        return History(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})


def look_back(
    waveform: NDArray[np.float32],
    readable: NDArray[np.bool_],
    premature: NDArray[np.bool_],
    time_s: NDArray[np.float64],
    features: FeaturesConfig,
    preprocess: PreprocessConfig,
    start_s: float | None = None,
    since: int = 0,
) -> History:
    """Summarise the last minutes before each beat of a record.

    Parameters
    ----------
    waveform : (n, window, n_leads) float32
        Beats in order, mV.
    readable, premature : (n,) bool
        Beats that may enter a median, and those that may not enter that of regular beats.
    time_s : (n,) float64
        R peaks in s.
    features : FeaturesConfig
        ``history_s``, at most ``history_beats`` of it, renewed every ``history_update_beats``.
    preprocess : PreprocessConfig
        Gives the window.
    start_s : float, optional
        First R peak of the record, when it is not the first one given.
    since : int
        Beats at the start that are looked back at and not asked for.

    Returns
    -------
    History
        Of the n - `since` last beats. Those of the learning period, the first ``history_s``,
        share one summary of it.
    """
    first, end = history_bounds(time_s, features.history_s, start_s)
    step = features.history_update_beats
    skipped = since // step * step
    spans = np.column_stack([first[skipped::step], end[skipped::step]])
    renewed = np.ones(len(spans), dtype=bool)
    renewed[1:] = (spans[1:] != spans[:-1]).any(axis=1)
    found = summarise_spans(waveform, readable, premature, spans[renewed], features, preprocess)
    rows = np.repeat(np.cumsum(renewed) - 1, step)[since - skipped : len(waveform) - skipped]
    return History(**found).select(rows)
