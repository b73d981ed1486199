"""Load a detector from its folder, after checking that every part is whole and makes sense.

Its parts are plain JSON, npz and ONNX files, listed with their SHA256 digests in ``sha256.json``.
Digests tell damage, not forgery; the values are checked too, in `detector_checks`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ecg_anomaly.config.pipeline_schema import (
    FeaturesConfig,
    PreprocessConfig,
    SelectionConfig,
    SynthesisConfig,
)
from ecg_anomaly.config.value_checks import check_range
from ecg_anomaly.detector.detector import FirstLead
from ecg_anomaly.detector.detector_checks import (
    check_described,
    check_parts,
    check_values,
    check_weights,
)
from ecg_anomaly.detector.loaded_detector import LoadedDetector
from ecg_anomaly.detector.pretrained import DESCRIPTION, pretrained_folder
from ecg_anomaly.evaluation.threshold.thresholds import ALONE, TOGETHER, threshold_for_level
from ecg_anomaly.features.selection import read_transform
from ecg_anomaly.files.data_files import read_arrays, read_json
from ecg_anomaly.files.digests import file_sha256
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.network.trained_model import CALIBRATION, KIND, NETWORK, read_scorer

TRANSFORM, NORMAL_SCORES = "transform.json", "normal_scores.npz"
DIGESTS = "sha256.json"

#: What recordings it was made with look like; a detector may lack it.
REFERENCE = "reference.json"

PARTS = (NETWORK, KIND, CALIBRATION, NORMAL_SCORES, TRANSFORM, DESCRIPTION)

#: Version of the layout; raised when folders of an older one can no longer be read.
FORMAT = 4


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
