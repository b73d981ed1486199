"""Beats made anew for a trial: another window, other features, the same people.

What stages `preprocess` and `features` do, by the same functions, for the training and the
validation people alone. Of the test people no record is read: who they are is not asked either,
because stage `features` has said who is on the other two sides.
"""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ecg_anomaly.beats.beat_set import BeatSet
from ecg_anomaly.beats.record_beats import cut_cohort
from ecg_anomaly.config.pipeline_schema import DatasetConfig, FeaturesConfig, PreprocessConfig
from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.features.selection import FeatureTransform
from ecg_anomaly.features.split_inputs import SplitInputs
from ecg_anomaly.files.atomic import read_array
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.record_archive import RecordArchive

#: Windows, and sets of features, that a worker keeps: half an hour of 30 people is 300 MB a set.
KEPT = 2


@dataclass(frozen=True)
class FreshSplits:
    """What `FreshBeats` makes: both sides, and how their features were selected and scaled."""

    train: BeatInputs
    validation: BeatInputs
    transform: FeatureTransform


class FreshBeats:
    """Makes the beats of trials, and keeps the last ones.

    Parameters
    ----------
    archive : RecordArchive
        What stage `extract` wrote.
    sides : mapping of str to str
        Side of each record that may be read.
    dataset : DatasetConfig
        Leads, and the class of escape beats.
    """

    def __init__(
        self, archive: RecordArchive, splits: Mapping[str, str], dataset: DatasetConfig
    ) -> None:
        self._archive, self._splits, self._dataset = archive, dict(splits), dataset
        self._cut, self._synthetic = _Latest(KEPT), _Latest(KEPT)

    @classmethod
    def of_folder(cls, data: Path, dataset: DatasetConfig) -> "FreshBeats":
        """Open the records of a folder that `dvc repro features` filled.

        Raises
        ------
        UserError
            When a file is absent, or people are on several sides at once.
        """
        if dataset.split.unit != "subject":
            rule = f"beats of {dataset.name} are split one by one and came already cut out"
            raise UserError("search.space", rule, "take preprocess and features out of the space")
        return cls(RecordArchive(data / "records"), read_splits(data / "features"), dataset)

    @property
    def digest(self) -> str:
        """SHA256 of the sides and of the records on them."""
        names = json.dumps(self._splits, sort_keys=True)
        return hashlib.sha256(f"{names} {self._archive.digest(self._splits)}".encode()).hexdigest()

    def make(self, preprocess: PreprocessConfig, features: FeaturesConfig) -> FreshSplits:
        """Make both sides, or return them when they are among the last ones made.

        Raises
        ------
        UserError
            When a window or a feature cannot be.
        """
        beats = self._cut.get(preprocess, lambda: self._cut_beats(preprocess))

        def describe() -> FreshSplits:
            inputs = SplitInputs(beats, features, preprocess)
            return FreshSplits(inputs.of("train"), inputs.of("validation"), inputs.transform)

        synthetic: FreshSplits = self._synthetic.get((preprocess, features), describe)
        return synthetic

    def _cut_beats(self, preprocess: PreprocessConfig) -> BeatSet:
        records = self._archive.read(self._splits)
        beats, _ = cut_cohort(records, self._dataset, preprocess)
        return beats.with_split(np.array([self._splits[name] for name in beats.record.tolist()]))


def read_splits(features: Path) -> dict[str, str]:
    """Read who is on the training and on the validation side, by record.

    Parameters
    ----------
    features : Path
        What stage `features` wrote. A record none of whose beats could be read is on no side.
    """
    return {
        str(name): side
        for side in ("train", "validation")
        for name in np.unique(read_array(features / f"{side}.npz", "record"))
    }


class _Latest:
    """Keeps the last few things that were made, by the configuration they were made from."""

    def __init__(self, most: int) -> None:
        self._most, self._kept = most, OrderedDict[str, Any]()

    def get(self, config: Any, make: Callable[[], Any]) -> Any:
        parts = config if isinstance(config, tuple) else (config,)
        key = json.dumps([asdict(part) for part in parts], sort_keys=True)
        if key not in self._kept:
            while len(self._kept) >= self._most:  # before the next is made: memory holds so many
                self._kept.popitem(last=False)
            self._kept[key] = make()
        self._kept.move_to_end(key)
        return self._kept[key]
