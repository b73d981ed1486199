"""Example beats: which are chosen, and what they are plotted beside."""

import numpy as np
import pytest

from ecg_anomaly.evaluation.report.examples import choose_examples, draw_examples
from ecg_anomaly.network.scorer import BeatScorer


def test_examples_come_highest_first_and_from_several_records() -> None:
    score = np.array([9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0])
    record = np.array(list("aaaabbcd"))
    rows = choose_examples(score, record, n=8)
    assert rows.tolist() == [0, 1, 4, 5, 6, 7]  # two of each record at most
    assert (np.diff(score[rows]) < 0).all()


@pytest.mark.parametrize(("n_beats", "n"), [(0, 4), (1, 4), (9, 1)])
def test_examples_of_few_beats_are_few(n_beats: int, n: int) -> None:
    record = np.array([f"r{i}" for i in range(n_beats)], dtype="<U4")
    assert len(choose_examples(np.arange(float(n_beats)), record, n)) == min(n, n_beats)


class Flat:
    """An autoencoder that reconstructs every beat as 0."""

    def run(self, arrays):
        return {"reconstruction": np.zeros_like(arrays["sequence"])}


def curves(figure, row: int) -> list[np.ndarray]:
    return [line.get_ydata() for line in figure.axes[row].lines]


def test_an_autoencoders_beats_are_plotted_beside_their_reconstruction(make_inputs):
    inputs = make_inputs(5, channels=2)
    scorer = BeatScorer("lstm_autoencoder", Flat(), {})
    figure = draw_examples(inputs, np.arange(5.0), scorer, fs=100.0, n_leads=2)
    beat, reconstruction, *other_lead = curves(figure, 3)
    np.testing.assert_array_equal(beat, inputs.sequence[3, :, 0])
    assert not reconstruction.any()
    assert len(other_lead) == 2
    assert sum(axes.get_visible() for axes in figure.axes) == 5
    assert "reconstruction" in figure.get_suptitle()


def test_a_classifiers_beats_are_plotted_beside_the_template_beat(make_inputs):
    inputs = make_inputs(3, channels=4)  # of two leads: signal, and difference from the template
    scorer = BeatScorer("lstm_contrast", Flat(), {})
    figure = draw_examples(inputs, np.arange(3.0), scorer, fs=100.0, n_leads=2)
    beat, template, *_ = curves(figure, 1)
    np.testing.assert_array_equal(beat - template, inputs.sequence[1, :, 2])
    assert "template beat" in figure.get_suptitle()


def test_without_a_template_channel_a_classifiers_beats_stand_alone(make_inputs):
    scorer = BeatScorer("lstm_contrast", Flat(), {})
    figure = draw_examples(make_inputs(2), np.arange(2.0), scorer, fs=100.0, n_leads=2)
    assert len(curves(figure, 0)) == 2
    assert "dashed" not in figure.get_suptitle()
