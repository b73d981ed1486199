"""The detector that comes with the package is that of the pipeline, and its card says so."""

import json

import pytest

from default_config import pipeline_config
from ecg_anomaly.config.params_file import compose_params
from ecg_anomaly.detector.loading import REFERENCE, check_detector
from ecg_anomaly.detector.package import add_reference
from ecg_anomaly.files.atomic import write_json
from ecg_anomaly.files.errors import UserError
from lab.pretrained_card import install, write_card
from pipeline_copy import ROOT
from toy_detector import write_toy_detector

METRICS = ("auroc", "average_precision", "precision", "recall", "f1")


@pytest.fixture
def finished(tmp_path):
    """What a finished pipeline leaves that the card is written from."""
    root = tmp_path / "project"
    root.mkdir()
    compose_params(ROOT, root / "params.yaml", ["experiment=pretrained"])
    write_toy_detector(root / "data", pipeline_config())
    classes = dict.fromkeys("NSVFQ", 7)
    subjects = (["mitdb/100", "svdb/800"], ["svdb/802"], ["qtdb/sel301"])
    splits = [{"subjects": names, "classes": classes} for names in subjects]
    (root / "data/beats").mkdir()
    (root / "data/report").mkdir()
    write_json(root / "data/beats/split.json", {"splits": splits})
    metrics = {
        "detector": dict.fromkeys(METRICS, 0.9),
        "intervals": [{"figure": name, "low": 0.8, "high": 0.95} for name in METRICS],
        "false_alarm_rate": {"stated": 0.02, "realised": 0.025},
    }
    write_json(root / "data/report/metrics.json", metrics)
    return root


def test_the_package_gets_every_part_and_a_card(finished, tmp_path):
    package = tmp_path / "ecg_anomaly"
    package.mkdir()
    add_reference(finished / "data/model", {"format": 1})
    install(finished, package)
    check_detector(package / "pretrained")
    assert (package / "pretrained" / REFERENCE).is_file()
    names = {path.name for path in (package / "pretrained").iterdir()}
    assert {"card.md", "intervals.npz"} <= names
    assert not any(name.endswith(".h5") for name in names)


def test_the_card_counts_who_taught_and_who_tested(finished):
    card = write_card(finished)
    for said in (
        "Not a medical device", "svdb", "2 subjects", "1 of qtdb", "0.900 [0.800, 0.950]", "ODC-By",
        "0.025 (stated 0.02)", "experiment=pretrained", "N 14",
    ):  # fmt: skip
        assert said in card, said


def test_a_damaged_detector_is_not_installed(finished, tmp_path):
    path = finished / "data/model/network.onnx"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(UserError, match="changed"):
        install(finished, tmp_path)
    assert not (tmp_path / "pretrained").exists()
    assert json.loads((finished / "data/report/metrics.json").read_text())
