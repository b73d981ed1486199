import numpy as np
import pytest
from wfdb.io.annotation import ann_labels, is_qrs

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.beat_labels import (
    AAMI_CLASSES,
    BEAT_SYMBOLS,
    SYMBOL_MEANINGS,
    aami_class,
    check_symbols,
    is_beat,
)


def test_beats_are_those_of_wfdb():
    of_wfdb = {label.symbol for label in ann_labels if is_qrs[label.label_store]}
    assert of_wfdb - {"!"} == BEAT_SYMBOLS  # a flutter wave is a QRS to wfdb, no beat to EC57


def test_every_beat_has_one_class_and_nothing_else_has():
    symbols = np.array(sorted(label.symbol for label in ann_labels))
    classes = aami_class(symbols)
    np.testing.assert_array_equal(classes != "", is_beat(symbols))
    assert set(classes[is_beat(symbols)]) == set(AAMI_CLASSES)


@pytest.mark.parametrize(
    ("aami", "symbols"), [("N", "NLRB"), ("S", "AaJS"), ("V", "VEr"), ("F", "F"), ("Q", "/fQ?")]
)
def test_classes_of_ec57(aami, symbols):
    assert set(aami_class(np.array(list(symbols)))) == {aami}


def test_escape_beats_follow_the_switch():
    escapes = np.array(list("ejn"))
    assert aami_class(escapes).tolist() == ["S"] * 3
    assert aami_class(escapes, "N").tolist() == ["N"] * 3


def test_empty_is_empty():
    assert aami_class(np.zeros(0, "<U1")).shape == (0,)
    assert is_beat(np.zeros(0, "<U1")).shape == (0,)


def test_every_code_of_wfdb_is_known_and_others_are_refused_together():
    check_symbols(np.array([label.symbol for label in ann_labels]), "x.atr")
    with pytest.raises(UserError, match=r"x\.atr: unknown annotation symbols X Z;"):
        check_symbols(np.array(["N", "Z", "X", "Z"]), "x.atr")


def test_every_beat_code_has_a_meaning():
    assert set(SYMBOL_MEANINGS) >= BEAT_SYMBOLS
