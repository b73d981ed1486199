import doctest

import pytest

from ecg_anomaly.cli import result_folders
from ecg_anomaly.cli.result_folders import place_results
from ecg_anomaly.files.errors import UserError


@pytest.mark.parametrize(
    ("records", "places"),
    [
        (["a/1", "a/2"], {}),
        (["a/1", "b/1.hea", "b/2"], {"a/1": "a", "b/1.hea": "b"}),
        (["x/a/1", "x/b/c/1"], {"x/a/1": "a", "x/b/c/1": "b/c"}),
        (["x/1", "x/b/1"], {"x/1": ".", "x/b/1": "b"}),
        (["a/../b/1", "./c/1"], {"a/../b/1": "b", "./c/1": "c"}),
        (["a/r.1.csv", "b/r_1"], {"a/r.1.csv": "a", "b/r_1": "b"}),
    ],
)
def test_recordings_of_one_name_keep_the_folders_in_which_they_differ(records, places):
    assert place_results(records) == places


@pytest.mark.parametrize("records", [["a/1", "a/1.hea"], ["a/1", "a/1"], ["1.edf", "1.csv"]])
def test_two_of_one_name_in_one_folder_are_refused(records):
    with pytest.raises(UserError, match=r"would both write 1\.\*; score them into two folders"):
        place_results(records)


def test_no_folder_leads_out_of_the_output(tmp_path, monkeypatch):
    deep = tmp_path / "b/c/d"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    places = place_results(["../../1", "/1", "a/1"])
    assert not any(place.startswith(("..", "/")) for place in places.values())


def test_the_example_in_the_docstring_holds():
    assert doctest.testmod(result_folders).failed == 0
