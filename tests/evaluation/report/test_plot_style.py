"""The style of plots: sizes, repeated bytes, colours that can be told apart."""

import numpy as np
from matplotlib.colors import to_rgb

from ecg_anomaly.evaluation.report.plot_style import (
    ABNORMAL,
    ACCENT,
    MUTED,
    NORMAL,
    new_figure,
    save_figure,
)


def luminance(colour: str) -> float:
    return float(np.dot(to_rgb(colour), [0.2126, 0.7152, 0.0722]))


def test_a_figure_has_the_size_that_was_asked_for():
    assert new_figure(3.0, 2.0).get_size_inches().tolist() == [3.0, 2.0]


def test_axes_have_no_frame_on_top_and_right():
    spines = new_figure().subplots().spines
    assert [spines[side].get_visible() for side in ("left", "bottom", "top", "right")] == [
        True, True, False, False,
    ]  # fmt: skip


def test_the_same_figure_gives_the_same_bytes_without_the_name_of_the_software(tmp_path):
    for name in ("a.png", "b.png"):
        figure = new_figure()
        figure.subplots().plot([0, 1], [1, 0], color=NORMAL)
        save_figure(figure, tmp_path / name)
    first = (tmp_path / "a.png").read_bytes()
    assert first == (tmp_path / "b.png").read_bytes()
    assert first.startswith(b"\x89PNG")
    assert b"Matplotlib" not in first


def test_normal_and_abnormal_differ_in_brightness_too():
    assert abs(luminance(NORMAL) - luminance(ABNORMAL)) > 0.05
    assert len({NORMAL, ABNORMAL, ACCENT, MUTED}) == 4
