"""Rate the noise of new beats of many recordings in progress, given what is kept of the last ones.

The beats of a recording are rated one after the other, each of them with those of the other
recordings that are as many beats ahead.
"""

from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_quality import MEDIAN_BEATS, NoiseLimits
from ecg_anomaly.beats.beat_window import WindowPlaces
from ecg_anomaly.beats.filters import FilteredLead
from ecg_anomaly.beats.next_beat_noise import measure_next, measure_past
from ecg_anomaly.beats.readability import REASON_TYPE, Values
from ecg_anomaly.beats.window_cutting import Rated
from ecg_anomaly.config.pipeline_schema import PreprocessConfig
from ecg_anomaly.detector.kept_noise import KeptNoise
from ecg_anomaly.detector.stream_cutter import StreamCutter

#: New beats of a recording up to which rating one after the other takes less time.
MOST_IN_TURN = 3


def rate_in_turn(
    lead: FilteredLead,
    places: WindowPlaces,
    new: Sequence[tuple[StreamCutter, NDArray[np.int64]]],
    leads: tuple[int, ...],
) -> Rated:
    """Rate the noise of the new beats of some recordings, and keep what the next ones depend on.

    Parameters
    ----------
    lead : FilteredLead
        The leads of all recordings, concatenated. Nothing is missing.
    places : WindowPlaces
        Where the beats lie in it: recording by recording, lead by lead.
    new : sequence of (StreamCutter, (n,) int64)
        Recordings, and the R peaks of their new beats, at least one of each.
    leads : tuple of int
        Leads of each recording.

    Returns
    -------
    Rated
        Of the new beats, in the order of `places`.
    """
    config, cutters = new[0][0].scorer.preprocess, [cutter for cutter, _ in new]
    rate = partial(_rate_next, lead.signal, places.r_peak, config)
    counts, n_leads = np.array([len(sample) for _, sample in new]), len(leads)
    own = np.flatnonzero(places.inside)
    begin = (np.cumsum(counts) - counts) * n_leads
    rows = begin[:, None] + counts[:, None] * np.arange(n_leads)
    past = _recall(lead, places.r_peak, own[rows], cutters, leads)
    if len(own) == rows.size:  # one of each recording, as nearly always
        noise, quality, past = rate(own, past)
    else:
        noise, quality = np.full(len(own), "", REASON_TYPE), np.empty(len(own), np.float32)
        for turn in range(counts.max()):
            some = np.flatnonzero(counts > turn)
            mine = (rows[some] + turn).ravel()
            noise[mine], quality[mine], past[some] = rate(own[mine], past[some])
    for (cutter, sample), kept in zip(new, past, strict=True):
        cutter.noise = KeptNoise(int(sample[-1]), leads, kept)
    return noise, quality


def _rate_next(
    lead: Values,
    r_peak: NDArray[np.int64],
    config: PreprocessConfig,
    own: NDArray[np.intp],
    past: Values,
) -> tuple[NDArray[np.str_], Values, Values]:
    """Rate one beat of each of some recordings; return also what those after them depend on."""
    measured, new = measure_next(lead, r_peak, own, past.reshape(len(own), -1), config.fs)
    noise, quality = measured.name_and_rate(NoiseLimits.from_config(config))
    newest = slice(MEDIAN_BEATS - 1, None, MEDIAN_BEATS)  # those before were for these to be rated
    return noise[newest], quality[newest], new.reshape(past.shape)


def _recall(
    lead: FilteredLead,
    r_peak: NDArray[np.int64],
    first: NDArray[np.intp],
    cutters: Sequence[StreamCutter],
    leads: tuple[int, ...],
) -> Values:
    """Return what the first beats depend on, (n_recordings, n_leads, k), measured anew if need be.

    Their rows among the R peaks are `first`, (n_recordings, n_leads).
    """
    kept = [c.noise.after(c.last_cut, leads) if c.noise else None for c in cutters]
    lacking = [place for place, past in enumerate(kept) if past is None]
    if not lacking:
        return np.stack([past for past in kept if past is not None])
    fs = cutters[0].scorer.preprocess.fs
    found = measure_past(lead.signal, r_peak, first[lacking].ravel(), fs)
    fresh = iter(found.reshape(len(lacking), len(leads), -1))
    return np.stack([next(fresh) if past is None else past for past in kept])
