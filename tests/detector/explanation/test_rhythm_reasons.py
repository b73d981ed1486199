"""Reasons in the rhythm, on a subject whose intervals a test changes."""

import re

import numpy as np
import pytest
from drawn_subject import Subject

ROW = 40


def kinds(subject: Subject, row: int = ROW) -> list[str]:
    return [reason.kind for reason in subject.explain(row)]


@pytest.mark.parametrize("share", [0.2, 0.35, 0.5, 0.62])
def test_a_beat_moved_early_is_premature_by_as_much(share: float):
    subject = Subject()
    usual = float(np.median(subject.rr[ROW - 10 : ROW]))
    subject.rr[ROW] = usual * (1 - share)
    reason = subject.explain(ROW)[0]
    assert (reason.kind, reason.part, reason.leads) == ("premature", "rr_before", ())
    percent = int(re.search(r"by (\d+) %", reason.text)[1])
    assert percent == pytest.approx(100 * share, abs=1)
    assert reason.text.endswith(f"(RR {subject.rr[ROW]:.2f} s, usual {usual:.2f} s)")


def test_earlier_is_stronger():
    strengths = []
    for rr in (0.65, 0.55, 0.45):
        subject = Subject()
        subject.rr[ROW] = rr
        strengths.append(subject.explain(ROW)[0].strength)
    assert strengths == sorted(strengths)


def test_an_early_beat_says_the_pause_after_it():
    subject = Subject()
    subject.rr[ROW], subject.rr[ROW + 1] = 0.5, 1.1
    assert kinds(subject) == ["premature", "pause_after"]
    assert subject.explain(ROW)[1].text == "followed by a pause of 1.1 s"


@pytest.mark.parametrize(
    ("rr", "start"), [(1.1, "late by "), (2.1, "pause of 2.1 s ("), (7.0, "pause of 3.0 s or more")]
)
def test_a_beat_that_waits_is_late_or_ends_a_pause(rr: float, start: str):
    subject = Subject()
    subject.rr[ROW] = rr
    assert subject.explain(ROW)[0].text.startswith(start)


def test_a_fast_run_is_premature_at_first_and_then_fast():
    subject = Subject()
    subject.rr[ROW : ROW + 12] = 0.5
    assert kinds(subject, ROW)[0] == "premature"
    assert kinds(subject, ROW + 10)[0] == "fast"


def test_an_irregular_rhythm_makes_no_beat_premature():
    calm, restless = Subject(), Subject()
    rng = np.random.default_rng(1)
    restless.rr = np.exp(rng.normal(np.log(0.8), 0.25, restless.n))
    for subject in (calm, restless):
        subject.rr[ROW] = 0.8 * float(np.median(subject.rr[ROW - 10 : ROW]))
    assert "premature" in kinds(calm)
    assert "premature" not in kinds(restless)
