import numpy as np
import pytest
from drawn_subject import LEADS, WINDOW, draw_odd_subject

from ecg_anomaly.detector.explanation.reasons import explain_beats, find_reasons
from ecg_anomaly.detector.explanation.wording import (
    WORDINGS,
    describe_reason,
    join_reasons,
    read_reasons,
)


def test_texts_are_those_of_the_reasons():
    context, rows = draw_odd_subject().in_context(), np.arange(60)
    reasons = find_reasons(context, rows, LEADS, WINDOW)
    assert len({r.kind for row in reasons for r in row}) > 5
    assert explain_beats(context, rows, [LEADS] * len(rows), WINDOW) == [
        join_reasons(r) for r in reasons
    ]
    assert explain_beats(context, rows[:0], [], WINDOW) == []


def test_what_was_written_is_read_back():
    context = draw_odd_subject().in_context()
    for reasons in find_reasons(context, np.arange(60), LEADS, WINDOW):
        again = read_reasons(join_reasons(reasons), LEADS)
        assert [(r.kind, r.leads, r.part, r.text) for r in again] == [
            (r.kind, r.leads, r.part, r.text) for r in reasons
        ]


@pytest.mark.parametrize("kind", WORDINGS)
def test_every_kind_is_known_by_its_first_words(kind: str):
    numbers = dict.fromkeys(("percent", "rr", "usual", "width", "ratio"), 1.0)
    reason = describe_reason(kind, 4.0, **numbers, more="")
    assert [r.kind for r in read_reasons(reason.text)] == [kind]


def test_text_of_no_kind_and_no_text_give_no_reason():
    assert read_reasons("") == []
    assert read_reasons("a cat sat on the electrodes; pauses are nice") == []


@pytest.mark.parametrize("lead", ["V1", "aVF (left)", "<b>", "II, III"])
def test_leads_of_any_name_are_found_again(lead: str):
    text = describe_reason("qrs_shape", 4.0, (lead,)).text
    assert lead in read_reasons(text, (lead, "other"))[0].leads
    assert "other" not in read_reasons(text, (lead, "other"))[0].leads
