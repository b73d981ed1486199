"""Select and scale the features. Everything is fitted on the training split.

scikit-learn is imported where it is needed: scoring applies what was fitted and does without.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.config.pipeline_schema import SelectionConfig
from ecg_anomaly.files.atomic import write_json
from ecg_anomaly.files.data_files import read_json

#: Beats from which mutual information is estimated; more change its second digit only.
INFORMATION_BEATS = 4000

#: Standard deviations at which a scaled value is cut, so that one artefact is not everything.
CLIP = 8.0


@dataclass(frozen=True)
class FeatureTransform:
    """Selection and scaling, as fitted on the training split.

    Attributes
    ----------
    names : tuple of str
        Features that stay.
    columns : (k,) int64
        Their columns among all features.
    mean, scale : (k,) float64
        What is subtracted and divided by.
    """

    names: tuple[str, ...]
    columns: NDArray[np.int64]
    mean: NDArray[np.float64]
    scale: NDArray[np.float64]

    def apply(self, values: NDArray[np.float64]) -> NDArray[np.float32]:
        """Select, standardise and clip; shape ``(n, n_features)`` to ``(n, k)`` float32."""
        scaled = (values[:, self.columns] - self.mean) / self.scale
        return np.minimum(np.maximum(scaled, -CLIP), CLIP).astype(np.float32)


def select_features(
    values: NDArray[np.float64],
    names: tuple[str, ...],
    anomalous: NDArray[np.bool_] | None,
    config: SelectionConfig,
) -> tuple[FeatureTransform, list[dict[str, object]]]:
    """Choose features and fit their scaling.

    Parameters
    ----------
    values : (n, n_features) float64
        Training beats only.
    names : tuple of str
        Name of each column.
    anomalous : (n,) bool or None
        Labels of the training beats; None when there are none.
    config : SelectionConfig
        Limits. With ``min_information`` 0 labels choose nothing and are only reported.

    Returns
    -------
    transform : FeatureTransform
    report : list of dict
        For each feature: kept or not, the reason, and its mutual information with the label
        in nats (None where it was not estimated: less than two beats of a kind).
    """
    reasons = dict.fromkeys(names, "")
    available = np.asarray(np.isfinite(values).all(axis=0))
    _exclude(reasons, names, ~available, "not available in this data set")
    _exclude(reasons, names, available & ~_varies(values, available, config), "constant")
    information = _information(values, reasons, names, anomalous, config)
    for name, nats in information.items():
        if nats < config.min_information:
            reasons[name] = f"mutual information {nats:.4f} below {config.min_information}"
    _exclude_copies(values, names, reasons, config.max_correlation)
    report: list[dict[str, object]] = [
        {"feature": n, "kept": not why, "reason": why or "kept", "information": information.get(n)}
        for n, why in reasons.items()
    ]
    return _fit_scaling(values, names, reasons), report


def _exclude(
    reasons: dict[str, str], names: tuple[str, ...], where: NDArray[np.bool_], why: str
) -> None:
    for index in np.flatnonzero(where):
        reasons[names[index]] = why


def _varies(
    values: NDArray[np.float64], available: NDArray[np.bool_], config: SelectionConfig
) -> NDArray[np.bool_]:
    from sklearn.feature_selection import VarianceThreshold

    varies = np.zeros(len(available), dtype=bool)
    columns = np.flatnonzero(available)
    if len(columns):
        # VarianceThreshold raises when nothing varies, which is an answer here and no error.
        spread = VarianceThreshold().fit(values[:, columns] + 0.0) if len(values) > 1 else None
        variances = spread.variances_ if spread is not None else np.zeros(len(columns))
        varies[columns] = variances > config.min_variance
    return varies


def _information(
    values: NDArray[np.float64],
    reasons: dict[str, str],
    names: tuple[str, ...],
    anomalous: NDArray[np.bool_] | None,
    config: SelectionConfig,
) -> dict[str, float]:
    from sklearn.feature_selection import mutual_info_classif

    columns = [i for i, name in enumerate(names) if not reasons[name]]
    if anomalous is None or not columns:
        return {}
    rng = np.random.default_rng(config.seed)
    rows = rng.permutation(len(values))[:INFORMATION_BEATS]
    label = anomalous[rows]
    if min(label.sum(), (~label).sum()) < 2:
        return {}
    nats = mutual_info_classif(values[rows][:, columns], label, random_state=config.seed)
    return {names[i]: round(float(n), 4) for i, n in zip(columns, nats, strict=True)}


def _exclude_copies(
    values: NDArray[np.float64], names: tuple[str, ...], reasons: dict[str, str], limit: float
) -> None:
    columns = [i for i, name in enumerate(names) if not reasons[name]]
    if len(columns) < 2:
        return
    correlation = np.abs(np.corrcoef(values[:, columns], rowvar=False))
    kept: list[int] = []
    for place, column in enumerate(columns):
        duplicate = next((k for k in kept if correlation[place, k] > limit), None)
        if duplicate is None:
            kept.append(place)
        else:
            r = correlation[place, duplicate]
            reasons[names[column]] = f"correlation {r:.3f} with {names[columns[duplicate]]}"


def _fit_scaling(
    values: NDArray[np.float64], names: tuple[str, ...], reasons: dict[str, str]
) -> FeatureTransform:
    from sklearn.preprocessing import StandardScaler

    columns = np.array([i for i, name in enumerate(names) if not reasons[name]], dtype=np.int64)
    if not len(columns):
        return FeatureTransform((), columns, np.zeros(0), np.ones(0))
    scaler = StandardScaler().fit(values[:, columns])
    kept = tuple(names[i] for i in columns)
    return FeatureTransform(kept, columns, scaler.mean_, scaler.scale_)


def write_transform(path: str | Path, transform: FeatureTransform) -> None:
    """Write a transform as JSON; numbers keep every digit."""
    rows = zip(
        transform.names, transform.columns.tolist(), transform.mean.tolist(),
        transform.scale.tolist(), strict=True,
    )  # fmt: skip
    keys = ("feature", "column", "mean", "scale")
    write_json(path, [dict(zip(keys, row, strict=True)) for row in rows])


def read_transform(path: str | Path) -> FeatureTransform:
    """Read what `write_transform` wrote.

    Raises
    ------
    UserError
        When the file is absent, damaged, or of another version.
    """
    rows = read_json(path)
    return FeatureTransform(
        names=tuple(row["feature"] for row in rows),
        columns=np.array([row["column"] for row in rows], dtype=np.int64),
        mean=np.array([row["mean"] for row in rows]),
        scale=np.array([row["scale"] for row in rows]),
    )
