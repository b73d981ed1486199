"""Detectors on a protocol: the decisions of `score`, timed alike."""

from dataclasses import replace

import numpy as np
import pytest

from default_config import pipeline_config
from ecg_anomaly.detector.engine import score_recording
from ecg_anomaly.detector.loaded_detector import LoadedDetector
from ecg_anomaly.detector.loading import load_detector
from ecg_anomaly.detector.protocol_scoring import score_protocol
from toy_detector import toy_records, write_toy_detector


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> LoadedDetector:
    return load_detector(write_toy_detector(tmp_path_factory.mktemp("toy"), pipeline_config()))


def test_the_scores_are_those_of_score(toy: LoadedDetector):
    [(scores, seconds)] = score_protocol([toy], toy_records(), "S")
    for record in toy_records():
        decisions = score_recording(toy, record)
        own = scores.score[scores.subject == record.subject]
        found = decisions.score[np.isfinite(decisions.score)]
        assert set(found.tolist()) == set(own[np.isfinite(own)].tolist())
        flagged = scores.flagged[scores.subject == record.subject]
        assert flagged.sum() == decisions.anomalous.sum()
    assert scores.flagged.any()
    assert seconds > 0


def test_each_detector_has_its_own_decisions(toy: LoadedDetector):
    deaf = replace(toy, threshold=1e9)
    (one, _), (two, _) = score_protocol([toy, deaf], toy_records(), "S")
    np.testing.assert_array_equal(one.score, two.score)
    assert one.flagged.any()
    assert not two.flagged.any()


def test_the_signals_are_not_kept(toy: LoadedDetector):
    (scores, _), _ = score_protocol([toy, toy], toy_records(), "S")
    assert scores.subjects == tuple(sorted({r.subject for r in toy_records()}))
