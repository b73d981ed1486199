"""Take the next samples of many recordings in progress, and decide on their beats in one batch.

The decisions are those on each recording alone. A piece of 200 ms has so few samples that the calls
of NumPy take most of the time; a batch needs as many of them as one recording.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ecg_anomaly.beats.missing_samples import are_whole
from ecg_anomaly.beats.r_peaks.r_peak_finder import find_together
from ecg_anomaly.detector.decisions import BeatDecisions, concatenate_decisions, no_decisions
from ecg_anomaly.detector.joint_cutting import Due, cut_together
from ecg_anomaly.detector.joint_decisions import make_decisions
from ecg_anomaly.detector.joint_scoring import score_together
from ecg_anomaly.detector.running_beats import RunningBeats
from ecg_anomaly.detector.stream_cutter import StreamCutter
from ecg_anomaly.detector.stream_intake import StreamIntake
from ecg_anomaly.features.beats_with_past import BeatsWithPast
from ecg_anomaly.features.past_summaries import foresee_minutes
from ecg_anomaly.files.errors import UserError

#: Recordings whose next minutes are summarised in advance in one go: where many have begun at the
#: same moment, those of the others wait for a later one, or until they are asked for.
MOST_FORESEEN = 16


def push_signals(
    signals: Sequence[tuple[StreamIntake, RunningBeats, ArrayLike]],
) -> list[BeatDecisions | UserError]:
    """Push samples into some recordings and decide on the beats that are complete now.

    Parameters
    ----------
    signals : sequence of (StreamIntake, RunningBeats, (n, n_leads) float)
        Each recording once, and what `StreamIntake.check` takes. One detector scores them all.

    Returns
    -------
    list of BeatDecisions or UserError
        Of each recording, or why its samples were not taken: it is what it was before then.

    Raises
    ------
    ValueError
        When a recording is over or a signal is no array of numbers; none has taken samples then.
    """
    refused, checked = dict[int, UserError](), dict[int, NDArray[np.float32]]()
    for place, (intake, _, signal) in enumerate(signals):
        try:
            checked[place] = intake.check(signal)
        except UserError as error:
            refused[place] = error
    taken = {place: signals[place][0].take(signal) for place, signal in checked.items()}
    ready: dict[int, list[BeatsWithPast]] = {place: [] for place in taken}
    for turn in range(max(map(len, taken.values()), default=0)):
        some = [place for place, pieces in taken.items() if turn < len(pieces)]
        found = take_together([(signals[place][1], taken[place][turn]) for place in some])
        for place, beats in zip(some, found, strict=True):
            if beats is not None:
                ready[place].append(beats)
    made = decide_together([(signals[place][1], beats) for place, beats in ready.items()])
    decided = dict(zip(ready, made, strict=True))
    return [refused[p] if p in refused else decided[p] for p in range(len(signals))]


def take_together(
    pairs: Sequence[tuple[RunningBeats, NDArray[np.float32]]],
) -> list[BeatsWithPast | None]:
    """Take the next samples of some recordings.

    Parameters
    ----------
    pairs : sequence of (RunningBeats, (n, n_leads) float32)
        Each recording once, with samples in mV, NaN where missing.

    Returns
    -------
    list of BeatsWithPast or None
        The beats of each that can be decided on now.
    """
    ready: list[BeatsWithPast | None] = [None] * len(pairs)
    due: list[tuple[int, Due]] = []
    cutters = [running.cutter for running, _ in pairs]
    signals = [signal for _, signal in pairs]
    held = list(map(StreamCutter.append, cutters, signals, are_whole(signals)))
    peaks = find_together([cutter.finder for cutter in cutters], held)
    for place, (cutter, some) in enumerate(zip(cutters, peaks, strict=True)):
        found = cutter.find_due(some, pairs[place][0].n_waiting)
        if found is not None:
            due.append((place, (cutter, found)))
    new = cut_together([pair for _, pair in due])
    for (place, _), beats in zip(due, new, strict=True):
        ready[place] = pairs[place][0].extend(beats)
    busy = {place for place, _ in due}
    _foresee([running for place, (running, _) in enumerate(pairs) if place not in busy])
    return ready


def _foresee(idle: list[RunningBeats]) -> None:
    """Do in advance what the next beats of recordings that have none now will ask for."""
    some = [running for running in idle if running.foreseen][:MOST_FORESEEN]
    if some:
        foreseen = [running.foreseen for running in some if running.foreseen]
        detector = some[0].detector
        foresee_minutes(foreseen, detector.features, detector.window)
        for running in some:
            running.foreseen = None


def decide_together(
    due: Sequence[tuple[RunningBeats, Sequence[BeatsWithPast]]],
) -> list[BeatDecisions]:
    """Decide on the beats of some recordings.

    Parameters
    ----------
    due : sequence of (RunningBeats, sequence of BeatsWithPast)
        Recordings scored by one detector, each with its beats in order.

    Returns
    -------
    list of BeatDecisions
        Those of each recording, in the same order.
    """
    pairs = [(running, ready) for running, every in due for ready in every]
    if not pairs:
        return [no_decisions() for _ in due]
    asked = [running.scorer.compare(ready) for running, ready in pairs]
    scored = score_together(pairs[0][0].detector, [part for parts in asked for part in parts])
    every = [(running.scorer.leads, ready) for running, ready in pairs]
    made = make_decisions(every, asked, scored)
    stated = (running.place(found) for (running, _), found in zip(pairs, made, strict=True))
    return [_join([next(stated) for _ in every]) for _, every in due]


def _join(parts: list[BeatDecisions]) -> BeatDecisions:
    """Join decisions, of which there are mostly none, or one part."""
    if len(parts) > 1:
        return concatenate_decisions(parts)
    return parts[0] if parts else no_decisions()
