from pathlib import Path

import numpy as np
import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.scp.scp_beats import QrsComplexes, add_reference_beat, read_complexes
from ecg_anomaly.records.scp.scp_leads import ScpLead
from lab.fuzzing.scp_writer import complex_section

PATH = Path("e.scp")
BEAT = np.array([1, 2, 3, 4, 5])


def add(n: int, *spans: tuple[int, int, int], first: int = 0) -> list[int]:
    """Add the beat, its third sample over the fiducial ones, to a lead of zeros."""
    complexes = QrsComplexes(10, 2, spans)
    return add_reference_beat(np.zeros(n, int), ScpLead(1, first, n), BEAT, complexes).tolist()


def test_complexes_of_type_0_count_from_0():
    section = complex_section(400, 101, [(0, 10, 20, 30), (1, 40, 50, 60), (0, 70, 80, 90)])
    found = read_complexes(PATH, section + b"\0\0")
    assert found == QrsComplexes(400, 100, ((9, 19, 29), (69, 79, 89)))


def test_the_beat_is_laid_with_its_fiducial_sample_over_that_of_the_complex():
    assert add(8, (2, 4, 6)) == [0, 0, 1, 2, 3, 4, 5, 0]
    assert add(8, (3, 4, 5)) == [0, 0, 0, 2, 3, 4, 0, 0]


def test_what_lies_outside_of_the_lead_or_of_the_beat_is_left_as_it_is():
    assert add(8, (0, 4, 7)) == [0, 0, 1, 2, 3, 4, 5, 0]
    assert add(3, (0, 0, 9)) == [3, 4, 5]
    assert add(3, (0, 3, 9)) == [0, 1, 2]
    assert add(3, (0, 12, 14), (4, 2, 1), (2**32, 0, 5)) == [0, 0, 0]
    assert add(3, (10, 12, 14), first=11) == [2, 3, 4]
    assert add(7, (11, 13, 14), first=10) == [0, 1, 2, 3, 4, 0, 0]


def test_two_complexes_may_overlap():
    assert add(7, (0, 2, 4), (2, 4, 6)) == [1, 2, 4, 6, 8, 4, 5]


def test_the_given_residual_is_not_changed():
    residual = np.zeros(5, int)
    add_reference_beat(residual, ScpLead(1, 0, 5), BEAT, QrsComplexes(1, 2, ((0, 2, 4),)))
    assert not residual.any()


@pytest.mark.parametrize(
    "section", [None, b"", bytes(5), complex_section(9, 1, [(0, 1, 2, 3)] * 2)[:-1]]
)
def test_a_damaged_list_is_refused(section):
    with pytest.raises(UserError, match="section 4"):
        read_complexes(PATH, section)
