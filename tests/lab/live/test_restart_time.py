"""A process that is started again goes on with every stream, and its time is told."""

from dataclasses import replace

import pytest

from lab.live.restart_time import RestartTime, measure_restart
from toy_detector import toy_records


@pytest.mark.measurement
def test_all_streams_are_open_again(folder, tmp_path):
    record = toy_records()[0]
    found = measure_restart(replace(record, signal=record.signal[: 20 * 360]), 3, tmp_path, folder)
    assert found.streams == 3
    assert 0 < found.cpu_s < 60
    assert found.snapshot_bytes > 10_000


def test_it_is_told_in_a_line():
    line = RestartTime(1000, 6.54, 5.04, 544_030).line()
    assert line.startswith("1000 streams go on 6.5 s after")
    assert "0.54 MB" in line
