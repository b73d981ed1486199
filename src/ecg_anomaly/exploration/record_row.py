"""Make the summary row of a record: length, classes, heart rate, missing values, signal quality."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.missing_samples import find_missing
from ecg_anomaly.beats.readability import CLIPPED, FLAT, IMPLAUSIBLE, MISSING, NOISE, UNCLEAR
from ecg_anomaly.exploration.labelled_beats import BeatMarks, rr_intervals
from ecg_anomaly.exploration.signal_quality import SignalQuality
from ecg_anomaly.exploration.summary_numbers import median, round_number, share
from ecg_anomaly.records.record import Record

#: Letter and name of each state of a window of a lead, the worst last.
STATES = {
    ".": "good",
    "w": "baseline wander",
    "n": "noise",
    "i": "implausible",
    "c": "clipping",
    "f": "flat line",
    "m": "missing samples",
}

#: The letter of `STATES` for each reason why a piece of a lead cannot be read.
STATE_OF_REASON = {
    NOISE: "n", UNCLEAR: "n", IMPLAUSIBLE: "i", CLIPPED: "c", FLAT: "f", MISSING: "m",
}  # fmt: skip

#: Baseline wander above this, in mV, counts as a flaw: P waves are 0.1 to 0.2 mV high.
WANDER_MV = 0.3

#: Most letters of a strip; in a longer record a letter stands for several windows.
MAX_CELLS = 240


def make_record_row(
    record: Record, beats: BeatMarks, quality: SignalQuality, window_s: float
) -> dict[str, Any]:
    """Make the row of one record, with values that JSON can hold.

    Parameters
    ----------
    record : Record
        For a record without samples, values that cannot be measured are None.
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
    classes, states = beats.count_classes(), find_states(quality)
    missing = int(np.count_nonzero(find_missing(record.signal)))
    return {
        "name": record.name,
        "subject": record.subject,
        "fs": round_number(record.fs),
        "leads": list(record.leads),
        "minutes": round_number(record.duration_s / 60),
        "cut_out": record.segment_length is not None,
        "labelled": record.annotations is not None,
        "n_beats": len(beats.sample),
        "n_marks_outside": record.n_marks_outside,
        "notes": list(record.notes),
        "classes": classes,
        "anomalous_share": share(len(beats.sample) - classes["N"], len(beats.sample)),
        "heart_rate_bpm": _describe_heart_rate(rr_intervals(record, beats)),
        "n_samples": int(record.signal.size),
        "n_missing": missing,
        "missing_share": share(missing, record.signal.size),
        "lead_quality": _describe_leads(record, quality),
        "states": _share_states(states),
        "strip": encode_strip(states, window_s),
    }


def _describe_heart_rate(rr_s: NDArray[np.float64]) -> dict[str, float | None] | None:
    rr_s = rr_s[rr_s > 0]
    if not len(rr_s):
        return None
    low, middle, high = np.quantile(60 / rr_s, [0.05, 0.5, 0.95])
    return {"p5": round_number(low), "median": round_number(middle), "p95": round_number(high)}


def _describe_leads(record: Record, quality: SignalQuality) -> list[dict[str, Any]]:
    """Return for each lead the shares of missing samples and of unreadable pieces, and wander."""
    shares = {
        "missing_share": quality.missing,
        "flat_share": quality.share(FLAT),
        "clipped_share": quality.share(CLIPPED),
        "implausible_share": quality.share(IMPLAUSIBLE),
        "noise_share": quality.share(NOISE, UNCLEAR),
    }
    return [
        {
            "lead": lead,
            **{name: round_number(values[column]) for name, values in shares.items()},
            "wander_mv": median(quality.wander_mv[:, column]),
        }
        for column, lead in enumerate(record.leads)
    ]


def _share_states(states: NDArray[np.int64]) -> dict[str, float | None]:
    """Return the share of windows whose worst lead is in each state, by the name of the state."""
    worst = states.max(axis=1) if states.size else states[:, :0].ravel()
    counts = np.bincount(worst, minlength=len(STATES))
    return {name: share(n, len(worst)) for name, n in zip(STATES.values(), counts, strict=True)}


def find_states(quality: SignalQuality) -> NDArray[np.int64]:
    """Find the worst state in each window of each lead.

    Returns
    -------
    (n_windows, n_leads) int64
        Positions in `STATES`.
    """
    letters = list(STATES)
    states = np.where(quality.wander_mv > WANDER_MV, letters.index("w"), 0)
    for name, letter in STATE_OF_REASON.items():
        piece, column = np.nonzero(quality.reason == name)
        for window in quality.windows[piece].T:
            np.maximum.at(states, (window, column), letters.index(letter))
    return states


def encode_strip(states: NDArray[np.int64], window_s: float) -> dict[str, object]:
    """Encode the worst state over all leads as one letter per window, or per several windows.

    Parameters
    ----------
    states : (n_windows, n_leads) int64
        Positions in `STATES`.
    window_s : float
        Length of a window in s.

    Returns
    -------
    dict
        ``cell_s``, the seconds that a letter stands for, and ``cells``, the letters of `STATES`.
    """
    if not states.size:
        return {"cell_s": window_s, "cells": ""}
    per_cell = -(-len(states) // MAX_CELLS)
    worst = np.maximum.reduceat(states.max(axis=1), np.arange(0, len(states), per_cell))
    letters = list(STATES)
    return {"cell_s": window_s * per_cell, "cells": "".join(letters[state] for state in worst)}
