"""The audit finds a planted leak of each kind, by name, and none where there is none."""

import numpy as np
import pytest

from default_config import dataset_config
from ecg_anomaly.beats.splits.by_subject import split_beats
from ecg_anomaly.beats.splits.split_audit import audit_split
from ecg_anomaly.files.errors import UserError

WINDOW_S = 0.8
DATASET = dataset_config()


@pytest.fixture
def clean(make_beats):
    """Twelve subjects in three splits."""
    beats = make_beats({f"p{i:02d}": "NNNNNNVN" for i in range(12)})
    return beats.with_split(split_beats(beats, DATASET))


def first_of(beats, split):
    return int(np.flatnonzero(beats.split == split)[0])


def test_a_clean_split_passes_every_check(clean):
    report = audit_split(clean, "subject", WINDOW_S)
    assert [row["check"] for row in report] == [
        "subject_in_two_splits", "duplicated_beat", "overlapping_windows", "class_sorted_sequence",
    ]  # fmt: skip
    assert {row["result"] for row in report} == {"passed"}


def test_a_subject_in_two_splits_is_named(clean):
    clean.split[first_of(clean, "train")] = "test"
    with pytest.raises(UserError, match=r"audit subject_in_two_splits: subject p.. in two splits"):
        audit_split(clean, "subject", WINDOW_S)


def test_two_records_of_one_subject_in_two_splits_are_found(clean):
    train, test = (clean.subject[first_of(clean, split)] for split in ("train", "test"))
    clean.subject[clean.subject == test] = train
    with pytest.raises(UserError, match=f"subject {train} in two splits"):
        audit_split(clean, "subject", WINDOW_S)


@pytest.mark.parametrize("unit", ["subject", "beat"])
def test_a_beat_copied_to_another_split_is_named(clean, unit):
    source, target = first_of(clean, "train"), first_of(clean, "validation")
    clean.waveform[target] = clean.waveform[source]
    with pytest.raises(UserError) as caught:
        audit_split(clean, unit, WINDOW_S)
    assert caught.value.where == "audit duplicated_beat"
    first = min(source, target)
    where = f"record {clean.record[first]} sample {clean.sample[first]}"
    assert caught.value.rule == f"1 beats with equal samples in two splits, first {where}"


@pytest.mark.parametrize("gap_s", [0.0, 0.3, 0.79])
def test_windows_that_overlap_across_splits_are_named(make_beats, gap_s):
    beats = make_beats({"a": "NNNNNN", "b": "NNNN"})
    beats.time_s[3] = beats.time_s[2] + gap_s
    splits = beats.with_split(np.array(["train"] * 3 + ["test"] * 3 + ["validation"] * 4))
    with pytest.raises(UserError, match=r"overlapping_windows: 1 windows .* first in a at 2\.00"):
        audit_split(splits, "beat", WINDOW_S)


def test_windows_that_touch_or_are_of_other_records_do_not_overlap(make_beats):
    beats = make_beats({"a": "NNNN", "b": "NNNN"})
    beats.time_s[:] = [0, 0.8, 1.6, 2.4] * 2
    splits = beats.with_split(np.array(["train", "test"] * 2 + ["test", "train"] * 2))
    assert {row["result"] for row in audit_split(splits, "beat", WINDOW_S)} == {"passed", "waived"}


def test_beats_that_came_cut_out_have_no_neighbours(make_beats):
    beats = make_beats({"a": "NN"})
    beats.time_s[:] = [0, 0.1]
    beats.continuous[:] = False
    splits = beats.with_split(np.array(["train", "test"]))
    assert audit_split(splits, "beat", WINDOW_S)[2]["result"] == "passed"


def test_by_beat_the_check_of_subjects_is_waived_and_names_them(make_beats):
    beats = make_beats({"a": "NNNN"})
    splits = beats.with_split(np.array(["train", "train", "test", "test"]))
    report = audit_split(splits, "beat", WINDOW_S)
    assert [row["result"] for row in report] == ["waived", "passed", "passed", "passed"]
    assert report[0]["finding"] == "subject a in two splits"


@pytest.mark.parametrize("how", ["excluded", "unreadable"])
def test_beats_that_are_not_used_cannot_leak(clean, how):
    source, target = first_of(clean, "train"), first_of(clean, "test")
    clean.waveform[target] = clean.waveform[source]
    if how == "excluded":
        clean.split[target] = ""
    else:
        clean.unreadable[target] = "flat"
    audit_split(clean, "subject", WINDOW_S)


def test_without_beats_there_is_no_leak(make_beats):
    assert len(audit_split(make_beats({}), "subject", WINDOW_S)) == 4


MIXED = "NNNVNNNNVVNSNNVNNVNN"


def several_records(make_beats, symbols=MIXED):
    beats = make_beats({f"p{i:02d}": symbols for i in range(12)})
    return beats.with_split(split_beats(beats, DATASET))


def test_beats_sorted_by_class_before_they_get_a_context_are_found(make_beats):
    beats = several_records(make_beats)
    ordered = beats.select(np.lexsort((beats.sample, beats.aami)))
    with pytest.raises(
        UserError, match=r"audit class_sorted_sequence: record p00: beat \d+ is earl"
    ):
        audit_split(ordered, "subject", WINDOW_S)


def test_one_swapped_pair_of_beats_is_found(make_beats):
    beats = several_records(make_beats)
    rows = np.arange(len(beats))
    rows[[5, 6]] = [6, 5]
    with pytest.raises(UserError, match="record p00: beat 6 is earlier than the beat before"):
        audit_split(beats.select(rows), "subject", WINDOW_S)


def test_sorted_classes_are_found_when_times_were_replaced(make_beats):
    beats = several_records(make_beats, "".join(sorted(MIXED)))
    with pytest.raises(UserError, match="class_sorted_sequence: beats of 12 records, all that"):
        audit_split(beats, "subject", WINDOW_S)


def test_records_sorted_by_chance_are_no_leak(make_beats):
    symbols = {f"p{i:02d}": MIXED for i in range(10)} | {"x": "NNNNNNVVVVVV", "y": "NNNNNNNNNNV"}
    beats = make_beats(symbols)
    audit_split(beats.with_split(split_beats(beats, DATASET)), "subject", WINDOW_S)
    few = make_beats({"a": "NNNNNVVVVV", "b": "NNNNNSSSSS", "c": "NNNNNN"})
    audit_split(few.with_split(split_beats(few, DATASET)), "subject", WINDOW_S)


def test_beats_that_came_cut_out_may_be_sorted(make_beats):
    beats = several_records(make_beats, "".join(sorted(MIXED)))
    beats.continuous[:] = False
    beats.sample[:] = beats.sample[::-1]
    audit_split(beats, "subject", WINDOW_S)
