"""Decisions on the beats of many recordings are those on each."""

from dataclasses import fields, replace

import numpy as np
import pytest

from ecg_anomaly.detector.beat_scoring import ChunkScorer
from ecg_anomaly.detector.chunks import read_chunks
from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.detector.joint_decisions import make_decisions
from ecg_anomaly.detector.joint_scoring import score_together
from ecg_anomaly.detector.scored_beats import no_scores
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
    readable = [scorer.compare(ready) for scorer, ready in every]
    pairs = [(scorer.leads, ready) for scorer, ready in every]
    together = make_decisions(pairs, readable, score_every(detector, readable))
    for pair, parts, found in zip(pairs, readable, together, strict=True):
        (alone,) = make_decisions([pair], [parts], score_together(detector, parts))
        for field in fields(BeatDecisions):
            one, other = getattr(found, field.name), getattr(alone, field.name)
            np.testing.assert_array_equal(one, other, err_msg=field.name)
            assert one.dtype == other.dtype
    assert [found.lead[0] for found in together] == ["MLII", "V1", "MLII"]
    assert (together[2].unreadable != "").any()
    assert np.isnan(together[2].score[together[2].unreadable != ""]).all()
    assert np.isnan([found.rr_s[0] for found in together]).all()


def score_every(detector, readable):
    return score_together(detector, [part for parts in readable for part in parts])


def test_intervals_are_from_the_beat_before_even_if_that_one_was_decided_on_earlier(detector):
    record = toy_records()[0]
    scorer = ChunkScorer(detector, record)
    (chunk,) = read_chunks(record, scorer.leads.order, 1e6, detector.reach)
    beats, last = scorer.cut(chunk)
    whole = scorer.decide(ContextBuilder(detector.features).extend(beats, last))
    builder = ContextBuilder(detector.features)
    parts = [
        scorer.decide(builder.extend(beats.select(some), end))
        for some, end in ((slice(40), False), (slice(40, None), True))
    ]
    rr_s = np.concatenate([part.rr_s for part in parts])
    np.testing.assert_array_equal(rr_s, whole.rr_s)
    np.testing.assert_array_equal(rr_s[1:], np.diff(beats.time_s))


def test_of_no_recording_nothing_is_decided():
    assert make_decisions([], [], no_scores()) == []
