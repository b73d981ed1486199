"""Which leads of a recording are read, in which order."""

from dataclasses import replace

import numpy as np
import pytest

from ecg_anomaly.detector.beat_scoring import ChunkScorer
from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.detector.lead_plan import MOST_LEADS
from ecg_anomaly.records.record import Record


@pytest.mark.parametrize("n_leads", [12, 13, 64])
def test_of_many_leads_the_scored_ones_and_some_others_are_read(
    detector: Detector, record: Record, n_leads: int
) -> None:
    names = (*(f"X{k}" for k in range(n_leads - 2)), *record.leads[::-1])
    signal = np.zeros((10, n_leads), np.float32)
    order = ChunkScorer(detector, replace(record, signal=signal, leads=names)).leads.order
    assert order[0] == n_leads - 1
    assert order[1:] == sorted(set(order) - {n_leads - 1})
    assert {n_leads - 1, n_leads - 2} <= set(order)
    assert len(order) == MOST_LEADS == 12


@pytest.mark.parametrize("n_others", [2, MOST_LEADS + 3])
def test_leads_that_are_not_scored_are_read_after_the_scored_ones_up_to_a_limit(
    detector: Detector, record: Record, n_others: int
) -> None:
    others = np.zeros((record.n_samples, n_others), np.float32)
    names = tuple(f"X{k}" for k in range(n_others))
    wide = replace(record, signal=np.hstack([others, record.signal]), leads=(*names, *record.leads))
    order = ChunkScorer(detector, wide).leads.order
    assert order[0] == n_others
    assert order[1:] == sorted(order[1:])
    assert {n_others, n_others + 1} <= set(order)
    assert len(set(order)) == len(order) == min(n_others + 2, MOST_LEADS)
