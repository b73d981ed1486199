import numpy as np

from ecg_anomaly.beats.splits.split_summary import summarise_split


def test_every_side_is_counted_and_excluded_beats_are_not(make_beats):
    beats = make_beats({"a": "NNV", "b": "NS", "c": "F", "d": "Q"})
    beats.unreadable[0] = "flat"
    sides = np.array(["train"] * 3 + ["test"] * 2 + ["test", ""])
    train, validation, test = summarise_split(beats.with_split(sides))
    assert train == {
        "side": "train", "subjects": ["a"], "beats": 2, "unreadable": 1,
        "classes": {"N": 1, "S": 0, "V": 1, "F": 0, "Q": 0},
    }  # fmt: skip
    assert (validation["subjects"], validation["beats"]) == ([], 0)
    assert test["subjects"] == ["b", "c"]
    assert test["classes"] == {"N": 1, "S": 1, "V": 0, "F": 1, "Q": 0}
