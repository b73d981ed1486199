"""What the tables merge, where bxb and sumstats disagree, and the matrix of one record."""

from collections import Counter

import pytest

from ecg_anomaly.evaluation.ec57.beat_comparison import BeatComparison
from ecg_anomaly.evaluation.ec57.beat_tables import (
    BEATS,
    BEATS_WITH_SVEB,
    beat_row,
    beat_row_with_sveb,
    format_matrix,
)

#: Every element of the matrix is another power of two, so that a sum says what is in it.
ELEMENTS = [r + t for r in "NSVFQ" for t in "nsvfqox"] + [r + t for r in "OX" for t in "nsvfq"]
POWERS = BeatComparison(Counter({name: 1 << i for i, name in enumerate(ELEMENTS)}))


def elements(number: float) -> set[str]:
    return {name for i, name in enumerate(ELEMENTS) if int(number) >> i & 1}


def test_without_sveb_they_count_as_normal():
    row = beat_row("100", POWERS)
    assert elements(row["Nn'"]) == {"Nn", "Ns", "Nf", "Nq", "Sn", "Ss", "Sf", "Sq"}
    assert elements(row["Fo'"]) == {"Fo", "Fx", "Qo", "Qx"}
    assert elements(row["Ov'"]) == {"Ov", "Xv"}
    assert elements(sum(row[name] for name in BEATS.counts)) == set(ELEMENTS)


def test_with_sveb_no_element_is_lost():
    row = beat_row_with_sveb("100", POWERS)
    assert elements(row["Nn'"]) == {"Nn", "Nf", "Nq"}
    assert elements(row["Fs'"]) == {"Fs", "Qs"}
    assert elements(sum(row[name] for name in BEATS_WITH_SVEB.counts)) == set(ELEMENTS)


def test_bxb_counts_fused_beats_called_s_and_sumstats_does_not():
    row = beat_row_with_sveb("100", BeatComparison(Counter(Ss=2, Fs=1, Qs=1, Ns=1), 10.0))
    assert row["S +P"] == 50
    assert BEATS_WITH_SVEB.sum_rows([row])["S +P"] == pytest.approx(200 / 3)
    assert row["RR err"] == 10


def test_false_positive_rate_is_of_all_that_is_not_v():
    row = beat_row("100", BeatComparison(Counter(Nn=90, Nv=4, Ov=1, Fn=3, On=2, Vv=50)))
    assert row["V FPR"] == 5


def test_the_matrix_of_a_record():
    compared = BeatComparison(Counter(Nn=1841, Nv=6, Ss=29, Vv=1, On=2), None)
    lines = format_matrix("100", "atr", "mild", compared).split("\n")
    assert lines[7] == " N | 1841    0    6    0    0    0    0"
    assert lines[12] == " O |    2    0    0    0    0"
    assert lines[17] == "           VEB sensitivity: 100.00% (1/1)"
    assert lines[18] == " VEB positive predictivity:  14.29% (1/7)"
    assert lines[21] == "     RMS RR interval error:      -"
    nothing = format_matrix("100", "atr", "mild", BeatComparison()).split("\n")
    assert nothing[17] == "           VEB sensitivity:      -  (0/0)"
