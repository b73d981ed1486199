"""Where a comparison begins, how far apart matching beats may be, marks of beats alone."""

import numpy as np
import pytest

from ecg_anomaly.evaluation.ec57.marks import ComparedPart, Marks


@pytest.mark.parametrize(
    ("fs", "start", "window"), [(360, 108_000, 54), (250, 75_000, 38), (128, 38_400, 19)]
)
def test_start_and_window_are_rounded_to_samples(fs, start, window):
    part = ComparedPart(fs, 650_000)
    assert (part.start, part.window) == (start, window)


def test_marks_of_beats_have_no_notes_and_count_in_64_bits():
    marks = Marks.of_beats(np.array([100, 460], dtype=np.int32), np.array(["N", "V"]))
    assert marks.sample.dtype == np.int64
    assert marks.subtype.tolist() == [0, 0]
    assert marks.note.tolist() == ["", ""]
