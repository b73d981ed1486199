import threading
import time

import numpy as np
import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.live.sources.replay_source import ReplaySource, split_speed
from ecg_anomaly.live.sources.source import SampleBlock, StreamEnded, StreamOpened
from ecg_anomaly.records.record import Record
from ecg_anomaly.records.wfdb.wfdb_files import write_record


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    signal = np.random.default_rng(0).normal(0, 0.3, (1000, 2)).astype(np.float32)
    folder = tmp_path_factory.mktemp("records")
    write_record(Record("s01", "s01", signal, 250.0, ("II", "V1")), folder)
    return folder


def play(word, resume="", until=None):
    found, stop = [], threading.Event()

    def deliver(delivery):
        found.append(delivery)
        if until is not None and len(found) == until:
            stop.set()

    ReplaySource(word).run(deliver, lambda _: resume, stop)
    return found


def test_the_whole_recording_comes_in_order(folder):
    opened, *blocks, ended = play(f"{folder}/s01")
    assert opened == StreamOpened("s01", 250.0, ("II", "V1"), "s01")
    assert ended == StreamEnded("s01")
    assert all(isinstance(b, SampleBlock) for b in blocks)
    assert [b.start for b in blocks] == list(range(0, 1000, 50))
    assert sum(len(b.values) for b in blocks) == 1000


def test_it_goes_on_where_a_block_says(folder):
    blocks = play(f"{folder}/s01")[1:-1]
    rest = play(f"{folder}/s01", resume=blocks[6].position)[1:-1]
    assert [b.start for b in rest] == [b.start for b in blocks[7:]]


def test_its_pace_is_that_of_the_recording(folder):
    begun = time.monotonic()
    play(f"{folder}/s01@20")  # 4 s of signal
    assert 0.19 <= time.monotonic() - begun < 1


def test_it_stops_at_once_and_does_not_end_the_stream(folder):
    found = play(f"{folder}/s01@0.01", until=1)
    assert found == [StreamOpened("s01", 250.0, ("II", "V1"), "s01")]


@pytest.mark.parametrize("speed", ["x", "-1", "0", "0.0", "nan", "inf", "1e9", ""])
def test_a_wrong_speed_is_refused(speed):
    with pytest.raises(UserError, match="is no speed"):
        split_speed(f"a@{speed}")


def test_a_name_may_hold_the_sign(folder):
    assert split_speed("me@home/100@2") == ("me@home/100", 2.0)
