"""The beats that the trials of a sweep train on and are evaluated by; never the test split.

Where the space changes networks alone, all trials share what stage `features` wrote. Where it
changes the window or the features, their beats are made anew, see `fresh_beats`.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path

from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.config.pipeline_schema import (
    PipelineConfig,
)
from ecg_anomaly.config.search_schema import SearchRunConfig
from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.features.selection import read_transform
from ecg_anomaly.files.array_tables import read_array_table
from ecg_anomaly.files.data_files import check_fields
from ecg_anomaly.files.digests import file_sha256
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.network.input_shape import check_samples_per_step
from ecg_anomaly.search.fresh_beats import FreshBeats
from ecg_anomaly.search.objective import TrialBeats, choose_evaluated_beats
from ecg_anomaly.search.space import SearchParameter, changes_beats

SPLIT_FILES, TRANSFORM = ("train.npz", "validation.npz"), "transform.json"

#: Gives the beats for the configuration of a trial.
BeatsOf = Callable[[PipelineConfig], TrialBeats]


def open_beats(
    data: Path, config: SearchRunConfig, parameters: tuple[SearchParameter, ...]
) -> BeatsOf:
    """Open what trials train on.

    Parameters
    ----------
    data : Path
        Folder that `dvc repro features` filled.
    config : SearchRunConfig
        Everything.
    parameters : tuple of SearchParameter
        The space.

    Raises
    ------
    UserError
        When a file is absent, nothing can be evaluated, or beats cannot be made anew.
    """
    if not changes_beats(parameters):
        stored = read_trial_beats(data / "features", config.search.objective_beats)
        return lambda _: stored
    fresh = FreshBeats.of_folder(data, config.dataset)

    def make(trial: PipelineConfig) -> TrialBeats:
        window = BeatWindow.from_config(trial.preprocess)
        check_samples_per_step(window.n_samples, trial.model.samples_per_step)
        splits = fresh.make(trial.preprocess, trial.features)
        evaluated = choose_evaluated_beats(splits.validation, config.search.objective_beats)
        return TrialBeats(splits.train, evaluated, splits.transform)

    return make


def digest_beats(
    data: Path, config: SearchRunConfig, parameters: tuple[SearchParameter, ...]
) -> str:
    """SHA256 of what the function that `open_beats` returns reads; errors as there."""
    if changes_beats(parameters):
        return FreshBeats.of_folder(data, config.dataset).digest
    return digest_features(data / "features")


def read_trial_beats(folder: Path, objective_beats: str) -> TrialBeats:
    """Read what stage `features` wrote of the training and validation split.

    Raises
    ------
    UserError
        When a file is absent, or nothing can be evaluated.
    """
    train, validation = (read_array_table(folder / name, BeatInputs) for name in SPLIT_FILES)
    evaluated = choose_evaluated_beats(validation, objective_beats)
    return TrialBeats(train, evaluated, read_transform(folder / TRANSFORM))


def digest_features(folder: Path) -> str:
    """SHA256 of the files that `read_trial_beats` reads.

    Raises
    ------
    UserError
        When one is absent, or of another version: workers would end one after the other.
    """
    total = hashlib.sha256()
    for name in (*SPLIT_FILES, TRANSFORM):
        if not (folder / name).is_file():
            raise UserError(folder / name, "no such file", "run `dvc repro features` to make it")
        total.update(f"{file_sha256(folder / name)}  {name}\n".encode())
    for name in SPLIT_FILES:
        check_fields(folder / name, BeatInputs)
    read_transform(folder / TRANSFORM)
    return total.hexdigest()
