"""A beat is compared with the nearer of two histories."""

from dataclasses import replace

import numpy as np

from block_beats import WINDOW, draw_beats
from ecg_anomaly.features.beat_context import History
from ecg_anomaly.features.p_wave import around_p_wave
from ecg_anomaly.features.second_shape import Shapes
from ecg_anomaly.features.two_histories import TwoHistories, make_absent

AROUND, _ = around_p_wave(WINDOW)


def history_of(kinds: str, amplitude: float = 1.0) -> History:
    """A history for each kind, as if its template were a beat of it."""
    beats = draw_beats(kinds, noise=0).waveform
    n = len(kinds)
    return History(
        template=beats / np.float32(amplitude),
        recent_p=beats[:, AROUND],
        amplitude=np.full((n, 2), amplitude, np.float32),
        part_distance=np.zeros((n, 2, 3), np.float32),
        p_noise=np.zeros((n, 2), np.float32),
        p_match=np.ones((n, 2), np.float32),
        p_spread=np.zeros((n, 2), np.float32),
    )


def histories(first: str, second: str | None, two: list[bool]) -> TwoHistories:
    other = None if second is None else history_of(second, amplitude=1.5)
    return TwoHistories(history_of(first), other, np.array(two), np.ones((len(two), 2), bool))


EVERY = np.ones((3, 2), bool)


def test_each_beat_takes_the_nearer_one():
    beats = draw_beats("NRR").waveform
    chosen, second = histories("NNN", "RRR", [True, True, False]).choose_nearer(
        beats, EVERY, WINDOW
    )
    assert second.tolist() == [False, True, False]
    assert chosen.amplitude[:, 0].tolist() == [1, 1.5, 1]


def test_a_beat_between_both_keeps_the_first():
    beats = draw_beats("NR", noise=0).waveform
    between = 0.45 * beats[:1] + 0.55 * beats[1:]
    usual = histories("N", "R", [True])
    assert not usual.choose_nearer(between, EVERY[:1], WINDOW)[1].any()
    assert usual.choose_nearer(beats[1:], EVERY[:1], WINDOW)[1].all()


def test_a_lead_that_is_absent_has_no_say():
    beats = draw_beats("R").waveform.copy()
    beats[:, :, 1] = history_of("N").template[:, :, 1]
    usual, first_lead = histories("N", "R", [True]), np.array([[True, False]])
    assert usual.choose_nearer(beats, first_lead, WINDOW)[1].all()


def test_without_a_second_shape_all_take_the_first():
    usual = histories("NNN", None, [False] * 3)
    chosen, second = usual.choose_nearer(draw_beats("NRR").waveform, EVERY, WINDOW)
    assert chosen is usual.first
    assert not second.any()


def test_a_second_shape_is_borrowed_where_there_is_none():
    one, other = histories("NNN", "VVV", [True, False, False]), histories("NNN", "RRR", 3 * [True])
    both = one.with_second_of(other)
    assert both.two.all()
    np.testing.assert_array_equal(both.second.template[0], one.second.template[0])
    np.testing.assert_array_equal(both.second.template[1:], other.second.template[1:])
    lone = histories("NNN", None, 3 * [False])
    assert lone.with_second_of(lone) is lone
    np.testing.assert_array_equal(lone.with_second_of(other).second.template, other.second.template)


def test_others_take_the_place_where_they_are_known():
    minutes = histories("NNN", "RRR", [True] * 3)
    hour = replace(histories("VV", "NN", [False, True]), known=np.array([[True, False]] * 2))
    found = minutes.replaced_by(hour, np.array([-1, 0, 1]))
    assert found.two.tolist() == [False, False, True]
    assert found.known.tolist() == [[False, False], [True, False], [True, False]]
    np.testing.assert_array_equal(found.first.template[0], minutes.first.template[0])
    np.testing.assert_array_equal(found.first.template[1, :, 0], hour.first.template[0, :, 0])
    np.testing.assert_array_equal(found.first.template[1, :, 1], minutes.first.template[1, :, 1])
    np.testing.assert_array_equal(found.second.template[2, :, 0], hour.second.template[1, :, 0])


def test_rows_without_a_second_shape_carry_none():
    usual = histories("NNN", "RRR", [True, False, False])
    assert usual.select(np.array([1, 2])).second is None
    assert usual.select(np.array([0, 0])).two.all()


def test_leads_are_laid_side_by_side():
    whole = history_of("NN")
    axes = {"template": 2, "recent_p": 2}
    parts = [
        {k: np.take(v, [lead], axis=axes.get(k, 1)) for k, v in vars(whole).items()}
        for lead in range(2)
    ]
    changed = {name: values + 1 for name, values in parts[1].items()}
    shapes = [
        Shapes(parts[0], None, np.zeros(2, bool)),
        Shapes(parts[1], changed, np.array([False, True])),
    ]
    found = TwoHistories.of_leads(shapes, np.ones((2, 2), bool), WINDOW)
    assert found.two.tolist() == [False, True]
    np.testing.assert_array_equal(found.first.template, whole.template)
    np.testing.assert_array_equal(found.second.template[:, :, 0], whole.template[:, :, 0])
    np.testing.assert_array_equal(found.second.template[:, :, 1], whole.template[:, :, 1] + 1)


def test_a_lead_that_is_not_known_is_absent():
    whole = history_of("NN")
    found = make_absent(whole, np.array([[True, False], [True, True]]), WINDOW)
    assert not found.template[0, :, 1].any()
    np.testing.assert_array_equal(found.template[1], whole.template[1])
