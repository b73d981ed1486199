"""Outputs of stages of another version: every reader names the file and the way out in one line."""

from dataclasses import fields
from functools import partial

import numpy as np
import pytest

from ecg_anomaly.beats.beat_set import BeatSet
from ecg_anomaly.evaluation.baselines import VALIDATION_NORMAL, read_baselines
from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.features.selection import read_transform, write_transform
from ecg_anomaly.files.array_tables import read_array_table, write_array_table
from ecg_anomaly.files.atomic import write_arrays, write_json
from ecg_anomaly.files.data_files import read_arrays, read_json
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.network.beat_scores import BeatScores, attach_scores
from ecg_anomaly.network.nearest_neighbour import NormalBeats
from ecg_anomaly.network.scorer import BeatScorer
from ecg_anomaly.network.trained_model import NetworkCard, read_scorer, write_scorer
from ecg_anomaly.records.record import Annotations, Record, UnusableRecord
from ecg_anomaly.records.record_archive import RecordArchive, write_records
from stage_inputs import TRANSFORM
from toy_detector import write_toy_network

CARD = NetworkCard("lstm_autoencoder", 16, 2, 3, 2, 0, list("NSVFQ"), 1)
MARKS = Annotations(np.arange(1), np.array(["N"]))
RECORD = Record("r", "r", np.zeros((9, 1), np.float32), 9.0, ("II",), MARKS)

READERS = {
    "inputs.npz": partial(read_array_table, kind=BeatInputs),
    "beats.npz": partial(read_array_table, kind=BeatSet),
    "scores.npz": partial(read_array_table, kind=BeatScores),
    "baselines.npz": lambda path: read_baselines(path, 5),
    "transform.json": read_transform,
    "network.json": lambda path: read_scorer(path.parent),
    "calibration.npz": lambda path: read_scorer(path.parent),
    "records.json": lambda path: list(RecordArchive(path.parent)),
    "left_out.json": lambda path: RecordArchive(path.parent).left_out,
}  # fmt: skip

#: Files of which everything is read.
FIXED = [name for name in READERS if name not in ("transform.json", "records.json")]

#: Is there for people and not read.
UNREAD = ["n_samples"]


@pytest.fixture
def folder(make_inputs, tmp_path):
    """Write a small file of each kind."""
    write_records([RECORD], tmp_path / "data", [UnusableRecord("x", "x", "why")])
    inputs, data = make_inputs(5), tmp_path / "data"
    write_array_table(data / "inputs.npz", inputs)
    beats = {field.name: np.zeros(5) for field in fields(BeatSet)}
    write_array_table(data / "beats.npz", BeatSet(**beats))
    write_array_table(data / "scores.npz", attach_scores(np.zeros(5), inputs))
    scores = {"test.a": np.zeros(5), "validation.a": np.zeros(2)}
    write_arrays(data / "baselines.npz", {VALIDATION_NORMAL: np.ones(2, bool), **scores})
    write_transform(data / "transform.json", TRANSFORM)
    calibration = {field.name: np.ones(3) for field in fields(NormalBeats)}
    write_scorer(data, BeatScorer("lstm_autoencoder", None, calibration), CARD)
    write_toy_network(data / "network.onnx", 16, 2)
    return data


def names_in(path):
    content = read_arrays(path) if path.suffix == ".npz" else read_json(path)
    return sorted(content[0] if isinstance(content, list) else content)


def change(path, edit):
    """Change what a file holds by name; of a list, its first row."""
    content = read_arrays(path) if path.suffix == ".npz" else read_json(path)
    edit(content[0] if isinstance(content, list) else content)
    (write_arrays if path.suffix == ".npz" else write_json)(path, content)


@pytest.mark.parametrize("name", READERS)
def test_whatever_is_absent_is_said_in_one_line(folder, name):
    path = folder / name
    READERS[name](path)
    whole = path.read_bytes()
    for absent in [name for name in names_in(path) if name not in UNREAD]:
        change(path, lambda content, absent=absent: content.pop(absent))
        with pytest.raises(UserError, match=r"; run `dvc repro") as caught:
            READERS[name](path)
        assert path.name in str(caught.value), absent
        path.write_bytes(whole)


@pytest.mark.parametrize("name", FIXED)
def test_what_nobody_knows_any_more_is_said_too(folder, name):
    change(
        folder / name,
        lambda content: content.update(former=[1, 2]),
    )
    with pytest.raises(UserError, match=rf"{name}: .*former.*; run `dvc repro"):
        READERS[name](folder / name)


@pytest.mark.parametrize("name", ["inputs.npz", "beats.npz", "scores.npz", "baselines.npz"])
def test_arrays_of_fewer_beats_are_of_another_version(folder, name):
    last = names_in(folder / name)[-1]
    change(folder / name, lambda content: content.update({last: content[last][:1]}))
    with pytest.raises(UserError, match=rf"{name}: .*; run `dvc repro"):
        READERS[name](folder / name)


def test_beats_of_another_shape_than_the_networks_are_refused(make_inputs):
    CARD.check_beats(make_inputs(5), "data/training")
    for changed in ({"window": 15}, {"channels": 3}, {"n_features": 4}):
        with pytest.raises(UserError, match=r"data/training: .*trained on.*; run `dvc repro"):
            CARD.check_beats(make_inputs(5, **changed), "data/training")
