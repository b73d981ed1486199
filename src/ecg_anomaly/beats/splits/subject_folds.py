"""Assign subjects to folds of similar content, for cross-validation by subject."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError


def assign_folds(
    subject: NDArray[np.str_],
    anomalous: NDArray[np.bool_],
    n_folds: int,
    stratum: NDArray[np.str_] | None = None,
) -> list[list[str]]:
    """Assign subjects to folds, back and forth in the order of their numbers of abnormal beats.

    Parameters
    ----------
    subject : (n,) str
        Subject of each beat.
    anomalous : (n,) bool
        True for abnormal beats.
    n_folds : int
        Number of folds.
    stratum : (n,) str, optional
        Stratum of each beat, such as its database: every fold gets its share of each stratum.

    Returns
    -------
    list of list of str
        Sorted names of the subjects of each fold; each subject is in one of them.

    Raises
    ------
    UserError
        When there are fewer subjects than folds.

    Examples
    --------
    >>> assign_folds(np.array(list("aabbc")), np.array([1, 1, 1, 0, 0], bool), 2)
    [['a'], ['b', 'c']]
    """
    names, first, place = np.unique(subject, return_index=True, return_inverse=True)
    if len(names) < n_folds:
        rule = f"{n_folds} folds of {len(names)} subjects"
        raise UserError("folds", rule, "choose fewer folds or add subjects")
    abnormal = np.bincount(place, weights=anomalous)
    groups = np.zeros(len(subject), dtype=np.intp)
    if stratum is not None:
        groups = np.unique(stratum, return_inverse=True)[1]
    order = np.lexsort((-abnormal, groups[first]))
    return _assign(names[order].tolist(), n_folds)


def _assign(names: Sequence[str], n_folds: int) -> list[list[str]]:
    turn = np.arange(len(names)) % (2 * n_folds)
    fold = np.where(turn < n_folds, turn, 2 * n_folds - 1 - turn)
    return [sorted(n for n, f in zip(names, fold, strict=True) if f == k) for k in range(n_folds)]
