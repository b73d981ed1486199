"""Check a split for leaks, and stop the pipeline when beats of one split are known in another."""

from collections import defaultdict
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_set import BeatSet
from ecg_anomaly.files.errors import UserError

WAY_OUT = "correct dataset.subjects, dataset.split or dataset.exclude"

#: Only a record with this number of beats of each of two classes shows whether classes are sorted.
FEWEST_OF_A_CLASS = 5

#: A record may be sorted by chance, with ectopic beats in its last minute only; three are not.
FEWEST_SORTED_RECORDS = 3


def audit_split(beats: BeatSet, unit: str, window_s: float) -> list[dict[str, str]]:
    """Check that no split knows beats of another, and that beats are in the order of their time.

    Parameters
    ----------
    beats : BeatSet
        Assigned to their splits.
    unit : {"subject", "beat"}
        What was assigned to splits. With ``"beat"``, for a data set of one subject, a subject in
        two splits is reported as waived and raises no error.
    window_s : float
        Length of a window in s.

    Returns
    -------
    list of dict
        ``check``, ``result`` (``"passed"`` or ``"waived"``) and ``finding`` of each check.

    Raises
    ------
    UserError
        For the first check that fails, with what it found.
    """
    used = beats.select((beats.split != "") & beats.readable)
    checks: dict[str, Callable[[BeatSet], str]] = {
        "subject_in_two_splits": find_shared_subjects,
        "duplicated_beat": find_duplicated_beats,
        "overlapping_windows": lambda part: find_overlapping_windows(part, window_s),
        "class_sorted_sequence": find_class_sorted_sequences,
    }
    report = []
    for name, find in checks.items():
        finding = find(used)
        if finding and name == "subject_in_two_splits" and unit == "beat":
            report.append({"check": name, "result": "waived", "finding": finding})
        elif finding:
            raise UserError(f"audit {name}", finding, WAY_OUT)
        else:
            report.append({"check": name, "result": "passed", "finding": "none"})
    return report


def find_shared_subjects(beats: BeatSet) -> str:
    """Name the subjects that are in more than one split; ``""`` when there are none."""
    shared = _on_two_splits(beats.subject, beats.split)
    return f"subject {', '.join(map(str, shared))} in two splits" if shared else ""


def find_duplicated_beats(beats: BeatSet) -> str:
    """Name the first beat whose samples are in more than one split; ``""`` when there is none."""
    key = np.array([hash(window.tobytes()) for window in beats.waveform], dtype=np.int64)
    shared = _on_two_splits(key, beats.split)
    if not shared:
        return ""
    first = int(np.flatnonzero(np.isin(key, np.array(shared)))[0])
    where = f"record {beats.record[first]} sample {beats.sample[first]}"
    return f"{len(shared)} beats with equal samples in two splits, first {where}"


def find_overlapping_windows(beats: BeatSet, window_s: float) -> str:
    """Name the first two windows of a record that overlap across splits; ``""`` without any."""
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
    return f"{near.sum()} windows overlap across splits, first in {where}"


def find_class_sorted_sequences(beats: BeatSet) -> str:
    """Name records whose beats are in the order of their classes instead of their time.

    A detector that looks at the beats before a beat would learn its class from its neighbours.
    There are two signs: time runs backwards within a record; or, where times were replaced, the
    beats of each class lie in one segment in every record that has enough of two classes.

    Returns
    -------
    str
        ``""`` when neither is found. Beats that came already cut out have no order and are skipped.
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
    for value, name in zip(key.tolist(), split.tolist(), strict=True):
        splits[value].add(name)
    return sorted((value for value, found in splits.items() if len(found) > 1), key=str)
