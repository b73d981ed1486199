"""The hostile recordings are what their names say."""

import pytest

from lab.attacks.hostile_records import (
    write_absent_leads,
    write_edf,
    write_many_leads,
    write_many_segments,
    write_month_of_nothing,
)


@pytest.mark.parametrize("distinct", [True, False])
def test_absent_leads_are_named_and_take_no_file(tmp_path, distinct):
    lines = write_absent_leads(tmp_path, 5, distinct).read_text().splitlines()
    assert lines[0].split() == ["hostile", "6", "360", "21600"]
    names = [line.split()[-1] for line in lines[2:]]
    assert all(line.startswith("~ ") for line in lines[2:])
    assert len(set(names)) == (5 if distinct else 1)


def test_the_signal_file_has_the_length_that_the_header_claims(tmp_path):
    path = write_many_leads(tmp_path, 3, 500, 0.5)
    assert path.read_text().split()[1:4] == ["3", "500", "15000"]
    assert (tmp_path / "hostile.dat").stat().st_size == 2 * 3 * 15_000


def test_segments_add_up_to_the_length_of_the_record(tmp_path):
    lines = write_month_of_nothing(tmp_path, 100, 1, 1).read_text().splitlines()
    total = int(lines[0].split()[-1])
    assert sum(int(line.split()[-1]) for line in lines[1:]) == total == 30 * 86_400 * 100 + 12_000
    assert len(write_many_segments(tmp_path, 7).read_text().splitlines()) == 8


def test_the_edf_file_has_the_size_that_its_header_claims(tmp_path):
    path = write_edf(tmp_path, 4, 3, "1", 250)
    assert path.stat().st_size == 256 * 5 + 2 * 4 * 3 * 250
    assert path.read_bytes()[252:256].strip() == b"4"
