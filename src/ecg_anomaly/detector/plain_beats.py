"""Beats of a recording in progress near which no signal is missing, the usual ones."""

from typing import NamedTuple

from ecg_anomaly.detector.due_beats import DueBeats
from ecg_anomaly.detector.stream_cutter import StreamCutter


class PlainBeats(NamedTuple):
    """Beats around which each lead is either whole, or absent throughout.

    Attributes
    ----------
    cutter : StreamCutter
    due : DueBeats
    leads : tuple of int
        Those that are whole; at least one.
    target : range
        Samples of the recording from the first of the R peaks to the last one.
    """

    cutter: StreamCutter
    due: DueBeats
    leads: tuple[int, ...]
    target: range


def as_plain(cutter: StreamCutter, due: DueBeats) -> PlainBeats | None:
    """Find the leads that are whole around some beats.

    Parameters
    ----------
    cutter : StreamCutter
    due : DueBeats
        From `StreamCutter.find_due`.

    Returns
    -------
    PlainBeats or None
        None when a lead is neither whole nor absent, or more of the recording is to be known.
    """
    if not len(due.sample) or due.ended:
        return None
    target = due.target
    first = cutter.depends_on(target)
    if first < 0 or not cutter.signal.is_settled(first):
        return None
    leads = cutter.signal.whole_leads(first)
    return PlainBeats(cutter, due, leads, target) if leads else None
