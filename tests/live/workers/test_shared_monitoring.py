import json
import os
import signal
import threading
import time
from functools import partial

import psutil
import pytest
from worker_toys import BlockSource, open_engine, open_nothing

from ecg_anomaly.live.commands import ACKNOWLEDGE, Command
from ecg_anomaly.live.monitor.feed import Cursor, MonitorFeed
from ecg_anomaly.live.workers.shared_monitoring import SharedMonitoring

STREAMS = [f"bed {k}" for k in range(5)]


def share(folder, *sources, n=2, resume=lambda _: "", engine=open_engine):
    opened = partial(engine, folder) if engine is open_engine else engine
    return SharedMonitoring(sources, opened, n, resume)


def read_events(folder):
    rows = [json.loads(line) for line in (folder / "events.ndjson").read_text().splitlines()]
    return {s: [(r["sample"], r["kind"]) for r in rows if r["stream"] == s] for s in STREAMS}


def run_alone(folder, *sources):
    with open_engine(folder, sources, 0) as engine:
        assert engine.run() == []
    return read_events(folder)


def wait_for(condition, within_s=30):
    end = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.fixture
def run(request):
    """Run monitoring in a thread, and stop it at the end of the test."""

    def begin(monitoring):
        failed = []
        thread = threading.Thread(target=lambda: failed.extend(monitoring.run()), daemon=True)

        def end():
            monitoring.stop()
            thread.join(60)
            assert not thread.is_alive()
            return failed

        request.addfinalizer(end)
        thread.start()
        return end

    return begin


def test_workers_say_what_one_process_says_of_each_stream(tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    expected = run_alone(tmp_path / "one", BlockSource(*STREAMS))
    shared = share(tmp_path / "two", BlockSource(*STREAMS[:3]), BlockSource(*STREAMS[3:]))
    assert shared.run() == []
    assert read_events(tmp_path / "two") == expected
    assert all("stream.ended" in [kind for _, kind in rows] for rows in expected.values())
    n = sum(map(len, expected.values()))
    counted = shared.metrics.to_text().split('ecg_anomaly_live_events_total{group="stream"} ')[1]
    assert n > 2 * len(STREAMS) == int(counted.split()[0])


def test_the_page_shows_the_streams_of_all_workers_and_alarms_are_acknowledged(tmp_path, run):
    source, feed = BlockSource(*STREAMS, endless=True), MonitorFeed()
    shared = share(tmp_path, source)
    shared.show_on(feed)
    run(shared)

    def alarms():
        return {
            view["id"]: view["alarms"][0]
            for view in feed.snapshot()["patients"]
            if view.get("alarms")
        }

    wait_for(lambda: len(alarms()) == len(STREAMS))
    cursor = Cursor(watched=(STREAMS[1],))
    found = []

    def signal_came():
        news = feed.news(cursor)["patients"]
        found.extend(view["id"] for view in news if "signal" in view)
        return found

    # No signal comes before a browser asks for it: the next thing that is shown brings it.
    feed.news(cursor)
    wait_for(lambda: shared._feed.watched() == {STREAMS[1]})
    time.sleep(0.5)
    shared.command(Command(ACKNOWLEDGE, alarms()[STREAMS[1]]["key"]))
    wait_for(signal_came)
    assert set(found) == {STREAMS[1]}
    wait_for(lambda: alarms()[STREAMS[1]]["state"] != alarms()[STREAMS[2]]["state"])


def test_what_was_kept_is_told_to_the_source_and_a_second_run_says_the_rest(tmp_path, run):
    (tmp_path / "one").mkdir()
    expected = run_alone(tmp_path / "one", BlockSource(*STREAMS))
    source, folder = BlockSource(*STREAMS, endless=True), tmp_path / "two"
    folder.mkdir()
    source.running = True  # what is stopped goes on later
    end = run(share(folder, source))
    wait_for(lambda: {stream for stream, _ in source.kept} == set(STREAMS))
    assert end() == []
    last = dict(source.kept)
    assert share(folder, BlockSource(*STREAMS), resume=last.__getitem__, n=1).run() == []
    found = read_events(folder)
    for stream in STREAMS:  # that it was opened, and opened again, is said at each start
        assert len(set(found[stream])) == len(found[stream])
        assert set(expected[stream]) <= set(found[stream])


def test_a_replay_that_is_stopped_is_over(tmp_path, run):
    end = run(share(tmp_path, BlockSource(*STREAMS, endless=True)))
    wait_for(lambda: (tmp_path / "events.ndjson").exists())
    wait_for(
        lambda: all(any("asystole" in k for _, k in r) for r in read_events(tmp_path).values())
    )
    assert end() == []
    assert all(rows[-1][1] == "stream.ended" for rows in read_events(tmp_path).values())


def test_a_worker_that_is_killed_ends_all_and_is_named(tmp_path, run):
    before = {child.pid for child in psutil.Process().children()}
    end = run(share(tmp_path, BlockSource(*STREAMS, endless=True)))
    wait_for(lambda: (tmp_path / "events.ndjson").exists())
    children = [c for c in psutil.Process().children() if c.pid not in before]
    workers = [c for c in children if "spawn_main" in " ".join(c.cmdline())]
    assert len(workers) == 2
    os.kill(workers[0].pid, signal.SIGKILL)
    wait_for(lambda: not workers[1].is_running() or workers[1].status() == "zombie")
    (error,) = end()
    assert "was killed" in error.rule
    assert "from the last snapshots" in error.way_out


def test_what_no_worker_can_open_is_said_once():
    (error,) = share(None, BlockSource(*STREAMS), engine=open_nothing, n=1).run()
    assert str(error).startswith("detector: is not there for 0")


def test_a_source_that_fails_is_named_and_the_others_go_on(tmp_path):
    class Failing(BlockSource):
        def run(self, _deliver, _resume, _stop):
            raise ValueError("a defect")

    threading.excepthook, former = (lambda _: None), threading.excepthook
    try:
        (error,) = share(tmp_path, Failing(), BlockSource(*STREAMS), n=1).run()
    finally:
        threading.excepthook = former
    assert "a defect" in error.rule
    assert all(rows[-1][1] == "stream.ended" for rows in read_events(tmp_path).values())
