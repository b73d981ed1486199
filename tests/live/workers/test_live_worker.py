"""A worker, run in a thread of this process."""

import json
import threading
from functools import partial
from multiprocessing import Pipe

import pytest
from worker_toys import SIGNAL, open_engine, open_nothing

from ecg_anomaly.live.sources.source import SampleBlock, StreamEnded, StreamOpened
from ecg_anomaly.live.workers import live_worker
from ecg_anomaly.live.workers.live_worker import WorkerJob, run_worker
from ecg_anomaly.live.workers.messages import Counted, Kept, Over, Ready, Shown
from ecg_anomaly.live.workers.received_sources import SourceTraits
from toy_ecg import FS


@pytest.fixture
def start(monkeypatch):
    """Start a worker; return the pipes to it."""
    for name in ("ignore_stop_signals", "end_with_parent"):
        monkeypatch.setattr(live_worker, name, lambda *_: None)

    def begin(engine):
        theirs, deliveries = Pipe(duplex=False)
        control, their_control = Pipe()
        job = WorkerJob(engine, (SourceTraits("toy", True, False),), True)
        words = job, 0, theirs, their_control, 0
        threading.Thread(target=run_worker, args=words, daemon=True).start()
        return deliveries, control

    return begin


def hear(control):
    found = []
    while not found or not isinstance(found[-1], Over):
        assert control.poll(30)
        found.append(control.recv())
    return found


def test_it_monitors_what_it_receives_until_nothing_more_comes(start, tmp_path):
    deliveries, control = start(partial(open_engine, tmp_path))
    blocks = [SampleBlock("a", SIGNAL[k : k + 20], k, str(k)) for k in range(0, len(SIGNAL), 20)]
    deliveries.send([(0, StreamOpened("a", FS, ("II",))), *((0, block) for block in blocks)])
    deliveries.send([(0, StreamEnded("a"))])
    deliveries.close()
    said = hear(control)
    assert isinstance(said[0], Ready)
    assert said[-1].failed == []
    shown = [m for s in said if isinstance(s, Shown) for m in s.messages]
    assert {"patient", "beats", "status", "alarm"} <= {message["type"] for message in shown}
    assert [s.position for s in said if isinstance(s, Kept)][-1] == blocks[-1].position
    (counted,) = [s for s in said if isinstance(s, Counted)][-1:]
    rows = [json.loads(line) for line in (tmp_path / "events.ndjson").read_text().splitlines()]
    events = {k: v for (k, _), v in counted.counts.values.items() if "events_total" in k}
    assert sum(events.values()) > 0
    assert rows[-1]["kind"] == "stream.ended"


def test_why_it_cannot_begin_is_all_that_it_says(start):
    _, control = start(open_nothing)
    (over,) = hear(control)
    assert "is not there" in str(over.failed[0])
