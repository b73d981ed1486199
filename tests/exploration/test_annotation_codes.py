from collections import Counter

from ecg_anomaly.exploration.annotation_codes import MEANINGS, list_codes
from ecg_anomaly.records.beat_labels import BEAT_SYMBOLS


def test_every_beat_code_has_a_meaning():
    assert set(MEANINGS) >= BEAT_SYMBOLS


def test_codes_are_listed_with_their_class_most_frequent_first():
    rows = list_codes(Counter({"V": 3, "+": 5, "e": 3}), "N")
    assert [(row["symbol"], row["aami_class"], row["n"]) for row in rows] == [
        ("+", "", 5), ("V", "V", 3), ("e", "N", 3),
    ]  # fmt: skip


def test_an_unknown_code_is_another_mark():
    assert list_codes(Counter({"Z": 1}))[0]["meaning"] == "other mark"


def test_no_code_gives_no_row():
    assert list_codes(Counter()) == []
