"""The folder a detector is kept in: plain JSON, npz and ONNX, each part with its SHA256."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.features.selection import FeatureTransform
from ecg_anomaly.features.transform_file import write_transform
from ecg_anomaly.files.atomic import read_json, replace_folder, write_json
from ecg_anomaly.files.digests import file_sha256
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.network.trained_model import CALIBRATION, KIND, NETWORK

DESCRIPTION, TRANSFORM, NORMAL_SCORES = "detector.json", "transform.json", "normal_scores.npz"
DIGESTS = "sha256.json"

PARTS = (NETWORK, KIND, CALIBRATION, NORMAL_SCORES, TRANSFORM, DESCRIPTION)

#: Raised when a folder of an older layout can no longer be read.
FORMAT = 2


def write_detector(
    folder: str | Path,
    training: Path,
    threshold: Path,
    transform: FeatureTransform,
    config: PipelineConfig,
    segment_length: int | None,
) -> None:
    """Gather a detector into one folder, which appears whole or not at all.

    Parameters
    ----------
    folder : str or Path
        Where it goes.
    training, threshold : Path
        What the stages `train` and `tune_threshold` wrote.
    transform : FeatureTransform
        Selection and scaling.
    config : PipelineConfig
        Of the pipeline that made it.
    segment_length : int or None
        Length of pre-cut beats, None for continuous recordings.
    """
    chosen = read_json(threshold / "threshold.json")
    chosen.pop("trials")
    chosen.pop("read_from", None)  # names of people stay where they are
    with replace_folder(folder) as temporary:
        for name in (NETWORK, KIND, CALIBRATION):
            shutil.copyfile(training / name, temporary / name)
        shutil.copyfile(threshold / NORMAL_SCORES, temporary / NORMAL_SCORES)
        write_transform(temporary / TRANSFORM, transform)
        description = {
            "format": FORMAT,
            "purpose": "flags unusual heartbeats for review; not a medical device",
            "threshold": chosen,
            "segment_length": segment_length,
            "leads": config.dataset.leads,
            "trained_on": config.dataset.name,
            "preprocess": asdict(config.preprocess),
            "features": asdict(config.features),
        }
        write_json(temporary / DESCRIPTION, description)
        digests = {name: file_sha256(temporary / name) for name in sorted(PARTS)}
        write_json(temporary / DIGESTS, digests)


@contextmanager
def refuse_malformed(folder: Path) -> Iterator[None]:
    """Turn whatever reading a detector folder raises into the one error a user can cause.

    Digests say that a part is the one that was packaged, not that it makes sense.

    Raises
    ------
    UserError
        Names the part if the reader did, or else the folder.
    """
    try:
        yield
    except UserError:
        raise
    except Exception as error:  # of JSON, NumPy and ONNX Runtime, for parts that contradict
        rule = f"not a readable detector ({type(error).__name__}: {error})"
        raise UserError(folder, rule, "package it again") from error


def check_detector(folder: Path) -> None:
    """Refuse a detector folder with a missing or changed part, or of another layout.

    Raises
    ------
    UserError
        Names the part.
    """
    if not folder.is_dir():
        raise UserError(folder, "no such detector folder", "run `dvc repro` or name another")
    digests = read_json(folder / DIGESTS)
    if not isinstance(digests, dict) or not set(PARTS) <= set(digests):
        raise UserError(folder / DIGESTS, "does not list every part", "package it again")
    for name in PARTS:
        path = folder / name
        if not path.is_file():
            raise UserError(path, "part of the detector is missing", "package it again")
        if file_sha256(path) != digests[name]:
            raise UserError(path, "changed since the detector was packaged", "package it again")
    layout = read_json(folder / DESCRIPTION)["format"]
    if layout != FORMAT:
        rule = f"layout {layout}, this version reads {FORMAT}"
        raise UserError(folder / DESCRIPTION, rule, "package it again")
