"""All comparisons of a record at once, from marks and from lists of beats."""

import time

import numpy as np
import pytest
from hand_made_marks import START, make_marks
from hypothesis import given
from hypothesis import strategies as st

from ecg_anomaly.evaluation.ec57.annotator_beats import read_annotator_beats
from ecg_anomaly.evaluation.ec57.marks import ComparedPart
from ecg_anomaly.evaluation.ec57.record_comparison import compare_record, ec57_from_beats

PART = ComparedPart(fs=360, length=650_000)


def test_a_record():
    reference = make_marks("0N 360V 720V 1080+(AFIB 1440N 1800+(N 2000[ 2100] 2500N")
    test = make_marks("0N 360V 720V 1200+(AFIB 1440N 1700+(N 2500N")
    compared = compare_record("r", reference, test, PART)
    assert compared.beats.counts == {"Nn": 3, "Vv": 2}
    assert compared.ventricular_runs.found[0] == 1
    assert compared.supraventricular_runs.found[2] == 1
    assert compared.atrial_fibrillation.true == 1
    assert compared.ventricular_fibrillation.missed == 1


def test_lists_of_beats_in_any_kind_of_sequence():
    samples = START + np.array([0, 360, 720, 1080])
    compared = ec57_from_beats(
        samples, list("NVSF"), tuple(samples + 10), np.array(list("NVVF")), 360
    )
    assert compared.beats.counts == {"Nn": 1, "Vv": 1, "Sv": 1, "Ff": 1}


def test_a_record_ends_with_the_reference_unless_its_length_is_given():
    reference, test = [START, START + 360], [START, START + 360, START + 900]
    known = ec57_from_beats(reference, ["N", "N"], test, ["N"] * 3, 360, length=650_000)
    assert known.beats.counts["On"] == 1
    assert ec57_from_beats(reference, ["N", "N"], test, ["N"] * 3, 360).beats.counts["On"] == 0


def test_no_beats_at_all():
    compared = ec57_from_beats([], [], [], [], 360)
    assert compared.beats.qrs_sensitivity.percent is None


WORDS = ["N", "V", "A", "F", "Q", "!", "|", "[", "]", "~-1", "~0", "+(AFIB", "+(N", "+(VFL"]
marks = st.lists(
    st.tuples(st.integers(-2000, 6000), st.sampled_from(WORDS)),
    max_size=40,
    unique_by=lambda mark: mark[0],
).map(lambda found: make_marks(" ".join(f"{sample}{word}" for sample, word in sorted(found))))


@given(marks, marks)
def test_every_beat_of_the_reference_is_counted_once(reference, test):
    beats = read_annotator_beats(reference, PART.window, PART.length)
    counted = [
        t >= START and label != "O" for t, label in zip(beats.sample, beats.label, strict=True)
    ]
    compared = compare_record("r", reference, test, PART)
    assert compared.beats.sum("NSVFQ", "nsvfqox") == sum(counted)


@given(marks)
def test_an_annotator_agrees_with_itself(annotator):
    compared = compare_record("r", annotator, annotator, PART)
    beats = compared.beats
    assert not [name for name in beats.counts if name[0] != name[1].upper()]
    assert beats.rr_error_ms in (None, 0)
    for episodes in (compared.atrial_fibrillation, compared.ventricular_fibrillation):
        assert episodes.overlap_s == pytest.approx(episodes.reference_s)


def test_a_file_of_nothing_but_episodes_and_shutdown_takes_no_time_to_speak_of():
    words = ["[", "]", "~-1", "~0", "+(AFIB", "+(N", "V", "V", "A", "A"]
    text = " ".join(f"{20 * i}{words[i % len(words)]}" for i in range(30_000))
    reference, test = make_marks(text), make_marks(text, START + 7)
    start = time.process_time()
    compare_record("r", reference, test, PART)
    assert time.process_time() - start < 3
