"""Rows of events are compared, and the real parts are driven."""

import pytest

from lab.live_faults import process_faults
from lab.live_faults.process_faults import fill_disk, restart_broker


def row(sample, kind):
    return {"sample": sample, "kind": kind}


def test_rows_are_compared_up_to_the_last_beat_and_without_the_technical_ones():
    expected = [row(1, "beat"), row(2, "alarm.link_lost.raised"), row(3, "beat"), row(9, "beat")]
    found = [row(1, "beat"), row(1, "beat"), row(4, "beat")]
    result = process_faults._compare("x", expected, found, "said")
    assert (result.wanted, result.lost, result.more) == (2, 1, 2)


def test_what_is_said_after_the_last_beat_is_not_missed_though_it_began_before():
    found = [row(1, "beat"), row(3, "beat")]
    over = [row(9, "beat"), row(2, "finding.asystole")]
    assert process_faults._compare("x", [*found, *over], found, "said").right
    early = [row(1, "beat"), row(2, "finding.asystole"), row(3, "beat"), row(9, "beat")]
    assert process_faults._compare("x", early, found, "said").lost == 1


@pytest.mark.measurement
def test_a_full_disk_changes_nothing_that_is_said(stopped, folder, tmp_path, monkeypatch):
    monkeypatch.setattr(process_faults, "FULL_DISK", 64 * 1024)
    found = fill_disk(stopped, tmp_path, folder)
    assert found.right, found
    assert "disk" in found.said


@pytest.mark.measurement
@pytest.mark.skipif(process_faults.MOSQUITTO is None, reason="needs mosquitto")
def test_a_broker_that_is_restarted_changes_nothing_that_is_said(stopped, folder, tmp_path):
    found = restart_broker(stopped, tmp_path, folder)
    assert found.right, found


def test_without_a_broker_the_row_says_so(stopped, tmp_path, monkeypatch):
    monkeypatch.setattr(process_faults, "MOSQUITTO", None)
    assert "not installed" in restart_broker(stopped, tmp_path, None).said
