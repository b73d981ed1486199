"""Beats of a window or of features that a trial has changed, made anew from the records.

They are cut and described as stages `preprocess` and `features` do it, from the records of training
and validation subjects only. The files of stage `features` say which records those are, so that no
record of a test subject is read.
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
from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.beats.record_beats import cut_cohort
from ecg_anomaly.config.pipeline_schema import DatasetConfig, FeaturesConfig, PreprocessConfig
from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.features.selection import FeatureTransform
from ecg_anomaly.features.split_inputs import prepare_splits
from ecg_anomaly.files.data_files import read_array
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.record_archive import RecordArchive

#: Windows, and sets of features, that a worker keeps: half an hour of 30 subjects is 300 MB a set.
KEPT = 2


@dataclass(frozen=True)
class FreshSplits:
    """Both splits, and how their features were selected and scaled."""

    train: BeatInputs
    validation: BeatInputs
    transform: FeatureTransform


class FreshBeats:
    """Makes the beats of trials from records, and keeps the last ones.

    Parameters
    ----------
    archive : RecordArchive
        What stage `extract` wrote.
    splits : mapping of str to str
        Split of each record that may be read.
    dataset : DatasetConfig
        Leads, and the class of escape beats.
    """

    def __init__(
        self, archive: RecordArchive, splits: Mapping[str, str], dataset: DatasetConfig
    ) -> None:
        self._archive, self._splits, self._dataset = archive, dict(splits), dataset
        self._cut, self._described = _Latest(KEPT), _Latest(KEPT)

    @classmethod
    def of_folder(cls, data: Path, dataset: DatasetConfig) -> "FreshBeats":
        """Open the records of a folder that `dvc repro features` filled.

        Raises
        ------
        UserError
            When a file is absent, or the data set is split by beat.
        """
        if dataset.split.unit != "subject":
            rule = f"beats of {dataset.name} are split one by one and came already cut out"
            raise UserError("search.space", rule, "take preprocess and features out of the space")
        return cls(RecordArchive(data / "records"), read_splits(data / "features"), dataset)

    @property
    def digest(self) -> str:
        """SHA256 of the splits and of their records."""
        names = json.dumps(self._splits, sort_keys=True)
        return hashlib.sha256(f"{names} {self._archive.digest(self._splits)}".encode()).hexdigest()

    def make(self, preprocess: PreprocessConfig, features: FeaturesConfig) -> FreshSplits:
        """Make both splits, or return them when they are among the last ones made.

        Raises
        ------
        UserError
            When a window or a feature is impossible.
        """
        beats = self._cut.get([preprocess], lambda: self._cut_beats(preprocess))

        def describe() -> FreshSplits:
            window = BeatWindow.from_config(preprocess)
            inputs = prepare_splits(beats, features, window)
            return FreshSplits(inputs.of("train"), inputs.of("validation"), inputs.transform)

        splits: FreshSplits = self._described.get([preprocess, features], describe)
        return splits

    def _cut_beats(self, preprocess: PreprocessConfig) -> BeatSet:
        records = self._archive.read(self._splits)
        beats, _ = cut_cohort(records, self._dataset, preprocess)
        return beats.with_split(np.array([self._splits[name] for name in beats.record.tolist()]))


def read_splits(features: Path) -> dict[str, str]:
    """Read which records are of the training and of the validation split.

    Parameters
    ----------
    features : Path
        What stage `features` wrote. A record without a readable beat is in no split.
    """
    return {
        str(name): split
        for split in ("train", "validation")
        for name in np.unique(read_array(features / f"{split}.npz", "record"))
    }


class _Latest:
    """Keeps the last few results, by the configuration groups they were made from."""

    def __init__(self, most: int) -> None:
        self._most, self._kept = most, OrderedDict[str, Any]()

    def get(self, configs: list[Any], make: Callable[[], Any]) -> Any:
        key = json.dumps([asdict(config) for config in configs], sort_keys=True)
        if key not in self._kept:
            while len(self._kept) >= self._most:  # before the next is made, to hold no more at once
                self._kept.popitem(last=False)
            self._kept[key] = make()
        self._kept.move_to_end(key)
        return self._kept[key]
