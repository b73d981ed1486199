"""Cut the beats of many recordings in progress at once.

Nearly all beats are plain: near them every lead is free of gaps and clipping, or absent throughout.
The leads of plain beats are concatenated and filtered as one signal. Windows and quality depend on
a bounded piece of signal, so they are those of each recording alone, to the last bit. Other beats
are cut one recording after the other, as `score` does.
"""

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_window import BeatWindow, WindowPlaces
from ecg_anomaly.beats.clipping import CLIPPING_REACH
from ecg_anomaly.beats.filters import FilteredLead, FilterSettings
from ecg_anomaly.beats.pieces_end_to_end import PieceFilter, SignalPiece, make_piece_filter
from ecg_anomaly.beats.readability import MISSING, REASON_TYPE
from ecg_anomaly.beats.resampling import resampling_ratio
from ecg_anomaly.beats.window_cutting import CutBeats, cut_filtered
from ecg_anomaly.beats.window_reach import filtered_range, filtered_reach
from ecg_anomaly.detector.due_beats import DueBeats, NewBeats
from ecg_anomaly.detector.joint_clipping import find_clipped_together
from ecg_anomaly.detector.joint_noise import MOST_IN_TURN, rate_in_turn
from ecg_anomaly.detector.plain_beats import PlainBeats, as_plain
from ecg_anomaly.detector.stream_cutter import StreamCutter
from ecg_anomaly.detector.stream_signal import ENDLESS

Due = tuple[StreamCutter, DueBeats]


#: Recordings that are worked on together: their signals fit into a processor's cache.
MOST_TOGETHER = 32


def cut_together(due: Sequence[Due]) -> list[NewBeats]:
    """Cut the beats of some recordings.

    Parameters
    ----------
    due : sequence of (StreamCutter, DueBeats)
        Each recording once.

    Returns
    -------
    list of NewBeats
        In the same order.
    """
    found: list[NewBeats | None] = [None] * len(due)
    groups: dict[Hashable, dict[int, PlainBeats]] = {}
    for place, (cutter, beats) in enumerate(due):
        if plain := as_plain(cutter, beats):
            scorer = cutter.scorer
            many = len(beats.sample) > MOST_IN_TURN
            kind = cutter.fs, id(scorer.preprocess), plain.leads, scorer.leads.how_read, many
            groups.setdefault(kind, {})[place] = plain
    for group in groups.values():
        places = list(group)
        for start in range(0, len(places), MOST_TOGETHER):
            some = places[start : start + MOST_TOGETHER]
            for place, new in zip(some, _cut_plain([group[p] for p in some]), strict=True):
                found[place] = new
    return [
        cutter.complete(beats, cutter.cut(beats)) if new is None else new
        for new, (cutter, beats) in zip(found, due, strict=True)
    ]


def _cut_plain(every: list[PlainBeats]) -> list[NewBeats | None]:
    """Cut beats of recordings of one rate with the same leads; None for those that are clipped."""
    found: list[NewBeats | None] = [None] * len(every)
    fs, config = every[0].cutter.fs, every[0].cutter.scorer.preprocess
    pieces = make_piece_filter(fs, FilterSettings.from_config(config))
    back = int(np.ceil((config.window_before_s + CLIPPING_REACH.back_s) * fs)) + 1
    clipped = find_clipped_together([(p.cutter, p.target.start - back) for p in every])
    kept = [place for place, some in enumerate(clipped) if not some]
    if not kept or not pieces.fits:
        return found
    some = [every[place] for place in kept]
    ratio, reach = float(resampling_ratio(fs, config.fs)), filtered_reach(config)
    wanted = [filtered_range(plain.target, ratio, ENDLESS, reach) for plain in some]
    _filter(some, wanted, pieces)
    joined, places = _concatenate(some, wanted, ratio, BeatWindow.from_config(config))
    rated = None
    if len(some[0].due.sample) <= MOST_IN_TURN:
        new = [(plain.cutter, plain.due.sample) for plain in some]
        rated = rate_in_turn(joined, places, new, some[0].leads)
    cut = _stack_leads(cut_filtered([joined], places, config, rated=rated), some)
    sample = np.concatenate([plain.due.sample for plain in some])
    lost = np.concatenate([plain.cutter.signal.count_lost(plain.due.sample) for plain in some])
    beats, row = some[0].cutter.scorer.leads.read_beats(cut, sample, lost, fs), 0
    for place, (cutter, due, *_) in zip(kept, some, strict=True):
        own, row = slice(row, row + len(due.sample)), row + len(due.sample)
        found[place] = cutter.complete(due, beats.select(own))
    return found


def _filter(every: list[PlainBeats], wanted: list[range], pieces: PieceFilter) -> None:
    """Filter the samples of some recordings that are needed and not filtered yet."""
    lacking = [
        (plain, lacks, w.start)
        for plain, w in zip(every, wanted, strict=True)
        if len(lacks := plain.cutter.leads.lacks(w, plain.leads))
    ]
    asked = [
        SignalPiece(cutter.signal.held, leads, cutter.signal.start, lacks)
        for (cutter, _, leads, _), lacks, _ in lacking
    ]
    for (plain, _, keep_from), leads in zip(lacking, pieces.filter(asked), strict=True):
        signal = plain.cutter.signal
        plain.cutter.leads.append(leads, keep_from, pieces.final_until(signal.end))


def _concatenate(
    every: list[PlainBeats], wanted: list[range], ratio: float, window: BeatWindow
) -> tuple[FilteredLead, WindowPlaces]:
    """Concatenate the filtered leads of recordings, and place their beats in the result."""
    leads = [plain.cutter.leads.take(w) for plain, w in zip(every, wanted, strict=True)]
    signal = np.concatenate([lead for of_one in leads for lead in of_one])
    r_peak, mine, counts = _find_near(every, wanted, ratio)
    # Of each recording its R peaks come once for each lead.
    n_leads, n_times = len(every[0].leads), np.repeat(counts, len(every[0].leads))
    length = np.repeat([len(w) for w in wanted], n_leads)
    moved = np.cumsum(length) - length - np.repeat([w.start for w in wanted], n_leads)
    rows = np.arange(n_times.sum()) - np.repeat(
        np.cumsum(n_times) - n_times - np.repeat(np.cumsum(counts) - counts, n_leads), n_times
    )
    r_peak, mine = r_peak[rows] + np.repeat(moved, n_times), mine[rows]
    index = r_peak[mine][:, None] + np.arange(-window.r_peak, window.n_samples - window.r_peak)
    nothing = np.zeros(len(signal), bool)
    lead = FilteredLead(signal, nothing, nothing, nothing, 0)
    return lead, WindowPlaces(index, np.zeros(len(index), bool), r_peak, mine)


def _find_near(
    every: list[PlainBeats], wanted: list[range], ratio: float
) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.intp]]:
    """Find the R peaks in the wanted samples of recordings.

    Returns
    -------
    r_peak : (n,) int64
        In samples of the filtered recordings, one recording after the other.
    mine : (n,) bool
        True for the beats that are cut.
    counts : (n_recordings,) int
        R peaks of each.
    """
    peaks, n_peaks = [plain.cutter.peaks for plain in every], [len(p.cutter.peaks) for p in every]
    sample, targets = np.concatenate(peaks), [plain.target for plain in every]
    r_peak = np.rint(sample * ratio).astype(np.int64)
    inside, mine = (
        (values >= np.repeat([r.start for r in ranges], n_peaks))
        & (values < np.repeat([r.stop for r in ranges], n_peaks))
        for values, ranges in ((r_peak, wanted), (sample, targets))
    )
    before = np.concatenate([[0], np.cumsum(inside)])
    edges = np.cumsum([0, *n_peaks])
    return r_peak[inside], mine[inside], np.diff(before[edges])


def _stack_leads(cut: CutBeats, every: list[PlainBeats]) -> CutBeats:
    """Stack the windows of recordings, which come lead by lead, along the axis of the leads."""
    leads, n_leads = every[0].leads, len(every[0].cutter.scorer.leads.order)
    counts = np.array([len(plain.due.sample) for plain in every])
    # A beat comes after those of the recordings before it, on all leads, and of its own before it.
    apart, n = np.repeat(counts, counts), int(counts.sum())
    first = np.arange(n) + np.repeat((len(leads) - 1) * (np.cumsum(counts) - counts), counts)
    rows = first + np.arange(len(leads))[:, None] * apart
    # A lead that is absent has no sample.
    found = CutBeats(
        np.zeros((n, cut.waveform.shape[1], n_leads), np.float32),
        np.full((n, n_leads), MISSING, REASON_TYPE),
        np.zeros((n, n_leads), np.float32), *np.zeros((2, n, n_leads), bool),
    )  # fmt: skip
    columns = slice(None) if len(leads) == n_leads else list(leads)
    found.waveform[:, :, columns] = cut.waveform[rows, :, 0].transpose(1, 2, 0)
    for values, known in zip(found[1:], cut[1:], strict=True):
        values[:, columns] = known[rows, 0].T
    return found
