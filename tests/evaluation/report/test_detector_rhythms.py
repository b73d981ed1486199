"""Episodes of fibrillation against the rhythms that a reference names."""

from dataclasses import replace

import numpy as np
import pytest

from ecg_anomaly.evaluation.report.detector_rhythms import (
    NO_REFERENCE,
    compare_rhythms,
    names_rhythms,
)
from ecg_anomaly.records.record import Annotations, Record

FS = 10.0


def make_record(rhythms=(), brackets=(), name: str = "r", n_samples: int = 10_000) -> Record:
    """Make a record of 1000 s with changes of rhythm, and ``[`` and ``]`` at samples."""
    sample = np.array([0, *brackets])
    symbol = np.array(["N", *"[]" * (len(brackets) // 2)])
    marks = Annotations(sample, symbol, tuple(rhythms))
    return Record(name, name, np.zeros((n_samples, 1), np.float32), FS, ("II",), marks)


def test_durations_are_compared_after_the_first_five_minutes():
    record = make_record([(0, "(AFIB"), (5000, "(N")])
    found = compare_rhythms([record], lambda _: [(400.0, "(AFIB"), (600.0, "(N")])
    head = found.headline()
    assert head["rhythm_records"] == 1
    assert head["af_duration_sensitivity_gross"] == 0.5
    assert head["af_duration_predictivity_gross"] == 0.5
    assert head["af_episodes_sensitivity_average"] == 1.0
    assert head["vf_episodes_sensitivity_gross"] is None
    text = found.format_report()
    assert "(AF detection)" in text
    assert "(VF detection)" in text


@pytest.mark.parametrize(
    "record",
    [
        make_record(brackets=(5000, 6000)),
        make_record([(5000, "(VFL"), (6000, "(N")]),
        make_record([(4000, "(VF"), (6000, "(N")], brackets=(5000, 6000)),
    ],
)
def test_fibrillation_is_between_brackets_or_by_its_note_where_there_are_none(record):
    found = compare_rhythms([record], lambda _: [(500.0, "(VF"), (600.0, "(N")])
    episodes = found.compared["vf"]["r"]
    assert (episodes.found, episodes.missed, episodes.false) == (1, 0, 0)
    assert episodes.reference_s == episodes.overlap_s == episodes.test_s == 100.0


def test_fibrillation_to_the_end_of_the_record_has_an_end():
    record = make_record([(5000, "(VF")])
    episodes = compare_rhythms([record], lambda _: [(900.0, "(VF")]).compared["vf"]["r"]
    assert (episodes.reference_s, episodes.test_s) == (500.0, 100.0)


def test_records_without_a_reference_rhythm_are_not_even_scored():
    bare = [make_record(), replace(make_record(), annotations=None)]
    short = make_record([(0, "(AFIB")], n_samples=2000)

    def find(record):
        raise AssertionError(record)

    found = compare_rhythms([*bare, short], find)
    assert found.format_report() == NO_REFERENCE
    assert found.headline()["rhythm_records"] == 0
    assert found.headline()["af_duration_sensitivity_gross"] is None


def test_a_reference_names_rhythms_by_notes_or_brackets():
    assert names_rhythms(make_record([(0, "(N")]).annotations)
    assert names_rhythms(make_record(brackets=(5, 9)).annotations)
    assert not names_rhythms(make_record().annotations)
