"""A detector that is signed anew but cannot decide is refused; digests do not tell forgery."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.detector.engine import score_parts, score_recording
from ecg_anomaly.detector.loading import load_detector
from ecg_anomaly.files.atomic import write_arrays
from ecg_anomaly.files.data_files import read_arrays
from ecg_anomaly.files.digests import file_sha256
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.network.scorer import ScoredInputs, name_classes
from ecg_anomaly.records.record import Record

NAN, INF = float("nan"), float("inf")


def change_json(path: Path, change: Callable) -> None:
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))


def change_arrays(path: Path, name: str, change: Callable) -> None:
    arrays = read_arrays(path)
    change(arrays[name])
    write_arrays(path, arrays)


def change_network(path: Path, value: float) -> None:
    model = onnx.load(path)
    weights = numpy_helper.to_array(model.graph.initializer[0])
    name = model.graph.initializer[0].name
    tensor = numpy_helper.from_array(np.full_like(weights, value), name)
    model.graph.initializer[0].CopyFrom(tensor)
    onnx.save(model, path)


def set_item(key, value) -> Callable:
    return lambda content: content.__setitem__(key, value)


FORGED = {
    "network nan": lambda f: change_network(f / "network.onnx", NAN),
    "network inf": lambda f: change_network(f / "network.onnx", INF),
    "threshold nan": lambda f: change_json(
        f / "detector.json", lambda c: c["threshold"].update(value=NAN)
    ),
    "threshold inf": lambda f: change_json(
        f / "detector.json", lambda c: c["threshold"].update(value=INF)
    ),
    "setting nan": lambda f: change_json(
        f / "detector.json", lambda c: c["preprocess"].update(fs=NAN)
    ),
    **{
        f"feature {key} {value}": lambda f, key=key, value=value: change_json(
            f / "transform.json", lambda c: c[0].update({key: value})
        )
        for key, value in (
            ("scale", 0), ("scale", NAN), ("scale", INF), ("scale", -1), ("mean", NAN),
            ("column", -1),
        )
    },
    **{
        f"calibration {name} {value}": lambda f, name=name, value=value: change_arrays(
            f / "calibration.npz", name, set_item(0, value)
        )
        for name, value in (("scale", 0), ("scale", NAN), ("mean", INF), ("vectors", NAN))
    },
    **{
        f"table {name} {value}": lambda f, name=name, value=value: change_arrays(
            f / "normal_scores.npz", name, set_item(5, value)
        )
        for name in ("quantile", "first_lead_quantile")
        for value in (NAN, -INF, 1e9)
    },
}  # fmt: skip


@pytest.mark.parametrize("forged", FORGED)
def test_what_cannot_decide_is_refused_though_every_digest_fits(
    folder: Path, tmp_path: Path, forged: str
) -> None:
    copied = Path(shutil.copytree(folder, tmp_path / "model"))
    FORGED[forged](copied)
    digests = json.loads((copied / "sha256.json").read_text())
    fresh = {name: file_sha256(copied / name) for name in digests}
    assert fresh != digests
    (copied / "sha256.json").write_text(json.dumps(fresh))
    with pytest.raises(UserError):
        load_detector(copied)


class NoNumber:
    """Scores some beats with what is no number."""

    kind, calibration = "toy", {}

    def __init__(self, value: float) -> None:
        self._value = value

    def evaluate(self, inputs) -> ScoredInputs:
        score = np.zeros(len(inputs))
        score[-1:] = self._value
        return ScoredInputs(score, *name_classes({}, len(inputs)))


@pytest.mark.parametrize("value", [NAN, INF, -INF])
@pytest.mark.parametrize("processes", [1, 2])
def test_a_score_that_is_no_number_is_never_normal(
    detector: Detector, record: Record, value: float, processes: int
) -> None:
    broken = replace(detector, scorer=NoNumber(value))
    with pytest.raises(UserError, match="no finite score for the beat at"):
        list(score_parts(broken, record, 1, processes))


def test_a_sound_detector_scores_every_readable_beat(detector: Detector, record: Record) -> None:
    found = score_recording(detector, record)
    assert np.isfinite(found.score[found.unreadable == ""]).all()
