import errno
import json
import os
import signal
import threading
import time
from functools import partial
from multiprocessing.process import BaseProcess

import psutil
import pytest
from worker_toys import BlockSource, open_behind, open_broken, open_engine, open_nothing

from ecg_anomaly.files.errors import UserError
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


def find_workers(n):
    def find():
        children = psutil.Process().children()
        return [c for c in children if "spawn_main" in " ".join(c.cmdline())]

    wait_for(lambda: len(find()) == n)
    return find()


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


def test_what_is_stopped_when_all_sources_are_over_does_not_wait_for_workers_behind(run):
    end = run(share(None, BlockSource("bed 0"), n=1, engine=open_behind))
    (worker,) = find_workers(1)
    time.sleep(2)  # it is ready, and the source is over
    begun = time.monotonic()
    assert end() == []
    assert time.monotonic() - begun < 20
    assert not worker.is_running()


def test_workers_that_are_being_started_leave_stop_signals_to_the_main_process(tmp_path, run):
    run(share(tmp_path, BlockSource(*STREAMS, endless=True)))
    for worker in find_workers(2):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            worker.send_signal(number)  # as to the group of a terminal or a service
    wait_for(lambda: (tmp_path / "events.ndjson").exists())


def test_what_is_stopped_while_workers_load_ends_at_once_and_without_an_error(tmp_path, run):
    end = run(share(tmp_path, BlockSource(*STREAMS, endless=True)))
    workers = find_workers(2)
    for worker in workers:
        worker.suspend()  # it loads for long
    begun = time.monotonic()
    assert end() == []
    assert time.monotonic() - begun < 20
    assert not any(worker.is_running() for worker in workers)


def test_a_worker_that_cannot_be_started_is_one_error_and_leaves_none_of_the_others(monkeypatch):
    start, opened = BaseProcess.start, []

    def start_two(process):
        if len(opened) == 2:
            raise OSError(errno.EMFILE, "Too many open files")
        opened.append(process)
        start(process)

    monkeypatch.setattr(BaseProcess, "start", start_two)
    with pytest.raises(UserError, match=r"worker 2: cannot be started .*ulimit -n"):
        share(None, BlockSource(*STREAMS), n=3, engine=open_behind).run()
    assert not any(process.is_alive() for process in opened)


def test_a_defect_in_a_worker_is_said_as_such():
    (error,) = share(None, BlockSource(*STREAMS), n=1, engine=open_broken).run()
    assert str(error).startswith("worker 0: internal error (ZeroDivisionError")


def test_a_worker_that_is_killed_ends_all_and_is_named(tmp_path, run):
    end = run(share(tmp_path, BlockSource(*STREAMS, endless=True)))
    wait_for(lambda: (tmp_path / "events.ndjson").exists())
    workers = find_workers(2)
    os.kill(workers[0].pid, signal.SIGKILL)
    wait_for(lambda: not workers[1].is_running() or workers[1].status() == "zombie")
    (error,) = end()
    assert "was killed" in error.rule
    assert "from the last snapshots" in error.way_out
    found = read_events(tmp_path).values()
    assert not any(kind == "stream.ended" for rows in found for _, kind in rows)


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
