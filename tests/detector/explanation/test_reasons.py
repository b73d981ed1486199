import re
from dataclasses import replace

import numpy as np
import pytest
from drawn_person import LEADS, WAVES, WINDOW, Subject, draw_beat, draw_odd_subject

from ecg_anomaly.detector.explanation.reason_measures import NAMED_FROM
from ecg_anomaly.detector.explanation.reasons import MOST_REASONS, explain_beats, find_reasons

ROW = 40


def kinds(subject: Subject, row: int = ROW) -> list[str]:
    return [reason.kind for reason in subject.explain(row)]


def test_every_beat_gets_a_reason_and_not_too_many():
    context = draw_odd_subject().in_context()
    rows = np.arange(len(context))
    texts = explain_beats(context, rows, LEADS, WINDOW)
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
    assert explain_beats(Subject().in_context(), np.zeros(0, np.intp), LEADS, WINDOW) == []


def test_a_beat_is_explained_alike_alone_and_among_others():
    context = draw_odd_subject().in_context()
    rows = np.array([50, 3, 20, 20, 45])
    together = explain_beats(context, rows, LEADS, WINDOW)
    alone = [explain_beats(context, rows[k : k + 1], LEADS, WINDOW)[0] for k in range(5)]
    assert together == alone


def test_usual_beats_have_no_reason_of_their_own():
    subject = Subject()
    found = [kinds(subject, row) for row in range(15, 60)]
    assert sum(kind == ["together"] for kind in found) >= 43


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


def test_a_restless_person_is_not_premature_by_what_is_usual_for_them():
    calm, restless = Subject(), Subject()
    rng = np.random.default_rng(1)
    restless.rr = np.exp(rng.normal(np.log(0.8), 0.25, restless.n))
    for subject in (calm, restless):
        subject.rr[ROW] = 0.8 * float(np.median(subject.rr[ROW - 10 : ROW]))
    assert "premature" in kinds(calm)
    assert "premature" not in kinds(restless)


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


def test_a_qrs_complex_turned_over_in_one_lead_names_that_lead():
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


def test_a_beat_without_its_p_wave_says_so():
    subject = Subject()
    subject.waveform[ROW] = np.stack(
        [draw_beat(p=(0, 1, 0)), -0.6 * draw_beat(p=(0, 1, 0))], axis=1
    )
    reason = subject.explain(ROW)[0]
    assert reason.text == "no P wave where it usually stands (MLII, V1)"
    assert reason.part == "p"


def test_a_p_wave_of_another_shape_is_another_p_wave():
    subject = Subject()
    second_hump = draw_beat(p=(-0.1, 0.012, 0.15)) - draw_beat(p=(0, 1, 0))
    subject.waveform[ROW, :, 0] += second_hump
    assert kinds(subject) == ["other_p"]


def test_nobody_misses_a_p_wave_that_never_stood_there():
    subject = Subject()
    flat = draw_beat(p=(0, 1, 0))
    subject.waveform += np.stack([flat, -0.6 * flat], 1) - np.stack([draw_beat()] * 2, 1) * [
        1,
        -0.6,
    ]
    subject.waveform[ROW, :30] += 0.1 * np.random.default_rng(0).normal(size=(30, 2))
    assert not {"no_p", "other_p"} & set(kinds(subject))


def test_a_t_wave_turned_over_is_an_st_t_reason():
    subject = Subject()
    subject.waveform[ROW, :, 0] = draw_beat(t=(0.27, 0.05, -0.3))
    reason = subject.explain(ROW)[0]
    assert (reason.kind, reason.leads, reason.part) == ("st_t", ("MLII",), "t")


def test_a_lead_that_is_lost_says_nothing_of_the_beat():
    subject = Subject()
    subject.waveform[ROW, :, 1] = 0
    assert kinds(subject) == ["together"]
    subject.waveform[:, :, 1] = 0
    subject.waveform[ROW, :, 0] *= -1
    assert subject.explain(ROW)[0].leads == ("MLII",)


def test_a_person_of_flat_lines_is_judged_by_rhythm_alone():
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
    assert all(explain_beats(cut, np.arange(60), LEADS, window))
