"""Runs by class, windows, rhythms as long runs, both directions: worked out by hand."""

from dataclasses import replace

import pytest
from hand_made_marks import START, make_marks

from ecg_anomaly.evaluation.ec57.marks import ComparedPart
from ecg_anomaly.evaluation.ec57.rhythm_events import SUPRAVENTRICULAR, VENTRICULAR
from ecg_anomaly.evaluation.ec57.run_comparison import compare_runs, list_differences

PART = ComparedPart(fs=360, length=650_000)


def beats(codes: str, shift: int = 0) -> str:
    """Place beats of the given codes 200 samples apart."""
    return " ".join(f"{1000 + shift + 200 * i}{c}" for i, c in enumerate(codes) if c != ".")


def compare(reference: str, test: str, kind=VENTRICULAR):
    return compare_runs(make_marks(reference), make_marks(test), PART, kind)


@pytest.mark.parametrize(
    ("wanted", "got", "found", "true"),
    [
        ("NVVN", "NVVN", (1, 0, 0), (1, 0, 0)),
        ("NVVVN", "NVVVN", (0, 1, 0), (0, 1, 0)),
        ("NVVVVVVN", "NVVVVVVN", (0, 0, 1), (0, 0, 1)),
        ("NVVVVVVVN", "NVVVVVVNN", (0, 0, 1), (0, 0, 1)),
        ("NVVVVVN", "NVVVNNN", (0, 1, 0), (0, 1, 0)),  # three are enough for a short run
        ("NVVVN", "NVVNN", (0, 0, 0), (1, 0, 0)),  # two are not, but are a couplet that is true
        ("NVVNN", "NVVVN", (1, 0, 0), (0, 0, 0)),
        ("NVVVN", "NVNVN", (0, 0, 0), (0, 0, 0)),
        ("NVFVN", "NVVVN", (0, 1, 0), (0, 1, 0)),
        ("NV.VN", "NVVVN", (1, 0, 0), (0, 0, 0)),  # nothing between two beats
    ],
)
def test_classes_of_runs(wanted, got, found, true):
    result = compare(beats(wanted), beats(got))
    assert (result.found, result.true) == (found, true)


@pytest.mark.parametrize(("shift", "found"), [(54, 1), (-54, 1), (55, 0), (-55, 0)])
def test_the_window_is_150_ms_at_either_end(shift, found):
    result = compare(beats("NVVN"), beats("NVVN", shift))
    assert (result.found[0], result.missed[0]) == (found, 1 - found)
    assert (result.true[0], result.false[0]) == (found, 1 - found)


def test_flutter_is_a_long_run():
    result = compare("100N 200[ 900] 1200N", "100N 200V 350V 500V 650V 800V 900V 1200N")
    assert (result.found, result.true) == ((0, 0, 1), (0, 0, 1))
    assert compare("100N 200[ 900] 1200N", "100N 300V 400V 1200N").missed == (0, 0, 1)


def test_any_part_of_flutter_in_the_window_is_long_enough():
    assert compare(beats("NVVN"), "100N 1450[ 5000] 6000N").found == (1, 0, 0)
    assert compare(beats("NVVN"), "100N 1455[ 5000] 6000N").missed == (1, 0, 0)


def test_atrial_fibrillation_is_a_long_run_of_normal_beats():
    fibrillation = "900+(AFIB " + beats("NNNNNNN") + " 2500+(N 3000N"
    result = compare(fibrillation, beats("AAAAAAA") + " 3000N", SUPRAVENTRICULAR)
    assert (result.found, result.true) == ((0, 0, 1), (0, 0, 1))


def test_runs_begin_at_the_start_at_the_earliest():
    assert compare("-300V -100V 100V 300N", "5000N").missed == (0, 0, 0)
    assert compare("-300V -100V 100V 300V 500N", "5000N").missed == (1, 0, 0)
    assert compare("-900[ 100] 500N", "5000N").missed == (0, 0, 1)
    # A rhythm that lasts begins anew, whatever was before, and the next other beat ends it.
    lasting = compare("-900+(AFIB -500V 500V 900N 1200N 2000V", "5000N", SUPRAVENTRICULAR)
    assert lasting.missed == (1, 0, 1)


def test_a_beat_of_an_earlier_window_is_not_in_a_later_one():
    # 1040F is in the window of the single beat 1000V; for 1060V-1175F one beat is left.
    result = compare("1040F 1150F 2000N", "1000V 1055N 1060V 1175F 2000N")
    assert result.false == (1, 0, 0)


def test_a_run_at_the_end_counts_unless_annotations_follow_the_record():
    reference, test = make_marks("1000N"), make_marks("1000N 35500V 35900V 36300V")
    known = ComparedPart(fs=360, length=START + 36_000)
    assert compare_runs(reference, test, known, VENTRICULAR).false == (0, 0, 0)
    unknown = replace(known, length_known=False)
    assert compare_runs(reference, test, unknown, VENTRICULAR).false == (0, 1, 0)


def test_runs_of_one_annotator_alone_are_listed():
    reference, test = make_marks(beats("NVVNVVVNN")), make_marks(beats("NVVNNNNVV"))
    missed, false = list_differences(reference, test, PART, VENTRICULAR)
    assert [run.length for run in missed] == [3]
    assert [run.length for run in false] == [2]
