"""A usual and an unusual beat to look at side by side."""

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.files.errors import UserError


def choose_pair(inputs: BeatInputs, score: NDArray[np.float64]) -> NDArray[np.intp]:
    """Choose a normal beat and a premature ventricular one, each ordinary of its kind.

    Both are of one record where there is one with both kinds, of the record with most
    ventricular beats where there are several; each is the beat of middle score, so that neither
    is the best or the worst that the network can do.

    Parameters
    ----------
    inputs : BeatInputs
        One side of the split. Without codes N or V, any beat of class N and any other labelled
        beat stand in.
    score : (n,) float64
        Their scores.

    Returns
    -------
    (2,) int
        Rows of the normal and of the unusual beat.

    Raises
    ------
    UserError
        When no beat is labelled as normal, or none as anything else.
    """
    normal = _prefer(inputs.symbol == "N", inputs.aami == "N")
    unusual = _prefer(inputs.symbol == "V", inputs.anomalous)
    if not (normal.any() and unusual.any()):
        rule = f"{normal.sum()} normal and {unusual.sum()} abnormal labelled test beats"
        raise UserError("data/features/test.npz", rule, "use a data set with labels of both kinds")
    here = _pick_record(inputs.record, normal, unusual)
    return np.array([_middle(normal & here, score), _middle(unusual & here, score)])


def _prefer(wanted: NDArray[np.bool_], otherwise: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return wanted if wanted.any() else otherwise


def _pick_record(
    record: NDArray[np.str_], normal: NDArray[np.bool_], unusual: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    shared = np.intersect1d(record[normal], record[unusual])
    if not len(shared):
        return np.ones(len(record), dtype=bool)
    counts = [(unusual & (record == name)).sum() for name in shared]
    return record == shared[int(np.argmax(counts))]


def _middle(rows: NDArray[np.bool_], score: NDArray[np.float64]) -> np.intp:
    places = np.flatnonzero(rows)
    return places[np.argsort(score[places], kind="stable")[(len(places) - 1) // 2]]
