"""List on which lead the beats of a scored recording were read, and from when to when."""

from typing import Any

import numpy as np

from ecg_anomaly.detector.decisions import BeatDecisions


def list_leads_read(decisions: BeatDecisions) -> list[dict[str, Any]]:
    """List which lead was read when.

    Parameters
    ----------
    decisions : BeatDecisions
        On the beats of a recording.

    Returns
    -------
    list of dict
        ``start_s``, ``end_s`` (of the first and last beat), ``lead`` and ``beats`` of each span of
        beats read on one lead, in order. Beats that no lead can read are of no span and end none.
    """
    rows = np.flatnonzero(decisions.unreadable == "")
    if not len(rows):
        return []
    lead, time_s = decisions.lead[rows], decisions.time_s[rows]
    change = np.flatnonzero(lead[1:] != lead[:-1]) + 1
    firsts, stops = np.append(0, change), np.append(change, len(rows))
    return [
        {
            "start_s": round(float(time_s[first]), 3),
            "end_s": round(float(time_s[stop - 1]), 3),
            "lead": str(lead[first]),
            "beats": int(stop - first),
        }
        for first, stop in zip(firsts, stops, strict=True)
    ]


def count_leads_read(spans: list[dict[str, Any]]) -> dict[str, int]:
    """Count the beats that were read on each lead, the most used one first.

    Parameters
    ----------
    spans : list of dict
        From `list_leads_read`.
    """
    beats: dict[str, int] = {}
    for span in spans:
        beats[span["lead"]] = beats.get(span["lead"], 0) + span["beats"]
    return dict(sorted(beats.items(), key=lambda item: -item[1]))
