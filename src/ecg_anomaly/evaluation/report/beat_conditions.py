"""Divide test beats by recording conditions: lead, sampling rate, heart rate, signal quality."""

from collections.abc import Iterable, Mapping
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter

from ecg_anomaly.beats.excerpts import Excerpt
from ecg_anomaly.beats.lead_choice import choose_leads
from ecg_anomaly.beats.record_beats import cut_excerpt
from ecg_anomaly.config.pipeline_schema import PreprocessConfig
from ecg_anomaly.network.beat_scores import BeatScores
from ecg_anomaly.records.lead_names import standard_lead
from ecg_anomaly.records.record import Record

#: Heart rates that divide beats, per minute: bradycardia below the first, tachycardia above both.
RATE_LIMITS = (60.0, 100.0)

#: Number of RR intervals around a beat whose median gives its heart rate.
RATE_BEATS = 11

#: Number of parts of equal size into which beats are divided by their signal quality.
QUALITY_PARTS = 4

#: Most leads, or sampling rates, with a group of their own; all others are one group, `OTHERS`.
MOST_NAMES, OTHERS = 6, "others"

#: For each condition the group of each beat, (n,) int, and the names of the groups in order.
Groups = Mapping[str, tuple[NDArray[np.intp], tuple[str, ...]]]

#: Number of the group of a beat that belongs to none.
NO_GROUP = -1


def group_beats(
    scores: BeatScores,
    records: Iterable[Record],
    leads: list[list[str]],
    config: PreprocessConfig,
) -> Groups:
    """Divide beats by the conditions under which they were recorded.

    Parameters
    ----------
    scores : BeatScores
        Records and samples of the beats; those of a record in ascending order.
    records : iterable of Record
        The records of these beats; one is in memory at a time.
    leads : list of list of str
        Leads of the detector; a record counts for its first one, on which its beats are read.
    config : PreprocessConfig
        Filters and limits of noise.

    Returns
    -------
    mapping
        Keys ``"lead"``, ``"sampling rate"``, ``"heart rate"`` and ``"quality"``. Beats that came
        already cut out have no heart rate and no quality, and belong to none of those groups.
    """
    n = len(scores.score)
    lead, fs = (np.full(n, "", dtype="<U32") for _ in range(2))
    bpm, quality = (np.full(n, np.nan) for _ in range(2))
    for record in records:
        own = np.flatnonzero(scores.record == record.name)
        column = max(choose_leads(record.leads, leads)[0], 0)
        name = record.leads[column] if record.leads else ""
        lead[own], fs[own] = standard_lead(name) or name, f"{record.fs:g} Hz"
        if record.segment_length is None and len(own):
            sample = scores.sample[own]
            bpm[own] = measure_rate(sample / record.fs)
            quality[own] = measure_beat_quality(record, column, sample, config)
    return {
        "lead": _by_name(lead),
        "sampling rate": _by_name(fs),
        "heart rate": _by_limits(bpm, RATE_LIMITS, "{:.0f}", " /min"),
        "quality": _by_limits(quality, _find_limits(quality), "{:.2f}", ""),
    }


def measure_rate(time_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Measure the heart rate around each beat, (n,) in beats per minute; NaN for a single one.

    Parameters
    ----------
    time_s : (n,) float64
        R peaks in s, ascending. A missing beat makes one long interval, which does not move the
        median.
    """
    if len(time_s) < 2:
        return np.full(len(time_s), np.nan)
    rr = np.diff(time_s, prepend=2 * time_s[0] - time_s[1])
    middle = median_filter(rr, RATE_BEATS, mode="nearest")
    return np.asarray(60 / np.maximum(middle, 1e-3))


def measure_beat_quality(
    record: Record, column: int, sample: NDArray[np.int64], config: PreprocessConfig
) -> NDArray[np.float32]:
    """Measure the quality of beats on one lead as ``ecg-anomaly score`` does, annotated or not.

    Preprocessing, in contrast, ignores the noise around an annotated beat, which a person could
    read.

    Parameters
    ----------
    record : Record
    column : int
        Column of the lead.
    sample : (n,) int64
        R peaks, ascending.
    config : PreprocessConfig

    Returns
    -------
    (n,) float32
        From 1, without noise, to 0 for a beat that noise hides.
    """
    excerpt = Excerpt.whole(record.signal[:, [column]])
    return cut_excerpt(excerpt, record.fs, sample, [0], config).quality


def _find_limits(quality: NDArray[np.float64]) -> tuple[float, ...]:
    """Return the limits between parts of equal size; fewer where many beats are equal."""
    known = quality[np.isfinite(quality)]
    shares = np.arange(1, QUALITY_PARTS) / QUALITY_PARTS
    return tuple(np.unique(np.quantile(known, shares)).tolist()) if len(known) else ()


def _by_name(names: NDArray[np.str_]) -> tuple[NDArray[np.intp], tuple[str, ...]]:
    """Divide beats by a name; the rarer names make one group."""
    known, counts = np.unique(names[names != ""], return_counts=True)
    kept = sorted(known[np.argsort(-counts, kind="stable")][:MOST_NAMES].tolist())
    group = np.where(names == "", NO_GROUP, len(kept))
    for place, name in enumerate(kept):
        group[names == name] = place
    return group, (*kept, *([OTHERS] if len(known) > len(kept) else []))


def _by_limits(
    values: NDArray[np.float64], limits: tuple[float, ...], form: str, unit: str
) -> tuple[NDArray[np.intp], tuple[str, ...]]:
    """Divide values: a group holds those from a limit up to, and without, the next."""
    group = np.searchsorted(limits, values, side="right")
    texts = [form.format(limit) for limit in limits]
    between = [f"{low} to {high}{unit}" for low, high in pairwise(texts)]
    if texts:
        names = [f"below {texts[0]}{unit}", *between, f"{texts[-1]}{unit} or more"]
    else:
        names = ["all"]
    return np.where(np.isfinite(values), group, NO_GROUP), tuple(names)
