"""Baseline detectors without an LSTM: three from scikit-learn and three rules without training."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.ensemble import IsolationForest
from sklearn.neighbors import NearestNeighbors

from ecg_anomaly.config.pipeline_schema import BaselinesConfig
from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.files.data_files import OtherVersionError, read_arrays
from ecg_anomaly.files.errors import UserError, list_some

#: Array in the file of scores that marks the normal validation beats, which give the thresholds.
VALIDATION_NORMAL = "validation_normal"

Scorer = Callable[[BeatInputs], NDArray[np.float64]]

#: Weight of the shortening in rule C. On the training subjects of MIT-BIH (DS1) 4 ranks all beats
#: together better, and 8 gives the better mean over records of average precision: kept at 8.
RULE_C_WEIGHT = 8.0


def fit_baselines(normal: BeatInputs, config: BaselinesConfig) -> dict[str, Scorer]:
    """Fit PCA reconstruction, nearest neighbours and an isolation forest of scikit-learn.

    Parameters
    ----------
    normal : BeatInputs
        Normal training beats; at most ``config.max_train_beats`` of them are used, drawn with
        ``config.seed``.
    config : BaselinesConfig
        Sizes.

    Returns
    -------
    dict of str to callable
        Each gives one score per beat, (n,) float64, larger is more anomalous. All see the same
        numbers as the network: the channels of the window and the selected features.

    Raises
    ------
    UserError
        When there is no normal beat.
    """
    if not len(normal):
        rule = "no normal beats to fit the baselines on in the train split"
        raise UserError("dataset.split", rule, "add records with normal beats")
    rng = np.random.default_rng(config.seed)
    rows = np.sort(rng.permutation(len(normal))[: config.max_train_beats])
    table = _tabulate_beats(normal.select(rows))
    components = min(config.pca_components, *table.shape)
    pca = PCA(components, random_state=config.seed).fit(table)
    reduced = pca.transform(table)
    neighbours = NearestNeighbors(n_neighbors=min(config.neighbours, len(table))).fit(reduced)
    forest = IsolationForest(n_estimators=config.trees, random_state=config.seed).fit(reduced)

    def pca_error(inputs: BeatInputs) -> NDArray[np.float64]:
        values = _tabulate_beats(inputs)
        reconstruction = pca.inverse_transform(pca.transform(values))
        return ((values - reconstruction) ** 2).mean(axis=1).astype(np.float64)

    def neighbour_distance(inputs: BeatInputs) -> NDArray[np.float64]:
        distance, _ = neighbours.kneighbors(pca.transform(_tabulate_beats(inputs)))
        return distance.mean(axis=1).astype(np.float64)

    def isolation(inputs: BeatInputs) -> NDArray[np.float64]:
        return -forest.score_samples(pca.transform(_tabulate_beats(inputs))).astype(np.float64)

    return {
        "pca_reconstruction": pca_error,
        "nearest_neighbour": neighbour_distance,
        "isolation_forest": isolation,
    }


def score_rules(rule: NDArray[np.float32], weight: float) -> dict[str, NDArray[np.float64]]:
    """Score beats by rules A, B and C: unlike the subject's template beat, or too early.

    The rules need no training: they use no label and no other subject, and look back only. A late
    beat scores no higher than one on time: with the signed log ratio, which would raise its score,
    the AUC over all beats of DS1 of MIT-BIH falls from .984 to .978 (rule B).

    Parameters
    ----------
    rule : (n, 3) float32
        Log distance from the template beat, from
        `ecg_anomaly.features.morphology.distance_to_template` (0 is as far as most beats are),
        measured in each part of the window, since over the whole window the rules would be much
        weaker; log ratio of RR to the local median; log ratio of RR to the mean of the last
        minutes.
    weight : float
        Weight of the shortening in rules A and B.

    Returns
    -------
    dict of str to (n,) float64
        ``rule_a`` (local median), ``rule_b`` (mean of minutes), ``rule_c`` (the smaller ratio,
        weight 8): distance plus weight times ``max(0, 1 - RR / expected RR)``. Empty when there
        is no beat, or the data set has no RR intervals (a value is NaN).
    """
    if not np.isfinite(rule).all() or not len(rule):
        return {}
    distance, local, mean = rule.astype(np.float64).T
    return {
        "rule_a": distance + weight * _shortening(local),
        "rule_b": distance + weight * _shortening(mean),
        "rule_c": distance + RULE_C_WEIGHT * _shortening(np.minimum(local, mean)),
    }


def _shortening(log_ratio: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share by which the interval is shorter than expected, 0 when it is longer."""
    return np.maximum(0.0, 1.0 - np.exp(log_ratio))


def _tabulate_beats(inputs: BeatInputs) -> NDArray[np.float32]:
    """Make one row per beat, (n, window * channels + k): the samples of all channels, features."""
    return np.concatenate([inputs.sequence.reshape(len(inputs), -1), inputs.features], axis=1)


def read_baselines(
    path: str | Path, n_test: int
) -> tuple[dict[str, NDArray[np.float64]], NDArray[np.bool_]]:
    """Read what stage `score_baselines` wrote.

    Parameters
    ----------
    path : str or Path
        The file of scores.
    n_test : int
        Beats of the test split.

    Returns
    -------
    scores : dict of str to (m,) or (n_test,) float64
        ``validation.NAME`` and ``test.NAME`` of each baseline.
    normal : (m,) bool
        Normal validation beats.

    Raises
    ------
    UserError
        When the file is absent or damaged, or its scores are of other beats.
    """
    scores = read_arrays(path)
    normal = scores[VALIDATION_NORMAL]
    expected = {"validation": len(normal), "test": n_test}
    baselines = sorted({name.partition(".")[2] for name in scores} - {""})
    of_name = {f"{split}.{name}": split for name in baselines for split in expected}
    for name, split in of_name.items():
        if len(scores[name]) != expected[split]:
            raise OtherVersionError(path, f"{name!r} has the scores of other beats")
    if more := sorted(scores.keys() - of_name.keys() - {VALIDATION_NORMAL}):
        raise OtherVersionError(path, f"has {list_some(more)} too")
    return {name: scores[name] for name in scores if name in of_name}, normal
