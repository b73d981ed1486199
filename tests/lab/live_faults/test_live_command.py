import json
import subprocess
import sys
import time

import numpy as np

from ecg_anomaly.records.record import Record
from lab.live_faults.live_command import (
    end_process,
    list_command,
    list_heart,
    read_rows,
    wait_for,
    write_stored,
)


def test_rows_are_read_as_far_as_lines_are_whole(tmp_path):
    path = tmp_path / "found.ndjson"
    assert read_rows(path) == []
    path.write_text(json.dumps({"sample": 1}) + "\n" + '{"sample": ')
    assert read_rows(path) == [{"sample": 1}]


def test_rows_about_the_heart_are_told_from_technical_ones():
    kinds = ["beat", "finding.pause", "alarm.noise.raised", "technical.gap", "finding.single_beats"]
    rows = [{"sample": k, "kind": kind} for k, kind in enumerate(kinds)]
    assert list_heart(rows) == [(0, "beat"), (1, "finding.pause")]


def test_a_record_is_returned_as_it_is_stored(tmp_path):
    signal = np.random.default_rng(0).normal(0, 0.3, (500, 2)).astype(np.float32)
    stored = write_stored(Record("x", "x", signal, 250.0, ("II", "V1")), tmp_path)
    assert stored.name == "bed1"
    assert (tmp_path / "bed1.hea").is_file()
    np.testing.assert_allclose(stored.signal, signal, atol=0.01)
    assert not np.array_equal(stored.signal, signal)


def test_the_command_names_the_detector_that_is_asked_for(tmp_path):
    assert list_command(["-"], None)[-2:] == ["live", "-"]
    assert list_command(["-"], tmp_path)[-2:] == ["--detector", str(tmp_path)]


def test_what_is_waited_for_ends_the_waiting_and_a_process_is_ended():
    begun = time.monotonic()
    wait_for(lambda: True, 30.0)
    wait_for(lambda: False, 0.2)
    assert 0.2 <= time.monotonic() - begun < 10
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    end_process(process)
    assert process.poll() is not None
