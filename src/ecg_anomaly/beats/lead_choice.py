"""Choose which leads of a record take the places of a detector's leads."""

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.lead_quality import LeadQuality
from ecg_anomaly.records.lead_names import plain_name, standard_lead

#: A lead comes before one that stands before it in the record if its quality is better by so much.
MUCH_BETTER = 0.2


def choose_leads(available: tuple[str, ...], wanted: list[list[str]]) -> list[int]:
    """Choose the leads of a record that a detector is given.

    Parameters
    ----------
    available : tuple of str
        Names of the record's leads, in any spelling.
    wanted : list of list of str
        For each lead of the detector, names in order of preference. When the record has none of
        them, the first lead that is left over is taken.

    Returns
    -------
    list of int
        Column in the record of each lead of the detector, -1 when the record has too few leads.
        The first one, which decides whether a beat can be read, is -1 only for a record without
        any lead.

    Examples
    --------
    >>> choose_leads(("V5", "MLII"), [["MLII", "II"], ["V1"]])
    [1, 0]
    >>> choose_leads(("ECG lead I", "ECG lead II"), [["MLII", "II"], ["V1"]])
    [1, 0]
    >>> choose_leads(("V1",), [["MLII", "II"], ["V1"]])
    [0, -1]
    """
    names = [_spell(name) for name in available]
    columns: list[int] = []
    for preferred in wanted:
        columns.append(_first_named(names, preferred, columns))
    spare = [i for i in range(len(names)) if i not in columns]
    columns = [c if c >= 0 else (spare.pop(0) if spare else -1) for c in columns]
    found = next((place for place, column in enumerate(columns) if column >= 0), 0)
    columns[0], columns[found] = columns[found], -1 if found else columns[0]
    return columns


def rank_choices(
    available: tuple[str, ...],
    wanted: list[list[str]],
    quality: LeadQuality | None = None,
    insisted: str | None = None,
) -> list[list[int]]:
    """List the choices of leads of a record, each for beats that those before cannot read.

    Parameters
    ----------
    available, wanted
        As for `choose_leads`.
    quality : LeadQuality, optional
        Of each lead. Leads that are sound come before those in doubt whatever their names, and of
        those that no name prefers much better ones first. Without it all leads are as good.
    insisted : str, optional
        A lead that counts as sound whatever its quality, in any spelling: the user asked for it.

    Returns
    -------
    list of list of int
        Choices as `choose_leads` gives them, one for each lead: each has another first lead, and
        lacks the first leads of those before it.

    Examples
    --------
    >>> rank_choices(("I", "II", "V1"), [["MLII", "II"], ["V1"]])
    [[1, 2], [0, 2], [2, -1]]
    """
    n = len(available)
    sound = np.ones(n, bool) if quality is None else quality.sound.copy()
    if insisted is not None:
        sound |= [_spell(name) == _spell(insisted) for name in available]
    share = np.ones(n) if quality is None else quality.share
    left = [*_rank(np.flatnonzero(sound), share), *_rank(np.flatnonzero(~sound), share)]
    choices = []
    while left:
        # A lead in doubt takes a place by its name only when no sound one is left.
        doubtful = {c for c in left if not sound[c]} if sound[left].any() else set()
        names = tuple("" if c in doubtful else available[c] for c in left)
        found = [left[i] if i >= 0 else -1 for i in choose_leads(names, wanted)]
        best = next((place for place, c in enumerate(found) if c >= 0 and c not in doubtful), 0)
        found[0], found[best] = found[best], found[0]
        choices.append(found)
        left.remove(found[0])
    return choices


def _rank(columns: NDArray[np.intp], share: NDArray[np.float64]) -> list[int]:
    """Put leads in order of quality, those that are nearly as good in the order of the record."""
    left, ranked = [int(column) for column in columns], []
    while left:
        best = max(share[c] for c in left)
        ranked.append(next(c for c in left if share[c] >= best - MUCH_BETTER))
        left.remove(ranked[-1])
    return ranked


def _first_named(names: list[str], preferred: list[str], taken: list[int]) -> int:
    free = [name if column not in taken else "" for column, name in enumerate(names)]
    return next((free.index(_spell(p)) for p in preferred if p and _spell(p) in free), -1)


def _spell(name: str) -> str:
    """Spell a lead one way; a name that is that of no lead stays, without case."""
    return standard_lead(name) or plain_name(name)


def only_first_lead(waveform: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Tell which windows lack every lead but the first.

    Parameters
    ----------
    waveform : (n, n_samples, n_leads) floating
        A lead that is absent is 0.

    Returns
    -------
    (n,) bool
        All False where `n_leads` is 1: no lead is lacking then.
    """
    others = waveform[:, :, 1:]
    return ~others.any(axis=(1, 2)) & (others.shape[2] > 0)
