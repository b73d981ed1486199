"""Choose which leads of a record a detector is given, and which of them each beat is read on."""

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.readability import TRUSTED_QUALITY
from ecg_anomaly.records.lead_names import plain_name, standard_lead


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


def rank_choices(available: tuple[str, ...], wanted: list[list[str]]) -> list[list[int]]:
    """List the choices of leads of a record, each for beats that those before cannot read.

    Parameters
    ----------
    available, wanted
        As for `choose_leads`.

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
    left, choices = list(range(len(available))), []
    while left:
        names = tuple(available[column] for column in left)
        choices.append([left[i] if i >= 0 else -1 for i in choose_leads(names, wanted)])
        left.remove(choices[-1][0])
    return choices


def choose_lead_of_beats(
    quality: NDArray[np.float32], prefer_first: bool = False
) -> NDArray[np.intp]:
    """Choose the lead that each beat is read on: the first one with a trusted window there.

    A lead that is noisy for a while is replaced for just that while, and the choice for a beat
    depends on no other beat.

    Parameters
    ----------
    quality : (n, n_choices) float32
        Quality of each beat on the first lead of each choice, from `rank_choices`; 0 where it
        cannot be read.
    prefer_first : bool
        Take the first choice wherever it can be read, noisy or not: the user asked for it.

    Returns
    -------
    (n,) int
        Where no lead can be trusted, the first one that can be read; where none can, 0.

    Examples
    --------
    >>> choose_lead_of_beats(np.float32([[0.9, 1.0], [0.4, 1.0], [0.4, 0.3], [0.0, 0.3]])).tolist()
    [0, 1, 0, 1]
    """
    readable, clear = quality > 0, quality >= TRUSTED_QUALITY
    if prefer_first:
        clear[:, 0] = readable[:, 0]
    wanted = np.where(clear.any(axis=1, keepdims=True), clear, readable)
    return np.asarray(wanted.argmax(axis=1), np.intp)


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
