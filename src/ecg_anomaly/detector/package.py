"""The folder that holds a detector: writing, checking and loading it.

Its parts are plain JSON, npz and ONNX files, listed with their SHA256 digests in ``sha256.json``.
Digests tell damage, not forgery; the values are checked too, in `detector_values`.
"""

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from ecg_anomaly.config.pipeline_schema import (
    FeaturesConfig,
    PipelineConfig,
    PreprocessConfig,
    SelectionConfig,
    SynthesisConfig,
)
from ecg_anomaly.config.value_checks import check_range
from ecg_anomaly.detector.detector import FirstLead, check_parts
from ecg_anomaly.detector.detector_values import check_described, check_values, check_weights
from ecg_anomaly.detector.loaded_detector import LoadedDetector
from ecg_anomaly.detector.pretrained import DESCRIPTION, pretrained_folder
from ecg_anomaly.evaluation.threshold.thresholds import ALONE, TOGETHER, threshold_for_level
from ecg_anomaly.features.selection import FeatureTransform, read_transform, write_transform
from ecg_anomaly.files.atomic import replace_folder, write_json, write_text
from ecg_anomaly.files.data_files import read_arrays, read_json
from ecg_anomaly.files.digests import file_sha256
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.network.trained_model import CALIBRATION, KIND, NETWORK, read_scorer
from ecg_anomaly.records.record import Record

TRANSFORM, NORMAL_SCORES = "transform.json", "normal_scores.npz"
DIGESTS = "sha256.json"

#: What recordings it was made with look like; a detector may lack it.
REFERENCE = "reference.json"

PARTS = (NETWORK, KIND, CALIBRATION, NORMAL_SCORES, TRANSFORM, DESCRIPTION)

#: Version of the layout; raised when folders of an older one can no longer be read.
FORMAT = 4

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


def load_detector(
    folder: str | Path | None = None, false_alarm_rate: float | None = None
) -> LoadedDetector:
    """Load a detector folder.

    Parameters
    ----------
    folder : str or Path, optional
        Written by the stage `package`; by default the detector that comes with the package.
    false_alarm_rate : float, optional
        Share of normal beats that may be flagged, between 0 and 1: the threshold that this share
        of the normal validation beats exceeded replaces the one that the pipeline chose.

    Raises
    ------
    UserError
        When a part is missing, changed or malformed, the parts do not fit together, or the rate
        is not between 0 and 1.
    """
    root = pretrained_folder() if folder is None else Path(folder)
    with refuse_malformed(root):
        check_detector(root)
        return _read_parts(root, false_alarm_rate)


def _read_parts(root: Path, false_alarm_rate: float | None) -> LoadedDetector:
    described, tables = read_json(root / DESCRIPTION), read_arrays(root / NORMAL_SCORES)
    check_weights(root / NETWORK)
    threshold = described["threshold"]["value"]
    if false_alarm_rate is not None:
        check_range("false_alarm_rate", false_alarm_rate, 0, 1, low_included=True)
        threshold = threshold_for_level(tables[TOGETHER], 1 - false_alarm_rate)
    scorer, card = read_scorer(root)
    detector = LoadedDetector(
        preprocess=PreprocessConfig(**{**described["preprocess"], "beat_positions": "detected"}),
        features=_read_features(described["features"]),
        leads=described["leads"],
        segment_length=described["segment_length"],
        transform=read_transform(root / TRANSFORM),
        scorer=scorer,
        threshold=float(threshold),
        first_lead=FirstLead(tables[TOGETHER], tables[ALONE]),
        digest=file_sha256(root / DIGESTS),
    )
    check_parts(detector, card)
    check_described(described)
    check_values(detector, card)
    return detector


def _read_features(described: dict[str, Any]) -> FeaturesConfig:
    selection = SelectionConfig(**described["selection"])
    synthesis = SynthesisConfig(**described["synthesis"])
    return FeaturesConfig(**{**described, "selection": selection, "synthesis": synthesis})


@contextmanager
def refuse_malformed(folder: Path) -> Iterator[None]:
    """Turn any exception raised while a detector folder is read into a `UserError`.

    A digest that fits proves that a part is the one that was packaged, not that it makes sense.

    Raises
    ------
    UserError
        Names the part, if the reader did, or the folder.
    """
    try:
        yield
    except UserError:
        raise
    except Exception as error:  # of json, NumPy, ONNX Runtime, or check_parts
        rule = f"not a readable detector ({type(error).__name__}: {error})"
        raise UserError(folder, rule, "package it again") from error


def check_detector(folder: Path) -> None:
    """Check that every part of a detector folder is there, unchanged and of this layout.

    Raises
    ------
    UserError
        Names the part that is missing, changed or of another layout.
    """
    if not folder.is_dir():
        raise UserError(folder, "no such detector folder", "run `dvc repro` or name another")
    digests = read_json(folder / DIGESTS)
    if not isinstance(digests, dict) or not set(PARTS) <= set(digests):
        raise UserError(folder / DIGESTS, "does not list every part", "package it again")
    for name in [*PARTS, *({REFERENCE} & set(digests))]:
        path = folder / name
        if not path.is_file():
            raise UserError(path, "part of the detector is missing", "package it again")
        if file_sha256(path) != digests[name]:
            raise UserError(path, "changed since the detector was packaged", "package it again")
    layout = read_json(folder / DESCRIPTION)["format"]
    if layout != FORMAT:
        rule = f"layout {layout}, this version reads {FORMAT}"
        raise UserError(folder / DESCRIPTION, rule, "package it again")


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
