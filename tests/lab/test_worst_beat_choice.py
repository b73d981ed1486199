"""Which beats count as the worst, and what is cut out around them."""

from dataclasses import replace

import numpy as np

from default_config import pipeline_config
from lab.worst_beat_choice import (
    AFTER_S,
    BEFORE_S,
    choose_false_alarms,
    choose_misses,
    look_at_beats,
)

CONFIG = pipeline_config()


def test_misses_are_abnormal_beats_that_were_not_flagged_the_lowest_first(scored):
    _, scores = scored
    rows = choose_misses(scores, 0.5, 8)
    assert 0 < len(rows) <= 8
    assert scores.anomalous[rows].all()
    assert (scores.score[rows] <= 0.5).all()
    assert (np.diff(scores.score[rows]) >= 0).all()
    assert np.unique(scores.record[rows], return_counts=True)[1].max() <= 2


def test_false_alarms_are_normal_beats_that_were_flagged_the_highest_first(scored):
    _, scores = scored
    rows = choose_false_alarms(scores, 0.5, 8)
    assert len(rows) == 6  # two of each record
    assert (scores.aami[rows] == "N").all()
    assert (np.diff(scores.score[rows]) <= 0).all()
    best = scores.score[(scores.aami == "N")].max()
    assert scores.score[rows[0]] == best > 0.5


def test_where_all_is_right_there_is_nothing_to_see(scored):
    _, scores = scored
    perfect = replace(scores, score=np.where(scores.anomalous, 1.0, -1.0))
    assert len(choose_misses(perfect, 0.0, 8)) == len(choose_false_alarms(perfect, 0.0, 8)) == 0
    assert look_at_beats(perfect, np.zeros(0, np.intp), [], CONFIG) == []


def test_a_beat_is_cut_out_where_it_stands(scored):
    records, scores = scored
    rows = np.concatenate([choose_false_alarms(scores, 0.0, 8)[::-1], [0]])
    beats = look_at_beats(scores, rows, records, CONFIG)
    assert [beat.record for beat in beats] == scores.record[rows].tolist()
    for beat, row in zip(beats, rows, strict=True):
        record = next(r for r in records if r.name == beat.record)
        middle = round(BEFORE_S * beat.fs)
        sample = int(scores.sample[row])
        np.testing.assert_array_equal(beat.signal[middle], record.signal[sample])
        assert len(beat.signal) == middle + round(AFTER_S * beat.fs)
        assert (0.0, beat.symbol) in beat.neighbours
        assert beat.reasons
    assert np.isnan(beats[-1].signal[0]).all()  # before the recording
