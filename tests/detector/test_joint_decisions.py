"""Decisions on the beats of many recordings are those on each."""

from dataclasses import fields, replace

import numpy as np
import pytest

from ecg_anomaly.detector.beat_scoring import ChunkScorer
from ecg_anomaly.detector.chunks import read_chunks
from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.detector.joint_decisions import make_decisions
from ecg_anomaly.detector.joint_scoring import score_together
from ecg_anomaly.features.context_builder import ContextBuilder
from toy_detector import toy_records


@pytest.fixture(scope="module")
def every(detector):
    """Beats of three recordings: one with other leads, one of which a part cannot be read."""
    records, found = list(toy_records())[:3], []
    records[1] = replace(records[1], signal=records[1].signal[:, :1], leads=("V1",))
    signal = records[2].signal.copy()
    signal[3000:9000][np.arange(6000) % 200 < 40] = np.nan
    records[2] = replace(records[2], signal=signal)
    for record in records:
        scorer = ChunkScorer(detector, record)
        (chunk,) = read_chunks(record, scorer.leads.order, 1e6, detector.reach)
        builder = ContextBuilder(detector.features, scorer.leads.first_leads)
        found.append((scorer, builder.extend(*scorer.cut(chunk))))
    return found


def test_together_is_as_alone(detector, every):
    detector = replace(detector, threshold=-1.0)
    scored = score_together(detector, [scorer.compare(ready) for scorer, ready in every])
    pairs = [(scorer.leads, ready) for scorer, ready in every]
    together = make_decisions(pairs, scored)
    for pair, own, found in zip(pairs, scored, together, strict=True):
        (alone,) = make_decisions([pair], [own])
        for field in fields(BeatDecisions):
            one, other = getattr(found, field.name), getattr(alone, field.name)
            np.testing.assert_array_equal(one, other, err_msg=field.name)
            assert one.dtype == other.dtype
    assert [found.lead[0] for found in together] == ["MLII", "V1", "MLII"]
    assert (together[2].unreadable != "").any()
    assert np.isnan(together[2].score[together[2].unreadable != ""]).all()
    assert np.isnan([found.rr_s[0] for found in together]).all()


def test_of_no_recording_nothing_is_decided():
    assert make_decisions([], []) == []
