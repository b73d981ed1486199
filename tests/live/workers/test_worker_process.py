import os
import signal
from functools import partial

from worker_toys import SIGNAL, open_engine

from ecg_anomaly.live.sources.source import SampleBlock, StreamOpened
from ecg_anomaly.live.workers.live_worker import WorkerJob
from ecg_anomaly.live.workers.messages import Counted
from ecg_anomaly.live.workers.received_sources import SourceTraits
from ecg_anomaly.live.workers.worker_process import WorkerProcess
from toy_ecg import FS


def test_a_worker_ends_when_nothing_more_comes_and_one_that_is_killed_is_named(tmp_path):
    job = WorkerJob(partial(open_engine, tmp_path), (SourceTraits("toy", True, True),), shown=False)
    heard = []
    workers = [WorkerProcess(job, k, lambda *said: heard.append(said)) for k in range(2)]
    for worker in workers:
        assert worker.ready.wait(30)
    workers[0].deliveries.send([(0, StreamOpened("a", FS, ("II",))), (0, SampleBlock("a", SIGNAL))])
    workers[0].close()
    workers[0].join(30)
    os.kill(workers[1]._process.pid, signal.SIGKILL)
    workers[1].join(30)
    assert workers[0].failed == []
    assert isinstance(dict(heard)[0], Counted)
    assert [error.rule for error in workers[1].failed] == [
        "the process that monitored its share of the streams was killed"
    ]
