"""What every trial of a sweep trains on and is judged by: read once, and never the test side."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from ecg_anomaly.config.search_schema import SearchRunConfig
from ecg_anomaly.errors import UserError
from ecg_anomaly.features.beat_inputs import BeatInputs, read_inputs
from ecg_anomaly.features.selection import FeatureTransform
from ecg_anomaly.features.transform_file import read_transform
from ecg_anomaly.search.judging import choose_judged_beats
from ecg_anomaly.storage.digests import file_sha256

FILES = ("train.npz", "validation.npz", "transform.json")


@dataclass(frozen=True)
class SweepBeats:
    """Beats of a sweep.

    Attributes
    ----------
    train, judged : BeatInputs
        All training beats; the validation beats that trials are judged by.
    transform : FeatureTransform
        Says which feature is of which lead.
    """

    train: BeatInputs
    judged: BeatInputs
    transform: FeatureTransform


def read_sweep_beats(folder: Path, config: SearchRunConfig) -> SweepBeats:
    """Read what `dvc repro features` wrote, except the test side.

    Raises
    ------
    UserError
        When a file is absent, or nothing can be judged.
    """
    train, validation = (read_inputs(folder / f"{side}.npz") for side in ("train", "validation"))
    judged = choose_judged_beats(validation, config.search.judged)
    return SweepBeats(train, judged, read_transform(folder / "transform.json"))


def digest_features(folder: Path) -> str:
    """SHA256 of the files that a sweep reads.

    Raises
    ------
    UserError
        When one is absent.
    """
    total = hashlib.sha256()
    for name in FILES:
        if not (folder / name).is_file():
            raise UserError(folder / name, "no such file", "run `dvc repro features` to make it")
        total.update(f"{file_sha256(folder / name)}  {name}\n".encode())
    return total.hexdigest()
