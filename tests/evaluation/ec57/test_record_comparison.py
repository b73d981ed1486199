"""All comparisons of a record at once, from marks and from lists of beats."""

import numpy as np
from hand_made_marks import START, make_marks

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
