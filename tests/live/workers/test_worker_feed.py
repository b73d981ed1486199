import threading
from multiprocessing import Pipe

from ecg_anomaly.live.workers import worker_feed
from ecg_anomaly.live.workers.messages import Ready
from ecg_anomaly.live.workers.worker_feed import Teller, WorkerFeed


def test_messages_come_together_in_order_and_none_is_left_at_the_end():
    told = []
    with WorkerFeed(told.append) as feed:
        for k in range(100):
            feed.publish({"id": str(k)})
    assert [m["id"] for shown in told for m in shown.messages] == [str(k) for k in range(100)]
    assert len(told) < 50


def test_where_too_many_wait_they_are_sent_at_once_in_order(monkeypatch):
    monkeypatch.setattr(worker_feed, "MOST_WAITING", 5)
    told = []
    feed = WorkerFeed(told.append)  # its thread does not run
    for k in range(12):
        feed.publish({"id": str(k)})
    assert [m["id"] for shown in told for m in shown.messages] == [str(k) for k in range(10)]
    feed.send()
    assert [m["id"] for m in told[-1].messages] == ["10", "11"]


def test_a_patient_is_watched_when_the_main_process_says_so():
    feed = WorkerFeed(lambda _: None)
    assert not feed.is_watched("bed 1")
    feed.watched = frozenset({"bed 1"})
    assert feed.is_watched("bed 1")


def test_messages_of_several_threads_arrive_whole_and_a_closed_pipe_is_no_error():
    theirs, ours = Pipe(duplex=False)
    tell = Teller(ours).tell
    threads = [threading.Thread(target=tell, args=(Ready(),)) for _ in range(8)]
    for thread in threads:
        thread.start()
    assert [theirs.recv() for _ in threads] == [Ready()] * 8
    theirs.close()
    tell(Ready())
