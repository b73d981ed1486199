"""Extend the joint energies of recordings by the samples that follow, many recordings at once."""

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.r_peaks.averaging import (
    average,
    concatenate_time,
    fill,
    find_gaps,
    find_marked,
    split_time,
)
from ecg_anomaly.beats.r_peaks.candidates import LEAST_HEIGHT
from ecg_anomaly.beats.r_peaks.joint_energy import JointEnergy
from ecg_anomaly.beats.r_peaks.lead_energy import energy_reach, inner_energy
from ecg_anomaly.beats.r_peaks.lead_levels import (
    ENOUGH_BLOCKS,
    measure_levels,
    summarise_blocks,
)
from ecg_anomaly.beats.r_peaks.sliding import Signal


def extend_together(
    held: Sequence[JointEnergy], signals: Sequence[NDArray[np.float32]], last: bool = False
) -> None:
    """Add the next samples of some recordings.

    Their pieces are laid end to end and worked on as one: what something depends on has a bounded
    reach, so each gets what it would get alone, to the last bit.

    Parameters
    ----------
    held : sequence of JointEnergy
        Of one grid, with equally many leads.
    signals : sequence of (n, n_leads) float32
        n may differ.
    last : bool
        True when no more samples will come.
    """
    _average_together(held, signals)
    _measure_energy(held, last)
    grown = _summarise(held, last)
    _measure_levels(grown, last)
    _join(held)


def _average_together(held: Sequence[JointEnergy], signals: Sequence[NDArray[np.float32]]) -> None:
    step, whole, lengths = held[0].grid.step, [], []
    for h, signal in zip(held, signals, strict=True):
        raw = np.concatenate([h.rest, signal.T], axis=1) if h.rest.size else signal.T
        n = raw.shape[1] // step
        if h.rest.size or n * step < raw.shape[1]:
            h.rest = np.array(raw[:, n * step :], np.float32, order="C")
        whole.append(raw[:, : n * step])
        lengths.append(n)
    mean = average(concatenate_time(whole), step)
    for h, new in zip(held, split_time(mean, lengths), strict=True):
        h.append_leads(new)
    gap = find_gaps(mean)
    if gap is not None:
        for piece, _, last in find_marked(np.asarray(gap.any(axis=0)), lengths):
            h = held[piece]
            h.whole_from = h.start + h.n_samples - lengths[piece] + last + 1


def _measure_energy(held: Sequence[JointEnergy], last: bool) -> None:
    rate, reach = held[0].grid.rate, energy_reach(held[0].grid.rate)
    kept, pieces, counts, lengths = [], [], [], []
    for h in held:
        begin = h.n_energies
        count = h.n_samples - (0 if last else reach) - begin
        if count <= 0:
            continue
        piece = h.leads_between(max(0, begin - reach), min(begin + count + reach, h.n_samples))
        if last or begin < reach:  # the recording begins or ends
            piece = _repeat_edges(piece, (max(0, reach - begin), reach if last else 0))
        kept.append(h)
        pieces.append(piece)
        counts.append(count)
        lengths.append(count + 2 * reach)
    if not kept:
        return
    laid = concatenate_time(pieces)
    laid = fill(laid, gap := find_gaps(laid))
    energy = inner_energy(laid, gap, rate)
    for h, new, count in zip(kept, split_time(energy, lengths), counts, strict=True):
        h.append_energy(new[:, :count])


def _repeat_edges(leads: Signal, ends: tuple[int, int]) -> Signal:
    """Repeat the values at the ends; beyond a value that is missing there is 0, and no gap."""
    edges = np.where(np.isfinite(leads[:, [0, -1]]), leads[:, [0, -1]], np.float32(0))
    low, high = (np.repeat(edge[:, None], n, axis=1) for edge, n in zip(edges.T, ends, strict=True))
    return np.concatenate([low, leads, high], axis=1)


def _summarise(held: Sequence[JointEnergy], last: bool) -> list[JointEnergy]:
    """Summarise the blocks that are complete now; return those whose levels may be known now."""
    size, grown = held[0].grid.size, []
    for h in held:
        begin, stop = h.n_summarised, h.n_energies // size
        if stop > begin:
            grown.append((h, begin * size, stop * size))
    if last:  # a recording shorter than a block is one
        for h in (h for h in held if not h.start and 0 < h.n_energies < size):
            n = h.n_energies
            new = summarise_blocks(h.energy, find_gaps(h.leads_between(0, n)), n)
            h.summary = np.concatenate((h.summary, new), axis=2)
    if grown:
        gap = _find_gaps(grown)
        energy = concatenate_time([h.energies_between(*new) for h, *new in grown])
        summary = summarise_blocks(energy, gap, size)
        counts = [(stop - begin) // size for _, begin, stop in grown]
        for (h, *_), part in zip(grown, split_time(summary, counts), strict=True):
            h.summary = np.concatenate((h.summary, part), axis=2)
    changed = {id(h) for h, *_ in grown}
    return [h for h in held if last or id(h) in changed or not len(h.noise)]


def _find_gaps(grown: Sequence[tuple[JointEnergy, int, int]]) -> NDArray[np.bool_] | None:
    """Mark what is missing between two averaged samples of each recording, (n_leads, n)."""
    if all(h.whole_from <= h.start + begin for h, begin, _ in grown):
        return None
    return find_gaps(concatenate_time([h.leads_between(*new) for h, *new in grown]))


def _measure_levels(held: Sequence[JointEnergy], last: bool) -> None:
    """Measure the levels of blocks, as far as the blocks they depend on are known."""
    held = [h for h in held if len(h.noise) <= h.n_summarised]
    if not held:
        return
    later = np.zeros((*held[0].summary.shape[:2], ENOUGH_BLOCKS), np.float32)
    around = [np.concatenate([h.summary[:, :, len(h.noise) :], later], axis=2) for h in held]
    counts = [h.n_summarised + 1 - len(h.noise) for h in held]
    ends = accumulate((summary.shape[2] for summary in around), initial=0)
    wanted = [
        end + block for end, count in zip(ends, counts, strict=False) for block in range(count)
    ]
    levels, ahead = measure_levels(concatenate_time(around), np.array(wanted))
    waits, edges = bool(ahead.any()) and not last, accumulate(counts, initial=0)
    for h, edge, count in zip(held, edges, counts, strict=False):
        ready = _count_ready(h, ahead[edge : edge + count]) if waits else count
        usable = slice(edge, edge + ready)
        h.weight = np.concatenate((h.weight, levels.weight[usable]))
        h.scale = np.concatenate((h.scale, levels.scale[usable]))
        h.noise = np.concatenate((h.noise, levels.noise[usable]))


def _count_ready(held: JointEnergy, ahead: NDArray[np.int64]) -> int:
    """Count the blocks, of those without a level, of which all that theirs depends on is known."""
    late = len(held.noise) + np.arange(len(ahead)) + ahead > held.n_summarised
    return int(np.argmax(late)) if late.any() else len(ahead)


def _join(held: Sequence[JointEnergy]) -> None:
    """Join the energies of leads where their levels are known."""
    size, grown, blocks, times = held[0].grid.size, [], [], list[int]()
    for h in held:
        begin, stop = h.n_joint, min(h.n_energies, len(h.noise) * size)
        if stop > begin:
            grown.append((h, begin, stop))
            blocks.append((h, slice(begin // size, -(-stop // size))))
            times += _share_blocks(begin, stop, size)
    if not grown:
        return
    gap = _find_gaps(grown)
    energy = concatenate_time([h.energies_between(*new) for h, *new in grown])
    joint = _weigh(energy, [h.scale[some] for h, some in blocks], times)
    if gap is not None:
        absent = _weigh(gap, [h.weight[some] for h, some in blocks], times)
        joint /= np.maximum(1 - absent, np.float32(1e-3))
    lengths = [stop - begin for _, begin, stop in grown]
    for (h, *_), part in zip(grown, split_time(joint, lengths), strict=True):
        h.append_joint(part)
    for piece, *high in find_marked(joint > LEAST_HEIGHT**2, lengths):
        h, begin, _ = grown[piece]
        h.high.append((h.start + begin + high[0], h.start + begin + high[1]))


def _weigh(leads: NDArray[Any], weights: list[Signal], times: list[int]) -> Signal:
    """Add up the leads, each times its weights, of blocks of so many samples."""
    total = np.zeros(leads.shape[1], np.float32)
    for lead in leads * np.repeat(np.concatenate(weights).T, times, axis=1):
        total += lead
    return total


def _share_blocks(begin: int, stop: int, size: int) -> list[int]:
    """Return how many samples lie in each of the blocks from the first one to the last one."""
    first = begin // size * size + size
    if stop <= first:  # as for most pieces of signal
        return [stop - begin]
    edges = [begin, *range(first, stop, size), stop]
    return [high - low for low, high in pairwise(edges)]
