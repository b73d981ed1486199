"""The fitted selection and scaling as a file a person can read."""

from pathlib import Path

import numpy as np

from ecg_anomaly.features.selection import FeatureTransform
from ecg_anomaly.files.atomic import read_json, write_json


def write_transform(path: str | Path, transform: FeatureTransform) -> None:
    """Write a transform as JSON; numbers keep every digit."""
    rows = zip(
        transform.names, transform.columns.tolist(), transform.mean.tolist(),
        transform.scale.tolist(), strict=True,
    )  # fmt: skip
    keys = ("feature", "column", "mean", "scale")
    write_json(path, [dict(zip(keys, row, strict=True)) for row in rows])


def read_transform(path: str | Path) -> FeatureTransform:
    """Read what `write_transform` wrote."""
    rows = read_json(path)
    return FeatureTransform(
        names=tuple(row["feature"] for row in rows),
        columns=np.array([row["column"] for row in rows], dtype=np.int64),
        mean=np.array([row["mean"] for row in rows]),
        scale=np.array([row["scale"] for row in rows]),
    )
