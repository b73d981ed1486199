import sqlite3
import sys
from pathlib import Path

import numpy as np
import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.live.events import Event
from ecg_anomaly.live.outputs.event_store import EventStore, Snapshot

sys.path.append(str(Path(__file__).resolve().parents[2] / "search"))
from postgresql import create_database, find_binaries, running_postgresql


@pytest.fixture(scope="module")
def server():
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("needs PostgreSQL, see .ci/debian-packages")
    with running_postgresql(binaries) as server:
        yield create_database(binaries, server, "live")


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request, tmp_path):
    url = str(tmp_path / "live.sqlite")
    if request.param == "postgresql":
        url = request.getfixturevalue("server")
    store = EventStore(url)
    yield store
    store.close()


def event(sample, kind="beat", stream="bed 1", run=1):
    said = {"quality": np.nan, "key": f"k{sample}"}
    return Event(stream, sample, kind, sample / 100, said, run)


def test_an_event_is_kept_once_in_its_run(store, request):
    stream = request.node.name
    first = [event(1, stream=stream), event(2, stream=stream)]
    assert store.keep(first) == first
    new = event(3, stream=stream)
    assert store.keep([*first, new]) == [new]
    again = event(1, stream=stream, run=2)
    assert store.keep([again]) == [again]
    assert store.next_run(stream) == 3
    assert store.keep([]) == []


def test_an_output_is_given_each_event_once_also_after_a_restart(store, request):
    name = request.node.name
    store.passed_on(name)
    store.keep([event(k, stream=name) for k in range(5)])
    rows = store.follow(name)
    assert [row["sample"] for _, row in rows] == list(range(5))
    assert rows[0][1]["run"] == 1
    store.passed_on(name, rows[2][0])
    assert [row["sample"] for _, row in store.follow(name)] == [3, 4]
    store.passed_on(name)
    assert store.follow(name) == []


def test_processes_that_share_a_database_pass_on_their_own_events(tmp_path):
    stores = [EventStore(str(tmp_path / "live.sqlite"), by) for by in ("one", "two")]
    for store in stores:
        store.begin_following("hook")
    for number, store in enumerate(stores):
        store.keep([event(number, stream=f"bed {number}")])
    assert [[row["sample"] for _, row in s.follow("hook")] for s in stores] == [[0], [1]]
    stores[0].passed_on("hook")
    assert [len(s.follow("hook")) for s in stores] == [0, 1]
    for store in stores:
        store.close()


def test_a_snapshot_is_that_of_its_maker_and_ends_with_the_run(store):
    store.keep_snapshot("bed 1", "maker", Snapshot(3, "7", b"old"))
    store.keep_snapshot("bed 1", "maker", Snapshot(3, "9", b"new"))
    assert store.snapshot("bed 1", "maker") == Snapshot(3, "9", b"new")
    assert store.snapshot("bed 1", "another") is None
    store.end_run("bed 1")
    assert store.snapshot("bed 1", "maker") is None


def test_strips_are_kept_once_and_come_back(store):
    signal = np.random.default_rng(0).normal(size=(50, 2)).astype(np.float32)
    for _ in range(2):
        store.keep_strip("alarm", 1, 400, 100.0, ("II", "V1"), signal)
    ((sample, fs, leads, found),) = store.strips("alarm")
    assert (sample, fs, leads) == (400, 100.0, ["II", "V1"])
    np.testing.assert_array_equal(found, signal)


def test_what_people_acknowledged_is_known(store, request):
    stream = request.node.name
    kinds = ["alarm.pause.raised", "alarm.pause.acknowledged", "beat"]
    store.keep([event(10 * k, kind, stream) for k, kind in enumerate(kinds)])
    assert store.alarms(stream, 1, "acknowledged", 5) == [(10, "k10")]
    assert store.alarms(stream, 1, "acknowledged", 11) == []


@pytest.mark.parametrize(
    "url", ["nonsense://x", "sqlite:////no/such/folder/x", "/no/such/folder/x"]
)
def test_a_database_that_cannot_be_used_is_one_line(url):
    with pytest.raises(UserError) as caught:
        EventStore(url)
    assert "\n" not in str(caught.value)


def test_a_password_is_in_no_message():
    with pytest.raises(UserError) as caught:
        EventStore("postgresql+psycopg://me:secret@127.0.0.1:1/x")
    assert "secret" not in str(caught.value)


def test_a_database_of_another_version_is_said_to_be(tmp_path):
    path = tmp_path / "live.sqlite"
    EventStore(str(path)).close()
    with sqlite3.connect(path) as link:
        link.execute("ALTER TABLE live_events DROP COLUMN kept_by")
    with pytest.raises(UserError, match=r"another version \(no column kept_by in live_events\)"):
        EventStore(str(path))
