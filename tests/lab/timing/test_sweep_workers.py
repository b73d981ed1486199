"""Trials per hour: counted while every worker is at work, whatever happens before and after."""

import pytest

from lab.timing.sweep_workers import Span, busy_rate


def spans(worker, *times):
    return [Span(worker, begin, end, end - begin) for begin, end in times]


def test_one_worker_is_busy_from_its_first_trial_to_its_last():
    assert busy_rate(spans(1, (0, 10), (10, 20), (20, 30))) == pytest.approx(360)


def test_two_workers_at_one_speed_do_twice_as_much():
    mine, yours = spans(1, (0, 10), (10, 20)), spans(2, (5, 15), (15, 25))
    assert busy_rate(mine + yours) == pytest.approx(720)


@pytest.mark.parametrize("late", [0, 3, 9])
@pytest.mark.parametrize("tail", [0, 1, 2])
def test_a_late_start_and_an_uneven_end_change_nothing(late, tail):
    first = spans(1, *((10 * k, 10 * k + 10) for k in range(4 + tail)))
    second = spans(2, *((10 * k + late, 10 * k + 10 + late) for k in range(4)))
    assert busy_rate(first + second) == pytest.approx(720)


def test_slower_trials_are_fewer():
    assert busy_rate(spans(1, (0, 20), (20, 40)) + spans(2, (0, 20), (20, 40))) == pytest.approx(
        360
    )
