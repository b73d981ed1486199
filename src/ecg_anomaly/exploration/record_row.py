"""What the summary says about one record."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.signal_quality import SignalQuality
from ecg_anomaly.exploration.labelled_beats import BeatMarks, rr_intervals
from ecg_anomaly.exploration.quality_states import STATES, draw_strip, name_states
from ecg_anomaly.exploration.rounding import round_number, share
from ecg_anomaly.records.record import Record


def describe_record(
    record: Record, beats: BeatMarks, quality: SignalQuality, window_s: float
) -> dict[str, Any]:
    """Describe one record in plain numbers.

    Parameters
    ----------
    record : Record
        A record without samples gets None where there is nothing to measure.
    beats : BeatMarks
        Its labelled beats.
    quality : SignalQuality
        Its signal quality.
    window_s : float
        Length of the windows of `quality`, in s.

    Returns
    -------
    dict
        One row of ``records`` in the summary.
    """
    classes = beats.count_classes()
    states = name_states(quality, amplitudes_in_mv=not record.segment_length)
    missing = int(np.count_nonzero(~np.isfinite(record.signal)))
    return {
        "name": record.name,
        "subject": record.subject,
        "fs": round_number(record.fs),
        "leads": list(record.leads),
        "minutes": round_number(record.duration_s / 60),
        "cut_out": record.segment_length is not None,
        "labelled": record.annotations is not None,
        "n_beats": len(beats.sample),
        "classes": classes,
        "anomalous_share": share(len(beats.sample) - classes["N"], len(beats.sample)),
        "heart_rate_bpm": _describe_heart_rate(rr_intervals(record, beats)),
        "n_samples": int(record.signal.size),
        "n_missing": missing,
        "missing_share": share(missing, record.signal.size),
        "lead_quality": _describe_leads(record, quality),
        "states": _share_states(states),
        "strip": draw_strip(states, window_s),
    }


def _describe_heart_rate(rr_s: NDArray[np.float64]) -> dict[str, float | None] | None:
    rr_s = rr_s[rr_s > 0]
    if not len(rr_s):
        return None
    low, middle, high = np.quantile(60 / rr_s, [0.05, 0.5, 0.95])
    return {"p5": round_number(low), "median": round_number(middle), "p95": round_number(high)}


def _describe_leads(record: Record, quality: SignalQuality) -> list[dict[str, Any]]:
    """Shares as means over windows, levels as medians over the windows that have one."""
    return [
        {
            "lead": lead,
            "missing_share": _mean(quality.missing[:, column]),
            "flat_share": _mean(quality.flat[:, column]),
            "clipped_share": _mean(quality.clipped[:, column]),
            # A level in mV says nothing about amplitudes that may be standardised.
            "noise_mv": None if record.segment_length else _median(quality.noise_mv[:, column]),
            "wander_mv": _median(quality.wander_mv[:, column]),
        }
        for column, lead in enumerate(record.leads)
    ]


def _mean(values: NDArray[np.float32]) -> float | None:
    return round_number(values.mean(dtype=np.float64)) if len(values) else None


def _median(values: NDArray[np.float32]) -> float | None:
    known = values[np.isfinite(values)]
    return round_number(np.median(known), 4) if len(known) else None


def _share_states(states: NDArray[np.int64]) -> dict[str, float | None]:
    """Share of windows whose worst lead is in each state."""
    worst = states.max(axis=1) if states.size else states[:, :0].ravel()
    counts = np.bincount(worst, minlength=len(STATES))
    return {name: share(n, len(worst)) for name, n in zip(STATES.values(), counts, strict=True)}
