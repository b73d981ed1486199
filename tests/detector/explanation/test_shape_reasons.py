"""Reasons in P wave, ST segment and T wave, and what a lost lead changes."""

import numpy as np
from drawn_subject import Subject, draw_beat

ROW = 40


def kinds(subject: Subject, row: int = ROW) -> list[str]:
    return [reason.kind for reason in subject.explain(row)]


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


def test_a_p_wave_that_the_template_lacks_is_not_missing():
    subject = Subject()
    flat = draw_beat(p=(0, 1, 0))
    subject.waveform += np.stack([flat, -0.6 * flat], 1) - np.stack([draw_beat()] * 2, 1) * [
        1,
        -0.6,
    ]
    subject.waveform[ROW, :30] += 0.1 * np.random.default_rng(0).normal(size=(30, 2))
    assert not {"no_p", "other_p"} & set(kinds(subject))


def test_an_inverted_t_wave_is_an_st_t_reason():
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


def test_a_beat_of_a_second_shape_that_keeps_coming_back_says_so():
    """It is wide, and that is usual for it: early is what is odd about the one at 205."""
    subject, noise = Subject(240), np.random.default_rng(5)
    blocked = np.arange(240) % 24 >= 12
    wide = draw_beat(r=(0.0, 0.02, 0.8), s=(0.05, 0.022, -0.7), t=(0.27, 0.05, -0.3))
    both = np.stack([wide, -0.6 * wide], axis=1)
    subject.waveform[blocked] = both + noise.normal(0, 0.004, (blocked.sum(), 96, 2))
    subject.rr[205] = 0.5
    assert [reason.kind for reason in subject.explain(205)] == ["premature", "second_shape"]
    assert [reason.kind for reason in subject.explain(210)] == ["second_shape"]
    assert "second_shape" not in [reason.kind for reason in subject.explain(200)]
    assert "wide_qrs" in [reason.kind for reason in subject.explain(14)]
