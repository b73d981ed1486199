"""The detector that comes with the package: found, loaded by default, described; its card."""

import json

import numpy as np
import pytest

from ecg_anomaly.detector import pretrained
from ecg_anomaly.detector.engine import score_recording
from ecg_anomaly.detector.loading import check_detector, load_detector
from ecg_anomaly.detector.pretrained import CARD, describe_pretrained, pretrained_folder
from ecg_anomaly.files.errors import UserError

there = pytest.mark.skipif(
    not (pretrained.Path(pretrained.ecg_anomaly.__file__).parent / "pretrained").is_dir(),
    reason="this checkout has no detector in the package yet",
)


@there
def test_it_is_whole_and_has_a_card():
    folder = pretrained_folder()
    check_detector(folder)
    card = (folder / CARD).read_text(encoding="utf-8")
    for said in ("Not a medical device", "mitdb", "svdb", "qtdb", "ODC-By", "make it again"):
        assert said in card


@there
def test_it_is_what_is_loaded_when_none_is_named(simulated_records):
    detector = load_detector()
    decisions = score_recording(detector, simulated_records[0])
    assert np.isfinite(decisions.score[decisions.unreadable == ""]).all()
    assert set(decisions.aami[decisions.anomalous]) <= set("SVFQ")


@there
def test_the_line_says_on_what_it_was_trained():
    trained_on = json.loads((pretrained_folder() / "detector.json").read_text())["trained_on"]
    assert trained_on in describe_pretrained()


def test_a_copy_without_it_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(pretrained.ecg_anomaly, "__file__", str(tmp_path / "__init__.py"))
    with pytest.raises(UserError, match="comes without a detector"):
        pretrained_folder()
