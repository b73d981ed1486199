"""Classical detectors of scikit-learn, fitted on normal training beats."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.ensemble import IsolationForest
from sklearn.neighbors import NearestNeighbors

from ecg_anomaly.config.pipeline_schema import BaselinesConfig
from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.files.errors import UserError

Scorer = Callable[[BeatInputs], NDArray[np.float64]]


def fit_baselines(normal: BeatInputs, config: BaselinesConfig) -> dict[str, Scorer]:
    """Fit PCA reconstruction, nearest neighbours and an isolation forest.

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
        Each gives one score per beat, larger is more anomalous. All see the same numbers as
        the network: the channels of the window and the selected features.

    Raises
    ------
    UserError
        When there is no normal beat.
    """
    if not len(normal):
        rule = "no normal beats to fit the baselines on in the train side"
        raise UserError("dataset.split", rule, "add records with normal beats")
    rng = np.random.default_rng(config.seed)
    rows = np.sort(rng.permutation(len(normal))[: config.max_train_beats])
    table = _table(normal.select(rows))
    components = min(config.pca_components, *table.shape)
    pca = PCA(components, random_state=config.seed).fit(table)
    places = pca.transform(table)
    neighbours = NearestNeighbors(n_neighbors=min(config.neighbours, len(table))).fit(places)
    forest = IsolationForest(n_estimators=config.trees, random_state=config.seed)
    forest.fit(places)

    def pca_error(inputs: BeatInputs) -> NDArray[np.float64]:
        values = _table(inputs)
        redrawn = pca.inverse_transform(pca.transform(values))
        return ((values - redrawn) ** 2).mean(axis=1).astype(np.float64)

    def neighbour_distance(inputs: BeatInputs) -> NDArray[np.float64]:
        distance, _ = neighbours.kneighbors(pca.transform(_table(inputs)))
        return distance.mean(axis=1).astype(np.float64)

    def isolation(inputs: BeatInputs) -> NDArray[np.float64]:
        return -forest.score_samples(pca.transform(_table(inputs))).astype(np.float64)

    return {
        "pca_reconstruction": pca_error,
        "nearest_neighbour": neighbour_distance,
        "isolation_forest": isolation,
    }


def _table(inputs: BeatInputs) -> NDArray[np.float32]:
    return np.concatenate([inputs.sequence.reshape(len(inputs), -1), inputs.features], axis=1)
