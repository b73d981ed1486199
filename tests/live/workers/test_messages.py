import pickle

import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.live.outputs.live_metrics import LiveMetrics
from ecg_anomaly.live.workers.messages import Counted, Kept, Over, Ready, Shown, Watched


def count():
    metrics = LiveMetrics()
    metrics.count("events", group="beat")
    metrics.observe(0.003)
    return Counted(metrics.counts())


@pytest.mark.parametrize(
    "message",
    [Watched(frozenset({"bed 1"})), Ready(), Shown([{"id": "bed 1"}]), Kept(1, "bed 1", "7"),
     count()],
    ids=lambda message: type(message).__name__,
)  # fmt: skip
def test_a_message_is_the_same_in_another_process(message):
    assert pickle.loads(pickle.dumps(message)) == message


def test_why_something_failed_is_the_same_in_another_process():
    over = Over([UserError("bed 1", "is wrong", "mend it")])
    (error,) = pickle.loads(pickle.dumps(over)).failed
    assert str(error) == str(over.failed[0])
