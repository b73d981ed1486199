"""The inputs of a protocol: who trains, who validates, and the test split as found and as given."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.beats.splits.by_subject import SPLITS, summarise_split
from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.features.selection import (
    FeatureTransform,
    read_transform,
    write_transform,
)
from ecg_anomaly.features.split_inputs import SplitInputs, assemble_inputs
from ecg_anomaly.files.array_tables import read_array_table, write_array_table
from ecg_anomaly.files.atomic import replace_folder, write_json
from ecg_anomaly.files.data_files import read_json
from lab.benchmark.protocol_beats import DescribedBeats
from lab.benchmark.reference import ReferenceBeats, list_reference

ABOUT = "about.json"


@dataclass(frozen=True)
class Splits:
    """Everything that trainings, baselines and evaluations of one protocol share.

    Attributes
    ----------
    train, validation : BeatInputs
        Recorded beats first, then synthetic ones.
    tests : dict of str to BeatInputs
        The test split by how its beats were found: ``"reference"``, ``"detected"``.
    reference : ReferenceBeats
        What is to be found in the test split.
    transform : FeatureTransform
        Fitted on recorded training beats.
    about : dict
        Subjects and beats of each split, and the digest of the data.
    """

    train: BeatInputs
    validation: BeatInputs
    tests: dict[str, BeatInputs]
    reference: ReferenceBeats
    transform: FeatureTransform
    about: dict


def write_splits(
    folder: Path, source: DescribedBeats, split: NDArray[np.str_], config: PipelineConfig
) -> None:
    """Fit selection and scaling on the training split, make synthetic beats, and write every split.

    Parameters
    ----------
    folder : Path
        Appears whole or not at all.
    source : DescribedBeats
        All beats of the protocol.
    split : (n,) str
        Split of each reference beat.
    config : PipelineConfig
        Window, features and synthetic beats.
    """
    beats = source.beats
    whole = beats.reference.with_split(split)
    window = BeatWindow.from_config(config.preprocess)
    copies = source.copies_of(split)
    inputs = SplitInputs(whole, source.description, source.context, config.features, window, copies)
    tests = whole.split == "test"
    with replace_folder(folder) as temporary:
        for name in SPLITS:
            write_array_table(temporary / f"{_file(name)}.npz", inputs.of(name))
        if beats.detected is not None and source.detected is not None:
            found = np.isin(beats.detected.record, whole.record[tests]) & beats.detected.readable
            detected = assemble_inputs(beats.detected, source.detected, inputs.transform, found)
            write_array_table(temporary / "test-detected.npz", detected)
        reference = list_reference(whole.select(tests), beats.tolerance[tests])
        write_array_table(temporary / "beats.npz", reference)
        write_transform(temporary / "transform.json", inputs.transform)
        about = {"sides": summarise_split(whole), "data_sha256": beats.sha256}
        write_json(temporary / ABOUT, about)


def read_splits(folder: Path) -> Splits:
    """Read what `write_splits` wrote."""
    tests = {
        path.stem.removeprefix("test-"): read_array_table(path, BeatInputs)
        for path in sorted(folder.glob("test-*.npz"), reverse=True)
    }
    return Splits(
        train=read_array_table(folder / "train.npz", BeatInputs),
        validation=read_array_table(folder / "validation.npz", BeatInputs),
        tests=tests,
        reference=read_array_table(folder / "beats.npz", ReferenceBeats),
        transform=read_transform(folder / "transform.json"),
        about=read_json(folder / ABOUT),
    )


def _file(side: str) -> str:
    return "test-reference" if side == "test" else side
