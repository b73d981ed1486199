"""A process that monitors holds one thread of BLAS, and leaves the others as they were."""

import gc

from threadpoolctl import threadpool_info

from ecg_anomaly.live.process_settings import settled_process


def blas_threads():
    return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]


def test_blas_has_one_thread_and_old_objects_are_looked_at_rarely_while_it_runs():
    threads, before = blas_threads(), gc.get_threshold()
    with settled_process():
        assert set(blas_threads()) == {1}
        assert gc.get_threshold()[2] > before[2]
    assert (blas_threads(), gc.get_threshold()) == (threads, before)
