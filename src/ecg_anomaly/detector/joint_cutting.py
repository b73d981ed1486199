"""Cut the beats of many running recordings at once.

Nearly all beats are plain: no sample near them is missing or clipped, and their recording has begun
long before. Their leads are laid end to end and worked on as one: what is said of a beat has a
bounded reach, so it is what is said of it in its own recording, to the last bit. The others are cut
one recording after the other, as `score` does it.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_window import BeatWindow, WindowPlaces
from ecg_anomaly.beats.clipping import CLIPPING_REACH, find_clipped
from ecg_anomaly.beats.filters import FilteredLead, FilterSettings
from ecg_anomaly.beats.pieces_end_to_end import LeadPiece, PieceFilter
from ecg_anomaly.beats.resampling import resampling_ratio
from ecg_anomaly.beats.window_cutting import CutBeats, cut_filtered
from ecg_anomaly.beats.window_reach import filtered_range
from ecg_anomaly.detector.stream_cutter import DueBeats, NewBeats, StreamCutter
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
    groups: dict[tuple[float, int], list[int]] = {}
    for place, (cutter, beats) in enumerate(due):
        if _is_plain(cutter, beats):
            groups.setdefault((cutter.fs, id(cutter.scorer.preprocess)), []).append(place)
    for places in groups.values():
        for start in range(0, len(places), MOST_TOGETHER):
            some = places[start : start + MOST_TOGETHER]
            for place, new in zip(some, _cut_plain([due[p] for p in some]), strict=True):
                found[place] = new
    return [
        cutter.give(beats, cutter.cut(beats)) if new is None else new
        for new, (cutter, beats) in zip(found, due, strict=True)
    ]


def _is_plain(cutter: StreamCutter, due: DueBeats) -> bool:
    """Tell whether nothing is missing in the signal that some beats depend on."""
    if not len(due.sample) or due.ended:
        return False
    first = cutter.depends_on(due)
    return first >= 0 and cutter.signal.is_whole(first)


def _cut_plain(due: list[Due]) -> list[NewBeats | None]:
    """Cut beats of recordings of one rate; None for those that are clipped."""
    found: list[NewBeats | None] = [None] * len(due)
    fs, config = due[0][0].fs, due[0][0].scorer.preprocess
    pieces = PieceFilter(fs, FilterSettings.from_config(config))
    plain = [place for place, clipped in enumerate(_find_clipped(due)) if not clipped]
    if not plain or not pieces.fits:
        return found
    some = [due[place] for place in plain]
    ratio = float(resampling_ratio(fs, config.fs))
    wanted = [filtered_range(beats.home, ratio, ENDLESS, config) for _, beats in some]
    _filter(some, wanted, pieces)
    laid, places = _lay(some, wanted, ratio, BeatWindow.from_config(config))
    cut, row = cut_filtered([laid], places, config), 0
    for place, (cutter, beats) in zip(plain, some, strict=True):
        n, n_leads = len(beats.sample), len(cutter.scorer.order)
        mine = _side_by_side(cut, slice(row, row + n * n_leads), n)
        lost = cutter.signal.count_lost(beats.sample)
        found[place] = cutter.give(beats, cutter.scorer.choose_leads(mine, beats.sample, lost))
        row += n * n_leads
    return found


def _find_clipped(due: list[Due]) -> list[bool]:
    """Tell of which recordings a wave is clipped near the beats."""
    fs, back_s = due[0][0].fs, due[0][0].scorer.preprocess.window_before_s + CLIPPING_REACH.back_s
    back, pieces = int(np.ceil(back_s * fs)) + 1, []
    for cutter, beats in due:
        first = max(beats.home.start - back - cutter.signal.start, 0)
        pieces.append(cutter.signal.held[first:].T.ravel())
    marks = find_clipped(np.concatenate(pieces), fs)
    if not marks.any():  # the usual case, and faster
        return [False] * len(due)
    ends = np.cumsum([len(piece) for piece in pieces])
    return [bool(part.any()) for part in np.split(marks, ends[:-1])]


def _filter(due: list[Due], wanted: list[range], pieces: PieceFilter) -> None:
    """Filter what is not filtered yet of the leads of some recordings."""
    lacking = [
        (cutter, lacks, w.start)
        for (cutter, _), w in zip(due, wanted, strict=True)
        if len(lacks := cutter.leads.lacks(w))
    ]
    asked = [
        LeadPiece(lead, cutter.signal.start, lacks)
        for cutter, lacks, _ in lacking
        for lead in cutter.signal.held.T
    ]
    filtered = iter(pieces.filter(asked))
    for cutter, _, keep_from in lacking:
        final = pieces.final_until(cutter.signal.end)
        cutter.leads.append([next(filtered) for _ in cutter.scorer.order], keep_from, final)


def _lay(
    due: list[Due], wanted: list[range], ratio: float, window: BeatWindow
) -> tuple[FilteredLead, WindowPlaces]:
    """Lay the filtered leads of recordings end to end: one after the other, and their beats."""
    leads = [cutter.leads.take(w) for (cutter, _), w in zip(due, wanted, strict=True)]
    signal = np.concatenate([lead for of_one in leads for lead in of_one])
    r_peaks, marks, edge = [], [], 0
    for (cutter, beats), w, of_one in zip(due, wanted, leads, strict=True):
        r_peak = np.rint(cutter.peaks * ratio).astype(np.int64)
        near = slice(*np.searchsorted(r_peak, [w.start, w.stop]))
        mine = (cutter.peaks >= beats.home.start) & (cutter.peaks < beats.home.stop)
        for _ in of_one:
            r_peaks.append(r_peak[near] + (edge - w.start))
            marks.append(mine[near])
            edge += len(w)
    r_peak, mine = np.concatenate(r_peaks), np.concatenate(marks)
    index = r_peak[mine][:, None] + np.arange(-window.r_peak, window.n_samples - window.r_peak)
    nothing = np.zeros(len(signal), bool)
    lead = FilteredLead(signal, nothing, nothing, nothing, 0)
    return lead, WindowPlaces(index, np.zeros(len(index), bool), r_peak, mine)


def _side_by_side(cut: CutBeats, rows: slice, n: int) -> CutBeats:
    """Take the windows of a recording, which come lead by lead, and lay its leads side by side."""
    window = cut.waveform.shape[1]
    waveform = cut.waveform[rows, :, 0].reshape(-1, n, window)

    def lay(values: NDArray[Any]) -> NDArray[Any]:
        return values[rows, 0].reshape(-1, n).T

    return CutBeats(
        np.ascontiguousarray(waveform.transpose(1, 2, 0)), lay(cut.unreadable), lay(cut.quality),
        lay(cut.clipped), lay(cut.bridged),
    )  # fmt: skip
