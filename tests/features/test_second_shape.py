"""A block that comes and goes is a second usual shape; ventricular beats never are."""

from dataclasses import replace

import numpy as np
import pytest

from block_beats import WINDOW, draw_beats, early_before_pause
from default_config import features_config
from ecg_anomaly.beats.detected_beats import DetectedBeats
from ecg_anomaly.features.beat_context import BeatsInContext
from ecg_anomaly.features.context_builder import ContextBuilder
from ecg_anomaly.features.joint_context import put_beats_in_context
from ecg_anomaly.features.morphology import distance_to_template

CONFIG = features_config()
#: Block for ten beats of thirty.
BLOCK = 12 * (20 * "N" + 10 * "R")


def in_context(beats: DetectedBeats) -> BeatsInContext:
    ready = ContextBuilder(CONFIG).extend(beats, last=True)
    assert ready is not None
    return put_beats_in_context(ready, CONFIG, WINDOW)


def kind_is(kinds: str, kind: str) -> np.ndarray:
    return np.array(list(kinds)) == kind


def test_a_block_that_comes_back_is_compared_with_itself():
    context = in_context(draw_beats(BLOCK))
    late, blocked = np.arange(len(BLOCK)) > 120, kind_is(BLOCK, "R")
    np.testing.assert_array_equal(context.second[late], blocked[late])
    far = distance_to_template(context.waveform, context.history, WINDOW)
    assert far[late].max() < 0.5
    assert far[:28][blocked[:28]].min() > 1.5
    hour = distance_to_template(context.waveform, context.hour, WINDOW)
    assert hour[late].max() < 0.5


def test_the_first_beats_of_a_block_are_not():
    assert not in_context(draw_beats(BLOCK)).second[:28].any()


def test_beats_of_the_usual_shape_are_compared_with_what_they_were():
    """The template of both shapes stays as it was: no other beat is judged anew."""
    context = in_context(draw_beats(BLOCK))
    usual = context.history.template[~context.second, WINDOW.r_peak, 0]
    np.testing.assert_allclose(usual, usual[0], rtol=0.03)


def test_a_ventricular_beat_is_not_taken_for_the_block():
    """Half way between: as far from the second shape as ventricular beats are."""
    kinds = BLOCK + "NNN"
    beats = draw_beats(kinds)
    waveform = beats.waveform.copy()
    waveform[-2] *= -1
    assert not in_context(replace(beats, waveform=waveform)).second[-2]


@pytest.mark.parametrize(
    ("kinds", "early"),
    [
        (200 * "NV", 0.6),
        (130 * "NNV", 0.7),
        (130 * "NNV", 0.95),
        (60 * "N" + 3 * (40 * "N" + 60 * "V"), 0.5),
    ],
    ids=["bigeminy", "every third", "late ones with a pause", "tachycardia"],
)
def test_ventricular_beats_make_no_shape(kinds, early):
    context = in_context(draw_beats(kinds, early_before_pause(kinds, early)))
    assert not (context.second & kind_is(kinds, "V")).any()


def test_a_ventricular_rhythm_on_time_makes_none_either():
    """There is no P wave before its beats."""
    kinds = BLOCK.replace("R", "V")
    assert not in_context(draw_beats(kinds)).second.any()


@pytest.mark.parametrize(("early_of_three", "known"), [(0, True), (2, False)])
def test_a_shape_most_of_whose_beats_come_early_is_none(early_of_three, known):
    """Though as many of them as it takes come on time, with the P wave of the others."""
    place = np.cumsum(kind_is(BLOCK, "R"))
    kinds = [
        "V" if kind == "R" and number % 3 < early_of_three else kind
        for kind, number in zip(BLOCK, place, strict=True)
    ]
    context = in_context(draw_beats(BLOCK, early_before_pause("".join(kinds), 0.7)))
    assert context.second[-60:].any() == known


def test_few_beats_of_another_shape_make_none():
    kinds = 8 * (42 * "N" + 3 * "R")
    assert not in_context(draw_beats(kinds)).second.any()


def test_noise_makes_none():
    assert not in_context(draw_beats(360 * "N", noise=0.2)).second.any()


def test_a_block_is_remembered_for_an_hour():
    """The last minutes before the fourth spell hold none of it."""
    spell, rest = 200 * "R", 500 * "N"
    kinds = rest + spell + rest + spell + rest + 20 * "R"
    context = in_context(draw_beats(kinds))
    assert context.second[-20:].all()


@pytest.mark.parametrize(("n", "known"), [(100, False), (230, True)])
def test_of_an_hour_six_slots_make_a_second_shape(n, known):
    """A slot is 24 s: three and seven of them, more than five minutes ago."""
    kinds = 500 * "N" + n * "R" + 500 * "N" + 20 * "R"
    assert in_context(draw_beats(kinds)).second[-20:].any() == known
