"""Beats of several recordings, scored together, get what they get alone."""

from dataclasses import fields, replace

import numpy as np
import pytest

from ecg_anomaly.detector.beat_scoring import ChunkScorer
from ecg_anomaly.detector.chunks import read_chunks
from ecg_anomaly.detector.decisions import place_texts
from ecg_anomaly.detector.joint_scoring import refuse_unscored, score_together
from ecg_anomaly.detector.scored_beats import ScoredBeats
from ecg_anomaly.features.context_builder import ContextBuilder
from ecg_anomaly.files.errors import UserError
from toy_detector import toy_records


@pytest.fixture(scope="module")
def asked(detector):
    """What is asked of four recordings: one without its second lead, one without a beat."""
    records, every = list(toy_records()), []
    records[1] = replace(records[1], signal=records[1].signal[:, :1], leads=("MLII",))
    records[2] = replace(records[2], signal=np.zeros_like(records[2].signal))
    for record in records:
        scorer = ChunkScorer(detector, record)
        (chunk,) = read_chunks(record, scorer.leads.order, 1e6, detector.reach)
        ready = ContextBuilder(detector.features, scorer.leads.first_leads).extend(
            *scorer.cut(chunk)
        )
        every.append(scorer.compare(ready) if ready else [])
    return every


def test_together_is_as_alone(detector, asked):
    detector = replace(detector, threshold=float(np.median(scores(detector, asked))))
    together = score_every(detector, asked)
    alone = [score_together(detector, parts) for parts in asked]
    for field in fields(ScoredBeats):
        expected = np.concatenate([getattr(found, field.name) for found in alone])
        np.testing.assert_array_equal(getattr(together, field.name), expected, field.name)
    for found in (alone[0], alone[1], alone[3]):
        assert ((found.reason != "") == found.flagged).all()
        assert 0 < found.flagged.sum() < len(found.score)


def score_every(detector, asked):
    return score_together(detector, [part for parts in asked for part in parts])


def scores(detector, asked):
    return score_every(detector, asked).score


def test_of_no_beats_nothing_is_said(detector):
    assert len(score_together(detector, []).score) == 0


def test_a_score_that_is_no_number_names_its_recording(detector, asked):
    wrong = replace(detector.first_lead, together=detector.first_lead.together * np.nan)
    with pytest.raises(UserError, match=r"s02: .* no finite score for the beat at"):
        score_every(
            replace(detector, first_lead=wrong), [asked[3], asked[1]]
        )  # s04 has no beat on one lead
    with pytest.raises(UserError, match=r"x: .* at 2\.00 s"):
        refuse_unscored(np.array([0, np.inf]), np.array([1.0, 2.0]), "x")


def test_equal_texts_are_one_object():
    column = place_texts(["a b", "".join(["a", " b"])], np.array([0, 2]), 4)
    assert column.tolist() == ["a b", "", "a b", ""]
    assert column[0] is column[2]
