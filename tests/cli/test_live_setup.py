"""What a process of live monitoring is set up with, and how it keeps its memory."""

import gc
from argparse import ArgumentParser
from contextlib import closing

import pytest
from threadpoolctl import threadpool_info

from ecg_anomaly.cli.live_options import add_live_options
from ecg_anomaly.cli.live_setup import LiveSetup, settled_process
from ecg_anomaly.live.events import Event


@pytest.fixture
def options(model, tmp_path):
    parser = ArgumentParser()
    add_live_options(parser)
    store = str(tmp_path / "live.sqlite")
    return parser.parse_args(["replay:x", "--store", store, "--detector", str(model)])


def blas_threads():
    return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]


def test_blas_has_one_thread_and_old_objects_are_looked_at_rarely_while_it_runs():
    threads, before = blas_threads(), gc.get_threshold()
    with settled_process():
        assert set(blas_threads()) == {1}
        assert gc.get_threshold()[2] > before[2]
    assert (blas_threads(), gc.get_threshold()) == (threads, before)


def test_each_process_has_a_name_of_its_own_the_same_after_a_restart(options):
    setups = [LiveSetup(options), LiveSetup(options, 1)]
    names = [[setup.name_process(k) for k in range(5)] for setup in setups]
    assert names[0] == names[1]
    assert len(set(names[0])) == 5
    for setup in setups:
        setup.store.close()


def test_what_any_of_the_processes_had_kept_is_printed_once(options, capfd):
    events = [Event("bed 1", k, "beat", k / 100) for k in range(3)]
    with closing(LiveSetup(options).store) as store:
        for k, event in enumerate(events):
            store.of(LiveSetup(options).name_process(k)).keep([event])
    for expected in (3, 0):
        setup = LiveSetup(options)
        with closing(setup.store):
            setup.print_missed(5)
        assert capfd.readouterr().out.count("bed 1") == expected
