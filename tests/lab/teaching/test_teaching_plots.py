from pathlib import Path

import matplotlib.image
import numpy as np
import pytest
from matplotlib.figure import Figure

from ecg_anomaly.evaluation.report.plot_style import save_figure
from ecg_anomaly.network.beat_scores import attach_scores
from lab.teaching.gates import GateTrace, LstmWeights, trace_gates
from lab.teaching.teaching_plots import DrawnBeats, draw_cells, draw_reconstruction, draw_scores

FS = 20.0


@pytest.fixture
def beats(make_inputs) -> DrawnBeats:
    inputs = make_inputs(2, "NV")
    return DrawnBeats(inputs.sequence, inputs.symbol, np.array([1.0, 9.0]), FS)


def trace_of(beats: DrawnBeats) -> GateTrace:
    rng = np.random.default_rng(0)
    weights = LstmWeights(rng.normal(size=(8, 20)), rng.normal(size=(5, 20)), np.zeros(20))
    return trace_gates(weights, beats.leads.reshape(2, 4, 8))


def shown_words(figure: Figure) -> str:
    words = [text.get_text() for axes in figure.axes for text in axes.texts]
    words += [axes.get_title(loc="left") for axes in figure.axes]
    legends = [axes.get_legend() for axes in figure.axes if axes.get_legend()] + figure.legends
    words += [text.get_text() for legend in legends for text in legend.get_texts()]
    return "\n".join(words)


def test_maps_show_every_cell_of_every_step_over_the_whole_window(beats: DrawnBeats) -> None:
    trace = trace_of(beats)
    images = [axes.images[0] for axes in draw_cells(beats, trace).axes if axes.images]
    assert [image.get_array().shape for image in images] == [(5, 4)] * 4
    assert all(tuple(image.get_extent()[:2]) == (0, 16 / FS) for image in images)
    for image, drawn in zip(images, [*trace.forget_gate, *trace.cell], strict=True):
        np.testing.assert_allclose(np.sort(image.get_array(), axis=None), np.sort(drawn, axis=None))


def test_a_cell_has_the_same_row_in_all_maps(beats: DrawnBeats) -> None:
    trace = trace_of(beats)
    images = [axes.images[0] for axes in draw_cells(beats, trace).axes if axes.images]
    drawn = np.stack([image.get_array().data.T for image in images])
    computed = np.concatenate([trace.forget_gate, trace.cell])
    rows = {column.tobytes() for column in np.moveaxis(drawn, 2, 0)}
    assert rows == {column.tobytes() for column in np.moveaxis(computed, 2, 0)}


def test_the_reconstruction_tells_the_mean_error_of_the_first_lead(beats: DrawnBeats) -> None:
    reconstructed = beats.leads.copy()
    reconstructed[1, :, 0] += 0.25
    reconstructed[:, :, 1] += 7
    words = shown_words(draw_reconstruction(beats, reconstructed))
    assert "mean error 0.000" in words
    assert "mean error 0.250" in words


def test_scores_are_counted_against_the_threshold(make_inputs, beats: DrawnBeats) -> None:
    inputs = make_inputs(40)
    scores = attach_scores(np.where(inputs.anomalous, 5.0, 0.0), inputs)
    scores.score[0], scores.score[3] = 6.0, 1.0
    words = shown_words(draw_scores(scores, 5.0 - 1e-9, beats))
    assert "30 normal beats, 1 flagged" in words
    assert "10 abnormal beats, 9 flagged" in words
    assert "normal beat" in words
    assert "premature ventricular contraction" in words


def test_an_unknown_code_is_shown_as_it_is(beats: DrawnBeats) -> None:
    odd = DrawnBeats(beats.leads, np.array(["N", "1"]), beats.score, FS)
    assert odd.title(1) == "Beat labelled 1, score 9.0"


def test_the_same_beats_give_the_same_bytes(beats: DrawnBeats, tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        save_figure(draw_cells(beats, trace_of(beats)), tmp_path / name)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    assert matplotlib.image.imread(tmp_path / "a.png").std() > 0
