import numpy as np
import pytest
from drawn_recording import REASONS, decide

from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.triage.strip_marks import WHOLE_BEAT_S, mark_beats, mark_parts
from ecg_anomaly.triage.strips import Strip, choose_strips

TIME_S = np.arange(0.5, 60, 0.8)
LEADS = ("II", "V1")


def decide_on(*rows: int, reasons: list[str] | None = None, **changes) -> BeatDecisions:
    flagged = np.zeros(len(TIME_S), dtype=bool)
    flagged[list(rows)] = True
    return decide(TIME_S, flagged, reasons, **changes)


def first_strip(decisions: BeatDecisions) -> Strip:
    return choose_strips(decisions, 60.0)[0]


def test_every_beat_of_a_strip_is_marked_with_what_was_decided() -> None:
    unreadable = np.full(len(TIME_S), "", dtype="<U16")
    unreadable[32] = "flat"
    score = np.zeros(len(TIME_S))
    score[[30, 31]] = 2.0, 3.0
    decisions = decide_on(30, 31, unreadable=unreadable, score=score)
    strip = first_strip(decisions)
    marks = mark_beats(decisions, strip)
    inside = (strip.start_s <= TIME_S) & (strip.end_s > TIME_S)
    assert [mark.time_s for mark in marks] == TIME_S[inside].tolist()
    states = {row: mark.state for row, mark in zip(np.flatnonzero(inside), marks, strict=True)}
    assert (states.pop(30), states.pop(31), states.pop(32)) == ("flagged", "top", "unreadable")
    assert set(states.values()) == {"unflagged"}
    texts = [mark.text for mark in marks if mark.text]
    assert texts == [f"score 2.00: {REASONS[0]}", f"score 3.00: {REASONS[1]}",
                     "cannot be read: flat"]  # fmt: skip


def test_the_top_beat_shows_all_its_reasons_and_the_others_their_strongest() -> None:
    score = np.zeros(len(TIME_S))
    score[[30, 31]] = 3.0, 2.0
    decisions = decide_on(30, 31, reasons=[REASONS[0], REASONS[0]], score=score)
    marks = mark_parts(decisions, first_strip(decisions), LEADS)
    assert [(mark.part, mark.leads, mark.named) for mark in marks] == [
        ("rr_before", LEADS, True), ("p", ("II",), True), ("rr_before", LEADS, False),
    ]  # fmt: skip
    assert (marks[0].start_s, marks[0].end_s) == (TIME_S[29], TIME_S[30])


@pytest.mark.parametrize("reason", [REASONS[3], "of no known kind"])
def test_where_no_part_stands_out_the_whole_beat_is_shaded(reason: str) -> None:
    decisions = decide_on(30, reasons=[reason])
    (mark,) = mark_parts(decisions, first_strip(decisions), LEADS)
    assert (mark.part, mark.leads) == ("", LEADS)
    assert (mark.start_s - TIME_S[30], mark.end_s - TIME_S[30]) == pytest.approx(WHOLE_BEAT_S)


def test_parts_are_cut_at_the_edges_of_the_strip() -> None:
    decisions = decide_on(0, len(TIME_S) - 1, reasons=[REASONS[3]] * 2)
    for strip in choose_strips(decisions, 60.0):
        for mark in mark_parts(decisions, strip, LEADS):
            assert strip.start_s <= mark.start_s < mark.end_s <= strip.end_s


def test_the_interval_after_the_last_beat_is_not_shaded() -> None:
    last = len(TIME_S) - 1
    decisions = decide_on(last, reasons=["followed by a pause of 1.9 s"])
    assert mark_parts(decisions, first_strip(decisions), LEADS) == []
