"""What annotations mean for runs: normal beats in fibrillation, one rhythm at a time, shutdown."""

import pytest
from hand_made_marks import make_marks

from ecg_anomaly.evaluation.ec57.rhythm_events import (
    SUPRAVENTRICULAR,
    VENTRICULAR,
    EventKind,
    list_events,
)


def events(text: str, kind):
    return [event.what for event in list_events(make_marks(text, shift=0), kind)]


def test_fused_beats_are_ventricular_and_paced_ones_nothing():
    assert events("1V 2F 3E 4N 5V 6/ 7V 8A", VENTRICULAR) == (
        [EventKind.INSIDE] * 3 + [EventKind.OUTSIDE, EventKind.INSIDE] * 2 + [EventKind.OUTSIDE]
    )


def test_of_other_beats_in_a_row_the_first_says_all():
    assert events("1N 2N 3V 4N 5N 6N", VENTRICULAR) == [
        EventKind.OUTSIDE,
        EventKind.INSIDE,
        EventKind.OUTSIDE,
    ]
    marks = make_marks("1N 2N 3N 4N 5N", shift=0)
    assert [event.sample for event in list_events(marks, VENTRICULAR, start=4)] == [1, 4]


@pytest.mark.parametrize("note", ["(AFIB", "(AFL"])
def test_normal_beats_count_while_the_atria_fibrillate_or_flutter(note):
    found = events(f"1N 2+{note} 3N 4L 5V 6+(N 7N", SUPRAVENTRICULAR)
    assert found == [
        EventKind.OUTSIDE, EventKind.ON, EventKind.INSIDE, EventKind.INSIDE, EventKind.OUTSIDE,
        EventKind.OFF, EventKind.OUTSIDE,
    ]  # fmt: skip


@pytest.mark.parametrize("note", ["(SVTA", "(NOD", "(VT", "(N", ""])
def test_other_rhythms_are_told_by_their_beats(note):
    assert events(f"1N 2+{note} 3N", SUPRAVENTRICULAR) == [EventKind.OUTSIDE] * 2


def test_a_rhythm_replaces_the_other():
    assert events("1+(AFIB 2[ 3]", SUPRAVENTRICULAR) == [
        EventKind.ON,
        EventKind.REPLACED,
        EventKind.OTHER_OFF,
    ]
    assert events("1+(AFIB 2[ 3]", VENTRICULAR) == [EventKind.OTHER_ON, EventKind.ON, EventKind.OFF]


def test_flutter_may_be_a_note_and_an_end_alone_means_nothing():
    assert events("1+(VFL 2+(N 3]", VENTRICULAR) == [EventKind.ON, EventKind.OFF]


def test_shutdown_counts_when_it_begins():
    assert events("1~-1 2~-1 3~0 4~1 5~48", VENTRICULAR) == [EventKind.SHUTDOWN] * 2
