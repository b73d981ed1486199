"""Runs of beats and rhythms among the events of one annotator: worked out by hand."""

from hand_made_marks import make_marks

from ecg_anomaly.evaluation.ec57.annotator_beats import NEVER
from ecg_anomaly.evaluation.ec57.ectopic_runs import (
    LONG,
    Run,
    count_longest,
    find_runs,
    list_rhythm_spans,
)
from ecg_anomaly.evaluation.ec57.rhythm_events import SUPRAVENTRICULAR, VENTRICULAR, list_events


def runs(text: str, kind=VENTRICULAR, last=None):
    return find_runs(list_events(make_marks(text, shift=0), kind), 0, last)


def test_runs_end_with_other_beats_and_shutdown():
    assert runs("100V 200V 300N 400V") == [Run(100, 200, 2), Run(400, 400, 1)]
    assert runs("100V 200~-1 250~0 300V 400N") == [Run(100, 100, 1), Run(300, 300, 1)]
    assert runs("100V 200~0 300V 400N") == [Run(100, 300, 2)]


def test_a_rhythm_continues_a_run_and_begins_one():
    assert runs("100[ 200] 300V 400N") == [Run(100, 300, LONG + 1)]
    assert runs("100V 200[ 300] 400N") == [Run(100, 300, 1)]
    assert runs("100[ 200N") == [Run(100, NEVER, LONG)]


def test_what_lasts_at_the_end_counts_unless_annotations_follow():
    assert runs("100V 200V") == [Run(100, 200, 2)]
    assert runs("100V 200V", last=150) == []


def test_rhythms_last_until_another_one_or_shutdown():
    assert list_rhythm_spans(list_events(make_marks("100[ 200] 300[", shift=0), VENTRICULAR)) == [
        (100, 200),
        (300, NEVER),
    ]
    shut = list_events(make_marks("100+(AFIB 200~-1 300~0", shift=0), SUPRAVENTRICULAR)
    assert list_rhythm_spans(shut) == [(100, 199)]


def test_the_other_rhythm_parts_the_beats_in_a_window():
    found = list_events(make_marks("1A 2A 3[ 4] 5A 6A 7A", shift=0), SUPRAVENTRICULAR)
    assert count_longest(found) == 3
