"""Reasons as a whole: how many, in which order, and when there are none."""

from dataclasses import replace

import numpy as np
import pytest
from drawn_subject import LEADS, WINDOW, Subject, draw_odd_subject

from ecg_anomaly.detector.explanation.reason_measures import NAMED_FROM
from ecg_anomaly.detector.explanation.reasons import MOST_REASONS, explain_beats, find_reasons

ROW = 40


def kinds(subject: Subject, row: int = ROW) -> list[str]:
    return [reason.kind for reason in subject.explain(row)]


def test_every_beat_gets_a_reason_and_not_too_many():
    context = draw_odd_subject().in_context()
    rows = np.arange(len(context))
    texts = explain_beats(context, rows, [LEADS] * len(rows), WINDOW)
    found = find_reasons(context, rows, LEADS, WINDOW)
    assert len(texts) == len(rows)
    assert all(texts)
    assert all(1 <= len(reasons) <= MOST_REASONS for reasons in found)
    assert texts == ["; ".join(reason.text for reason in reasons) for reasons in found]


def test_reasons_come_strongest_first_and_once_each():
    context = draw_odd_subject().in_context()
    for reasons in find_reasons(context, np.arange(len(context)), LEADS, WINDOW):
        strengths = [reason.strength for reason in reasons]
        assert strengths == sorted(strengths, reverse=True)
        assert strengths[0] >= NAMED_FROM or [r.kind for r in reasons] == ["together"]
        assert len({reason.kind for reason in reasons}) == len(reasons)


def test_nothing_flagged_is_nothing_to_explain():
    assert explain_beats(Subject().in_context(), np.zeros(0, np.intp), [], WINDOW) == []


def test_a_beat_is_explained_alike_alone_and_among_others():
    context = draw_odd_subject().in_context()
    rows = np.array([50, 3, 20, 20, 45])
    together = explain_beats(context, rows, [LEADS] * len(rows), WINDOW)
    alone = [explain_beats(context, rows[k : k + 1], [LEADS], WINDOW)[0] for k in range(5)]
    assert together == alone


def test_each_beat_is_told_of_by_the_names_of_its_own_leads():
    context, rows = draw_odd_subject().in_context(), np.arange(60)
    names = [("a", "b"), ("c", "d")]
    mixed = explain_beats(context, rows, [names[row % 2] for row in rows], WINDOW)
    alike = [explain_beats(context, rows, [pair] * 60, WINDOW) for pair in names]
    assert mixed == [alike[row % 2][row] for row in rows]
    assert alike[0] != alike[1]


def test_beats_like_the_template_have_no_reason_of_their_own():
    subject = Subject()
    found = [kinds(subject, row) for row in range(15, 60)]
    assert sum(kind == ["together"] for kind in found) >= 43


def test_flat_lines_are_explained_by_rhythm_alone():
    subject = Subject()
    subject.waveform[:] = 0
    subject.rr[ROW] = 0.5
    found = find_reasons(subject.in_context(), np.arange(60), LEADS, WINDOW)
    assert {reason.part for reasons in found for reason in reasons} <= {"rr_before", "rr_after", ""}
    assert found[ROW][0].kind == "premature"


@pytest.mark.parametrize(("before", "after"), [(0.35, 0.06), (0.06, 0.45), (0.06, 0.06)])
def test_a_window_without_p_or_t_wave_gives_reasons(before: float, after: float):
    window = replace(WINDOW, before_s=before, after_s=after)
    first, last = 42 - round(before * 120), 42 + round(after * 120)
    context = draw_odd_subject().in_context()
    past = context.history
    cut = replace(
        context,
        waveform=context.waveform[:, first:last],
        history=replace(past, template=past.template[:, first:last]),
    )
    assert all(explain_beats(cut, np.arange(60), [LEADS] * 60, window))
