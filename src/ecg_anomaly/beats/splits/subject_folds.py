"""Deal subjects into folds of like content, for cross-validation by subject."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError


def deal_subjects(
    subject: NDArray[np.str_],
    anomalous: NDArray[np.bool_],
    n_folds: int,
    stratum: NDArray[np.str_] | None = None,
) -> list[list[str]]:
    """Deal subjects into folds, back and forth in the order of their abnormal beats.

    Parameters
    ----------
    subject : (n,) str
        Subject of each beat.
    anomalous : (n,) bool
        True for abnormal beats.
    n_folds : int
        Number of folds.
    stratum : (n,) str, optional
        What subjects are dealt one after the other by, such as their database: every fold gets
        its share of each.

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
    >>> deal_subjects(np.array(list("aabbc")), np.array([1, 1, 1, 0, 0], bool), 2)
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
    return _deal(names[order].tolist(), n_folds)


def _deal(names: Sequence[str], n_folds: int) -> list[list[str]]:
    turn = np.arange(len(names)) % (2 * n_folds)
    fold = np.where(turn < n_folds, turn, 2 * n_folds - 1 - turn)
    return [sorted(n for n, f in zip(names, fold, strict=True) if f == k) for k in range(n_folds)]
