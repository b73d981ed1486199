import numpy as np

from ecg_anomaly.beats.excerpts import Excerpt


def test_leads_of_a_piece_are_selected_with_the_values_before_them():
    signal = np.arange(6, dtype=np.float32).reshape(3, 2)
    piece = Excerpt(signal, 5, 20, np.float32([7, 8]))
    assert piece.select([0, 1]) is piece
    second = piece.select([1])
    assert second.signal.tolist() == [[1], [3], [5]]
    assert (second.start, second.n_samples, second.before.tolist()) == (5, 20, [8])


def test_a_whole_recording_has_nothing_before_it():
    whole = Excerpt.whole(np.ones((4, 2), np.float32))
    assert (whole.start, whole.n_samples) == (0, 4)
    assert np.isnan(whole.before).all()
