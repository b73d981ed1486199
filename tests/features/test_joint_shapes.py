"""Spans of many records are summarised together as each is alone."""

import numpy as np

from default_config import preprocess_config
from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.features.joint_shapes import summarise_together
from ecg_anomaly.features.row_choice import RowChoice
from ecg_anomaly.features.second_shape import Shapes, summarise_shapes
from ecg_anomaly.features.span_beats import SpanBeats

WINDOW = BeatWindow.from_config(preprocess_config())
FEWEST, MOST = 6, 32


def draw_part(seed: int, n: int, n_leads: int, second: bool, n_spans: int = 2) -> SpanBeats:
    """Beats with a P wave, some with a wide QRS complex on time, of which spans are chosen."""
    rng, at = np.random.default_rng(seed), (np.arange(WINDOW.n_samples) - WINDOW.r_peak) / WINDOW.fs
    p_wave, narrow = 0.2 * np.exp(-(((at + 0.16) / 0.02) ** 2)), np.exp(-((at / 0.012) ** 2))
    wide = np.exp(-((at / 0.04) ** 2)) - 0.4 * np.exp(-(((at - 0.09) / 0.03) ** 2))
    waveform = np.repeat((p_wave + narrow)[None], n, axis=0)
    waveform[::2] = p_wave + (wide if second else narrow)
    waveform = waveform[:, :, None] + rng.normal(0, 0.01, (n, WINDOW.n_samples, n_leads))
    rows = np.stack([np.sort(rng.choice(n, MOST, replace=False)) for _ in range(n_spans)])
    count = rng.integers(MOST - 6, MOST + 1, n_spans)
    choices = (RowChoice(rows.copy(), count.copy()) for _ in range(2))
    edges = np.ones(n_spans, int), np.full(n_spans, n - 1)
    return SpanBeats(waveform.astype(np.float32), *choices, np.ones(n, bool), *edges)


def assert_equal(one: Shapes, other: Shapes) -> None:
    np.testing.assert_array_equal(one.two, other.two)
    assert (one.second is None) == (other.second is None)
    for summaries, others in zip(one[:2], other[:2], strict=True):
        for name in summaries or {}:
            np.testing.assert_array_equal(summaries[name], others[name], err_msg=name)


def draw_parts() -> list[SpanBeats]:
    one_shape, two = draw_part(0, 300, 2, second=False), draw_part(1, 90, 2, second=True)
    return [
        one_shape,
        two,
        draw_part(2, 60, 1, second=True),
        draw_part(3, 400, 2, second=True, n_spans=1),
    ]


def test_records_together_get_what_each_gets_alone():
    together = summarise_together(draw_parts(), FEWEST, WINDOW)
    assert [shapes.two.any() for shapes in together] == [False, True, True, True]
    for shapes, part in zip(together, draw_parts(), strict=True):
        assert_equal(shapes, summarise_shapes(part, FEWEST, WINDOW))


def test_beats_outside_of_the_edges_are_not_in_rhythm():
    part = draw_part(4, 300, 2, second=True)
    outside = part._replace(low=part.high)
    (shapes,) = summarise_together([outside], FEWEST, WINDOW)
    assert not shapes.two.any()


def test_without_a_record_there_is_nothing():
    assert summarise_together([], FEWEST, WINDOW) == []
