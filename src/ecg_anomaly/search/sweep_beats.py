"""What the trials of a sweep train on and are judged by: never the test side."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.config.search_schema import SearchRunConfig
from ecg_anomaly.features.beat_inputs import BeatInputs, read_inputs
from ecg_anomaly.features.selection import FeatureTransform, read_transform
from ecg_anomaly.files.digests import file_sha256
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.network.input_shape import check_samples_per_step
from ecg_anomaly.search.fresh_beats import FreshBeats
from ecg_anomaly.search.objective_value import choose_evaluated_beats
from ecg_anomaly.search.space import Axis, changes_beats

FILES = ("train.npz", "validation.npz", "transform.json")


@dataclass(frozen=True)
class SweepBeats:
    """Beats of a trial.

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


#: Gives the beats that the configuration of a trial asks for.
BeatsOf = Callable[[PipelineConfig], SweepBeats]


def open_beats(data: Path, config: SearchRunConfig, axes: tuple[Axis, ...]) -> BeatsOf:
    """Open what trials train on.

    Parameters
    ----------
    data : Path
        Folder that `dvc repro features` filled.
    config : SearchRunConfig
        Everything.
    axes : tuple of Axis
        The space. Where it changes neither windows nor features all trials share what stage
        `features` wrote, which is read now; otherwise beats are made when a trial asks for them.

    Raises
    ------
    UserError
        When a file is absent, nothing can be judged, or beats cannot be made anew.
    """
    if not changes_beats(axes):
        stored = read_sweep_beats(data / "features", config)
        return lambda _: stored
    fresh = FreshBeats.of_folder(data, config.dataset)

    def make(trial: PipelineConfig) -> SweepBeats:
        window = BeatWindow.from_config(trial.preprocess)
        check_samples_per_step(window.n_samples, trial.model.samples_per_step)
        synthetic = fresh.make(trial.preprocess, trial.features)
        judged = choose_evaluated_beats(synthetic.validation, config.search.judged)
        return SweepBeats(synthetic.train, judged, synthetic.transform)

    return make


def digest_beats(data: Path, config: SearchRunConfig, axes: tuple[Axis, ...]) -> str:
    """SHA256 of what `open_beats` and what it returns read; errors as there."""
    if changes_beats(axes):
        return FreshBeats.of_folder(data, config.dataset).digest
    return digest_features(data / "features")


def read_sweep_beats(folder: Path, config: SearchRunConfig) -> SweepBeats:
    """Read what `dvc repro features` wrote, except the test side.

    Raises
    ------
    UserError
        When a file is absent, or nothing can be judged.
    """
    train, validation = (read_inputs(folder / f"{split}.npz") for split in ("train", "validation"))
    judged = choose_evaluated_beats(validation, config.search.judged)
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
