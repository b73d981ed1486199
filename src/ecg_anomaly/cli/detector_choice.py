"""The detector that a command line names, with the threshold and lead that it asks for."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.detector.loading import DIGESTS, NORMAL_SCORES, load_detector, refuse_malformed
from ecg_anomaly.detector.pretrained import DESCRIPTION, pretrained_folder
from ecg_anomaly.evaluation.threshold.thresholds import TOGETHER, level_of_score
from ecg_anomaly.files.data_files import read_arrays, read_json
from ecg_anomaly.files.errors import UserError

REGISTERED = "models:/"


@dataclass(frozen=True)
class DetectorChoice:
    """What a command line says of the detector.

    Attributes
    ----------
    folder : Path
        The detector folder.
    name : str
        How the user named it.
    threshold : float or None
        Beats that score more are flagged; None for the detector's own.
    false_alarm_rate : float or None
        Share of normal beats in calibration above the threshold that is wanted.
    lead : str or None
        The lead to look at first.
    """

    folder: Path
    name: str
    threshold: float | None = None
    false_alarm_rate: float | None = None
    lead: str | None = None

    def load(self) -> Detector:
        """Load the detector.

        Raises
        ------
        UserError
            When a part is missing, changed or malformed, or the threshold is no number.
        """
        if self.threshold is not None and not np.isfinite(self.threshold):
            raise UserError("--threshold", f"{self.threshold} is no score", "give a number")
        detector = load_detector(self.folder, self.false_alarm_rate)
        if self.threshold is not None:
            detector = replace(detector, threshold=self.threshold)
        if self.lead is not None:
            with refuse_malformed(self.folder):
                first, *others = detector.leads
            detector = replace(detector, leads=[[self.lead, *first], *others])
        return detector

    def describe(self, threshold: float) -> dict[str, Any]:
        """Say which detector it is, and what false-alarm rate its threshold stands for.

        Raises
        ------
        UserError
            When the folder was changed since it was loaded.
        """
        with refuse_malformed(self.folder):
            return self._describe(threshold)

    def _describe(self, threshold: float) -> dict[str, Any]:
        said, digests = read_json(self.folder / DESCRIPTION), read_json(self.folder / DIGESTS)
        identity = hashlib.sha256((self.folder / DIGESTS).read_bytes()).hexdigest()
        return {
            "name": self.name,
            "id": identity,
            "trained_on": said["trained_on"],
            "sha256": digests,
            "threshold": threshold,
            "threshold_from": self._origin(),
            "stated_false_alarm_rate": self._stated_rate(said["threshold"], threshold),
        }

    def _origin(self) -> str:
        if self.threshold is not None:
            return "--threshold"
        return "detector" if self.false_alarm_rate is None else "--false-alarm-rate"

    def _stated_rate(self, packaged: dict[str, Any], threshold: float) -> float:
        if self.false_alarm_rate is not None:
            return self.false_alarm_rate
        stated = packaged.get("stated_false_alarm_rate")  # None for a threshold of another origin
        if self.threshold is None and stated is not None:
            return float(stated)
        table = read_arrays(self.folder / NORMAL_SCORES)[TOGETHER]
        return round(1.0 - float(level_of_score(table, np.array([threshold]))[0]), 6)


@contextmanager
def find_detector(name: str | None) -> Iterator[Path]:
    """Yield the folder of a detector; one of the MLflow registry is brought for as long as needed.

    Parameters
    ----------
    name : str or None
        A folder, or ``models:/NAME@ALIAS``; None is the detector that comes with the package.

    Raises
    ------
    UserError
        When the registry cannot be reached or has no such detector.
    """
    if name is None:
        yield pretrained_folder()
        return
    if not name.startswith(REGISTERED):
        yield Path(name)
        return
    from ecg_anomaly.tracking.registry import fetch_detector

    with fetch_detector(name) as folder:
        yield folder
