"""Reasons in the QRS complex, on a subject whose beats a test draws anew."""

import re

import numpy as np
import pytest
from drawn_subject import WAVES, Subject, draw_beat

ROW = 40


def kinds(subject: Subject, row: int = ROW) -> list[str]:
    return [reason.kind for reason in subject.explain(row)]


@pytest.mark.parametrize(("factor", "kind"), [(3.0, "wide_qrs"), (0.3, "narrow_qrs")])
def test_a_qrs_complex_of_another_width_says_so(factor: float, kind: str):
    subject = Subject()
    if kind == "narrow_qrs":  # the usual complex is wide, one is not
        wide = {k: (3 * WAVES[k][0], 3 * WAVES[k][1], WAVES[k][2]) for k in "qrs"}
        subject.waveform += (draw_beat(**wide) - draw_beat())[None, :, None] * [1, -0.6]
        one = draw_beat()
    else:
        one = draw_beat(
            **{k: (factor * WAVES[k][0], factor * WAVES[k][1], WAVES[k][2]) for k in "qrs"}
        )
    subject.waveform[ROW] = np.stack([one, -0.6 * one], axis=1)
    reasons = {reason.kind: reason for reason in subject.explain(ROW)}
    assert kind in reasons
    width, usual = map(int, re.findall(r"(\d+) ms", reasons[kind].text))
    assert (width > 1.4 * usual) if kind == "wide_qrs" else (usual > 1.4 * width)
    assert reasons[kind].part == "qrs"


def test_a_qrs_complex_inverted_in_one_lead_names_that_lead():
    subject = Subject()
    subject.waveform[ROW, :, 1] *= -1
    reason = subject.explain(ROW)[0]
    assert reason.text == "QRS complex points the other way (V1)"
    assert reason.leads == ("V1",)


@pytest.mark.parametrize(("size", "said"), [(2.3, "2.3"), (0.4, "0.4")])
def test_a_qrs_complex_of_another_size_says_how_much(size: float, said: str):
    subject = Subject()
    q, r, s = ((c, w, size * h) for c, w, h in (WAVES[k] for k in "qrs"))
    subject.waveform[ROW, :, 0] = draw_beat(q=q, r=r, s=s)
    assert f"QRS amplitude {said} × usual (MLII)" in [r.text for r in subject.explain(ROW)]


def test_what_is_no_complex_is_not_wide_but_hardly_there():
    subject = Subject()
    subject.waveform[ROW] = np.random.default_rng(5).normal(0, 0.05, (96, 2))
    assert kinds(subject) == ["no_qrs"]
    assert subject.explain(ROW)[0].text.startswith("hardly a QRS complex: 0.")


def test_a_complex_that_runs_into_its_t_wave_is_still_wide():
    subject = Subject()
    one = draw_beat(p=(0, 1, 0), r=(0.02, 0.035, 1.0), t=(0.22, 0.09, -0.5))
    subject.waveform[ROW] = np.stack([one, -0.6 * one], axis=1)
    assert "wide_qrs" in kinds(subject)
