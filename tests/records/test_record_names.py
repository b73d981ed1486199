"""Record names: known before a record is opened, and fit for the files of its results."""

import pytest

from ecg_anomaly.records.record_names import LONGEST_NAME, output_name, record_name


@pytest.mark.parametrize(
    ("path", "name"),
    [("/a/100", "100"), ("100.hea", "100"), ("100.DAT", "100"), ("a b.edf", "a b"),
     ("x.y", "x.y"), ("t.csv", "t"), ("1.2.840.10008", "1.2.840.10008"), ("a.SCP", "a")],
)  # fmt: skip
def test_the_name_is_known_before_the_record_is_opened(path, name):
    assert record_name(path) == name


@pytest.mark.parametrize(("name", "written"), [("a b.1", "a_b_1"), ("ok-1_B", "ok-1_B"), ("", "_")])
def test_results_are_named_as_wfdb_allows(name, written):
    assert output_name(name) == written


def test_two_long_names_stay_apart():
    names = [output_name("x" * 300 + end) for end in "ab"]
    assert names[0] != names[1]
    assert max(map(len, names)) <= LONGEST_NAME
