"""What the summary says about one record."""

from dataclasses import replace

import numpy as np
import pytest

from default_config import preprocess_config
from ecg_anomaly.exploration.labelled_beats import find_beat_marks
from ecg_anomaly.exploration.record_row import MAX_CELLS, STATES, encode_strip, make_record_row
from ecg_anomaly.exploration.signal_quality import measure_quality


def row_of(record):
    quality = measure_quality(record, preprocess_config())
    return make_record_row(record, find_beat_marks(record), quality, 10.0)


def test_a_record_is_described_by_its_beats_and_its_length(make_record):
    row = row_of(make_record("a", "NNVN" * 5, subject="p", leads=("II", "V1")))
    assert (row["name"], row["subject"], row["leads"]) == ("a", "p", ["II", "V1"])
    assert (row["n_beats"], row["classes"]["V"], row["anomalous_share"]) == (20, 5, 0.25)
    assert row["minutes"] == pytest.approx(21 * 0.8 / 60, rel=1e-3)
    assert row["heart_rate_bpm"] == {"p5": 75.0, "median": 75.0, "p95": 75.0}


def test_flaws_are_counted_for_the_lead_that_has_them(make_record):
    record = make_record(symbols="N" * 50, leads=("II", "V1", "V2"))
    record.signal[1000:2000, 0] = np.nan
    record.signal[5000:, 1] = 0.2
    missing, flat, fine = row_of(record)["lead_quality"]
    assert missing["missing_share"] == pytest.approx(1000 / len(record.signal), rel=1e-3)
    assert flat["flat_share"] == pytest.approx(1 - 5000 / len(record.signal), abs=0.05)
    for lead, own in ((missing, "missing_share"), (flat, "flat_share"), (fine, "")):
        shares = {name: value for name, value in lead.items() if name.endswith("_share")}
        assert [name for name, value in shares.items() if value and name != own] == []


def test_shares_of_states_add_up_to_all_windows(make_record):
    record = make_record(symbols="N" * 60)
    record.signal[5000:6000] = np.nan
    row = row_of(record)
    assert sum(row["states"].values()) == pytest.approx(1, abs=1e-4)
    counts = {STATES[letter]: row["strip"]["cells"].count(letter) for letter in STATES}
    n = len(row["strip"]["cells"])
    assert row["states"] == {name: pytest.approx(k / n, abs=1e-4) for name, k in counts.items()}


def test_a_record_without_samples_has_none_where_nothing_is_measured(make_record):
    empty = replace(make_record(), signal=np.zeros((0, 1), np.float32), annotations=None)
    row = row_of(empty)
    assert row["missing_share"] is None
    assert set(row["states"].values()) == {None}
    assert set(row["lead_quality"][0].values()) == {"II", None}
    assert row["heart_rate_bpm"] is None


def test_a_strip_shows_the_worst_lead():
    strip = encode_strip(np.array([[0, 0], [0, 6], [2, 1]]), 10.0)
    assert strip == {"cell_s": 10.0, "cells": ".mn"}


@pytest.mark.parametrize("n_windows", [MAX_CELLS, MAX_CELLS + 1, 8640])
def test_a_long_record_has_few_cells_and_loses_no_flaw(n_windows):
    states = np.zeros((n_windows, 1), dtype=np.int64)
    states[n_windows - 1] = 5
    strip = encode_strip(states, 10.0)
    assert len(strip["cells"]) <= MAX_CELLS
    assert strip["cells"].count("f") == 1
    assert strip["cells"].endswith("f")
    assert len(strip["cells"]) * strip["cell_s"] >= n_windows * 10


def test_a_record_without_windows_has_an_empty_strip():
    assert encode_strip(np.zeros((0, 2), dtype=np.int64), 10.0)["cells"] == ""
