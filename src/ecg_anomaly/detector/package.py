"""Package a trained detector: write the folder that `loading` reads, and the files beside it."""

import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.detector.loaded_detector import LoadedDetector
from ecg_anomaly.detector.loading import (
    DIGESTS,
    FORMAT,
    NORMAL_SCORES,
    PARTS,
    REFERENCE,
    TRANSFORM,
    load_detector,
)
from ecg_anomaly.detector.pretrained import DESCRIPTION
from ecg_anomaly.features.selection import FeatureTransform, read_transform, write_transform
from ecg_anomaly.files.atomic import replace_folder, write_json, write_text
from ecg_anomaly.files.data_files import read_json
from ecg_anomaly.files.digests import file_sha256
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.network.trained_model import CALIBRATION, KIND, NETWORK
from ecg_anomaly.records.record import Record

#: Length of the example recording in s: enough for a template beat, small enough to be logged.
EXAMPLE_S = 30.0


def write_detector(
    folder: str | Path,
    training: Path,
    threshold: Path,
    transform: FeatureTransform,
    config: PipelineConfig,
    segment_length: int | None,
    cards: Mapping[str, str] | None = None,
) -> None:
    """Write a detector folder. It appears when it is complete, or not at all.

    Parameters
    ----------
    folder : str or Path
        The folder to write; a former one is replaced.
    training, threshold : Path
        Output folders of the stages `train` and `tune_threshold`.
    transform : FeatureTransform
        Selection and scaling of the features.
    config : PipelineConfig
        Configuration of the pipeline that trained the detector.
    segment_length : int or None
        Length, in samples, of beats cut out beforehand; None for continuous recordings.
    cards : mapping, optional
        Texts for people by the names of their files, written beside the parts.
    """
    chosen = read_json(threshold / "threshold.json")
    chosen.pop("trials", None)
    chosen.pop("read_from", None)  # subjects are not named in a detector
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
        for name, text in (cards or {}).items():
            write_text(temporary / name, text)
        digests = {name: file_sha256(temporary / name) for name in sorted(PARTS)}
        write_json(temporary / DIGESTS, digests)


def assemble_detector(
    training: Path, threshold: Path, transform: Path, config: PipelineConfig
) -> LoadedDetector:
    """Assemble the detector of recordings that stage `package` will write, to try it before.

    Parameters
    ----------
    training, threshold, config
        As for `write_detector`.
    transform : Path
        File of the selection and scaling of the features.
    """
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "detector"
        write_detector(folder, training, threshold, read_transform(transform), config, None)
        return load_detector(folder)


def add_reference(folder: Path, content: Any) -> None:
    """Add to a detector folder what the recordings that it was made with look like.

    Parameters
    ----------
    folder : Path
        The detector, of which nothing else changes but its list of digests.
    content : object
        For JSON, see `ecg_anomaly.archive.drift.drift_reference`.
    """
    write_json(folder / REFERENCE, content)
    digests = {**read_json(folder / DIGESTS), REFERENCE: file_sha256(folder / REFERENCE)}
    write_json(folder / DIGESTS, dict(sorted(digests.items())))


def cut_example(records: Iterable[Record]) -> Record:
    """Cut the first `EXAMPLE_S` seconds of a record, as an example of a detector's input.

    It is the first record of that length, or else the longest: others may be shorter than a beat.
    Annotations are dropped, and missing samples are set to 0: it looks like any recording.

    Raises
    ------
    UserError
        When there is no record.
    """
    record = None
    for candidate in records:
        if record is None or candidate.duration_s > record.duration_s:
            record = candidate
        if record.duration_s >= EXAMPLE_S:
            break
    if record is None:
        raise UserError("data/records", "no record in the archive", "run `dvc repro -f extract`")
    n_samples = round(EXAMPLE_S * record.fs)
    if record.segment_length:
        n_samples -= n_samples % record.segment_length
    signal = np.nan_to_num(record.signal[:n_samples])
    return replace(record, signal=signal, annotations=None)
