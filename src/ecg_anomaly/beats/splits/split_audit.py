"""The audit that stops the pipeline when one side has seen another."""

from collections import defaultdict
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_set import BeatSet
from ecg_anomaly.config.pipeline_schema import DatasetConfig
from ecg_anomaly.files.errors import UserError

WAY_OUT = "correct dataset.subjects, dataset.split or dataset.exclude"

#: A record tells sorted classes from chance when it has so many beats of each of two classes. One
#: such record may be sorted by chance (ectopic beats in its last minute only), so many may not.
FEWEST_OF_A_CLASS, FEWEST_SORTED_RECORDS = 5, 3


def audit_split(beats: BeatSet, dataset: DatasetConfig, window_s: float) -> list[dict[str, str]]:
    """Check that no side has seen another, and that beats stand in the order of their time.

    Parameters
    ----------
    beats : BeatSet
        With their sides.
    dataset : DatasetConfig
        Gives the unit of the split. With ``unit: beat`` the check of subjects is waived, in
        words, because the data set has one patient only.
    window_s : float
        Length of a window in s.

    Returns
    -------
    list of dict
        Name, result and finding of each check, for the report.

    Raises
    ------
    UserError
        At the first check that fails; it names the check and what was found.
    """
    used = beats.select((beats.split != "") & beats.readable)
    checks: dict[str, Callable[[BeatSet], str]] = {
        "subject_on_two_sides": find_shared_subjects,
        "duplicated_beat": find_duplicated_beats,
        "overlapping_windows": lambda part: find_overlapping_windows(part, window_s),
        "class_sorted_sequence": find_class_sorted_sequences,
    }
    report = []
    for name, find in checks.items():
        finding = find(used)
        if finding and name == "subject_on_two_sides" and dataset.split.unit == "beat":
            report.append({"check": name, "result": "waived", "finding": finding})
        elif finding:
            raise UserError(f"audit {name}", finding, WAY_OUT)
        else:
            report.append({"check": name, "result": "passed", "finding": "none"})
    return report


def find_shared_subjects(beats: BeatSet) -> str:
    """Name the subjects that stand on more than one side; ``""`` when there is none."""
    shared = _on_two_splits(beats.subject, beats.split)
    return f"subject {', '.join(map(str, shared))} on two sides" if shared else ""


def find_duplicated_beats(beats: BeatSet) -> str:
    """Name a beat whose samples stand on more than one side; ``""`` when there is none."""
    key = np.array([hash(window.tobytes()) for window in beats.waveform], dtype=np.int64)
    shared = _on_two_splits(key, beats.split)
    if not shared:
        return ""
    first = int(np.flatnonzero(np.isin(key, np.array(shared)))[0])
    where = f"record {beats.record[first]} sample {beats.sample[first]}"
    return f"{len(shared)} beats with equal samples on two sides, first {where}"


def find_overlapping_windows(beats: BeatSet, window_s: float) -> str:
    """Name two windows of one record that overlap across sides; ``""`` when there are none."""
    order = np.lexsort((beats.time_s, beats.record))
    record, time, split = beats.record[order], beats.time_s[order], beats.split[order]
    # Windows may touch: a microsecond, less than a sample, absorbs the rounding of times.
    near = (
        (np.diff(time) < window_s - 1e-6) & (record[1:] == record[:-1]) & (split[1:] != split[:-1])
    )
    near &= beats.continuous[order][1:]
    if not near.any():
        return ""
    first = int(np.flatnonzero(near)[0])
    where = f"{record[first]} at {time[first]:.2f} s"
    return f"{near.sum()} windows overlap across sides, first in {where}"


def find_class_sorted_sequences(beats: BeatSet) -> str:
    """Say where beats of a recording stand in the order of their classes instead of their time.

    A detector that looks at the beats before one would read its class from its neighbours. Two
    signs: time runs backwards within a record; or, in case times were written anew, the classes
    of every record that has enough of two lie in one stretch each.

    Returns
    -------
    str
        ``""`` when neither is found. Beats that came already cut out have no order.
    """
    n_sorted = n_mixed = 0
    for name in dict.fromkeys(beats.record[beats.continuous].tolist()):
        rows = np.flatnonzero((beats.record == name) & beats.continuous)
        back = np.flatnonzero(np.diff(beats.sample[rows]) < 0)
        if len(back):
            return f"record {name}: beat {back[0] + 1} is earlier than the beat before it"
        aami = beats.aami[rows][beats.labelled[rows]]
        classes, counts = np.unique(aami, return_counts=True)
        if (counts >= FEWEST_OF_A_CLASS).sum() >= 2:
            changes = int((aami[1:] != aami[:-1]).sum())
            n_sorted += changes == len(classes) - 1
            n_mixed += changes != len(classes) - 1
    if n_mixed or n_sorted < FEWEST_SORTED_RECORDS:
        return ""
    return f"beats of {n_sorted} records, all that have several classes, are sorted by class"


def _on_two_splits(key: NDArray[np.generic], split: NDArray[np.str_]) -> list[object]:
    splits: dict[object, set[str]] = defaultdict(set)
    for value, side in zip(key.tolist(), split.tolist(), strict=True):
        splits[value].add(side)
    return sorted((value for value, found in splits.items() if len(found) > 1), key=str)
