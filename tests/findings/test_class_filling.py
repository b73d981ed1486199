"""What rules have in common that count beats as ventricular: batches, beats that wait, the end."""

import numpy as np
import pytest
from hand_made_beats import cut, fill_classes, make_steady

from ecg_anomaly.findings.beat_batch import SUPRAVENTRICULAR, VENTRICULAR, make_batch
from ecg_anomaly.findings.class_filling import FILLED, ClassFiller


class BetweenFiller(ClassFiller):
    """Fills supraventricular beats between ventricular ones; one that may be such waits."""

    def __init__(self):
        super().__init__(2)
        self.asked = 0

    def _find(self, rows):
        self.asked += 1
        ventricular, s = rows.number == VENTRICULAR, rows.number == SUPRAVENTRICULAR
        after = np.append(False, ventricular[:-1])
        return s & after & np.append(ventricular[1:], False), int(s[-1] and after[-1])


@pytest.mark.parametrize("step", [1, 2, 3, 100])
@pytest.mark.parametrize("classes", ["NVSVN", "VSVSVSSVN", "SVSNVS", "NNSNVV"])
def test_batches_do_not_change_what_is_filled(classes, step):
    expected = classes
    for at in range(1, len(classes) - 1):
        if classes[at - 1 : at + 2] == "VSV":
            expected = expected[:at] + "V" + expected[at + 1 :]
    assert fill_classes(BetweenFiller(), make_steady(len(classes), 0.8, classes), step) == expected


def test_a_beat_waits_until_the_next_one_comes_and_no_longer():
    filler, passed = BetweenFiller(), []
    for part in cut(make_batch(make_steady(5, 0.8, "NVSVN")), 1):
        passed.append(len(filler.extend(part)))
        assert (filler.n_held > 0) is (len(passed) == 3)
    assert passed == [1, 1, 0, 2, 1]
    assert filler.finish() is None


def test_what_is_held_back_comes_at_the_end_as_it_is():
    filler = BetweenFiller()
    filler.extend(make_batch(make_steady(3, 0.8, "NVS")))
    held = filler.finish()
    assert held is not None
    assert held.number.tolist() == [SUPRAVENTRICULAR]
    assert not filler.n_held


def test_a_filled_beat_has_the_probability_of_one_and_others_keep_theirs():
    whole = BetweenFiller().extend(make_batch(make_steady(5, 0.8, "NVSVN")))
    assert whole.probability.tolist() == pytest.approx([1, 0.8, FILLED, 0.8, 1])


def test_plain_beats_are_passed_on_without_a_look():
    filler = BetweenFiller()
    for part in cut(make_batch(make_steady(9, 0.8, "NNNSVNNNN")), 1):
        filler.extend(part)
    assert filler.asked == 3  # the ventricular one, and while it is among the last two
