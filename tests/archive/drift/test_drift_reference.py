import numpy as np
import pytest

from ecg_anomaly.archive.drift.drift_reference import (
    describe_values,
    gather_values,
    measure_reference,
    read_reference,
)
from ecg_anomaly.archive.drift.recording_profile import MEASURES
from ecg_anomaly.detector.loading import REFERENCE, check_detector
from ecg_anomaly.detector.package import add_reference
from ecg_anomaly.files.atomic import write_json
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.network.beat_scores import BeatScores
from toy_detector import toy_records


def profile(value: float | None) -> dict:
    return dict.fromkeys(MEASURES, value)


def test_recordings_of_one_subject_count_as_one():
    pairs = [
        ("p1", profile(3.0)),
        ("p2", profile(1.0)),
        ("p1", profile(5.0)),
        ("p3", profile(None)),
    ]
    for values in gather_values(pairs).values():
        assert values.tolist() == [1.0, 4.0]


def test_a_detector_carries_its_reference(model, tmp_path):
    import shutil

    folder = shutil.copytree(model, tmp_path / "model")
    with pytest.raises(UserError, match="package it again, or name a table with --reference"):
        read_reference(folder)
    values = gather_values([("p1", profile(3.0)), ("p2", profile(1.0))])
    add_reference(folder, describe_values(values))
    check_detector(folder)
    found = read_reference(folder)
    assert all((found[name] == values[name]).all() for name in MEASURES)
    (folder / REFERENCE).write_text((folder / REFERENCE).read_text().replace("3.0", "4.0"))
    with pytest.raises(UserError, match="changed since the detector was packaged"):
        check_detector(folder)


@pytest.mark.parametrize(
    "content",
    [[], {"format": 2}, {"format": 1, "values": {}}, {"format": 1, "values": {"leads": 1}}],
)
def test_a_reference_that_is_none_is_refused(tmp_path, content):
    write_json(tmp_path / REFERENCE, content)
    with pytest.raises(UserError, match="no reference"):
        read_reference(tmp_path)


def test_subjects_that_nobody_learned_from_are_passed_over_and_scores_are_of_unseen_ones(chosen):
    first, second = toy_records()[:2]
    n = 3
    scores = BeatScores(
        score=np.array([0.1, 0.2, 1e9]) * chosen.detector.threshold,
        record=np.full(n, first.name),
        subject=np.full(n, first.subject),
        aami=np.full(n, "N"),
        symbol=np.full(n, "N"),
        sample=np.arange(n),
    )
    ((subject, measured),) = measure_reference([first, second], chosen.detector, scores)
    assert subject == first.subject
    assert measured["normal_score"] == pytest.approx(0.15 * chosen.detector.threshold)
    assert measured["rate_bpm"] == pytest.approx(75, abs=30)
