from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from lab.robustness.recording_variants import (
    PLAIN,
    RATES,
    STORED,
    add_lead,
    compare_decisions,
    evaluate_variants,
    join_comparisons,
    keep_lead,
    quantise,
    resample,
    shift,
    signal_variants,
    store_record,
    vary_record,
)
from lab.robustness.robustness_tables import tabulate_invariance
from toy_detector import toy_records


@pytest.mark.parametrize("fs", RATES)
def test_another_rate_keeps_signal_and_marks_where_they_were(record, fs):
    other = resample(record, fs)
    assert other.fs == fs
    assert other.duration_s == pytest.approx(record.duration_s, abs=1 / fs)
    before, after = record.annotations, other.annotations
    np.testing.assert_allclose(after.sample / fs, before.sample / record.fs, atol=0.51 / fs)
    np.testing.assert_array_equal(after.symbol, before.symbol)
    time_s = np.arange(len(record.signal)) / record.fs
    back = np.interp(time_s, np.arange(len(other.signal)) / fs, other.signal[:, 0])
    assert np.corrcoef(back, record.signal[:, 0])[0, 1] > 0.98


@pytest.mark.parametrize("kind", STORED)
def test_a_stored_record_is_read_back_in_millivolts(record, tmp_path: Path, kind):
    table = store_record(record, tmp_path, kind)
    assert (table.fs, table.leads, table.n_samples) == (360.0, record.leads, len(record.signal))
    read = table.read(0, table.n_samples)
    atol = 0.00051 if "int16" in kind else 1e-6
    np.testing.assert_allclose(read, record.signal, atol=atol)


def test_the_other_changes_do_what_they_say(record):
    assert keep_lead(record, 1).leads == record.leads[1:]
    np.testing.assert_array_equal(keep_lead(record, 1).signal, record.signal[:, 1:])
    np.testing.assert_allclose(shift(record, 5.0).signal - record.signal, 5.0, atol=1e-6)
    steps = quantise(record, 0.02).signal / 0.02
    np.testing.assert_allclose(steps, np.rint(steps), atol=1e-3)
    assert np.abs(quantise(record, 0.02).signal - record.signal).max() < 0.0101
    turned = add_lead(record, -1.0)
    assert len(turned.leads) == 3
    np.testing.assert_array_equal(turned.signal[:, 2], -record.signal[:, 0])


def test_no_variant_changes_the_record_it_is_made_from(record):
    before = record.signal.copy()
    made = {name: change(record) for name, change in signal_variants().items()}
    np.testing.assert_array_equal(record.signal, before)
    assert {r.fs for r in made.values()} == {360.0, *map(float, RATES)}
    assert all(r.signal.dtype == np.float32 for r in made.values())


@pytest.fixture(scope="module")
def rows(detector):
    scored = defaultdict(list)
    for record in toy_records()[:2]:
        for name, one in vary_record(record, detector):
            scored[name].append(one)
    return {row.name: row for row in evaluate_variants(scored, detector.threshold)}


def test_every_variant_has_a_row_and_the_plain_one_differs_from_itself_in_nothing(rows):
    assert list(rows) == [PLAIN, *STORED, *signal_variants()]
    plain = rows[PLAIN].change
    assert plain.n_again == plain.n_before == plain.n_after > 100
    assert plain.n_flags == 0


@pytest.mark.parametrize("name", ["stored in V, float32 (x 1e-3)", "stored in µV, int16", "500 Hz"])
def test_another_unit_or_rate_finds_every_beat_again(rows, name):
    change = rows[name].change
    assert change.n_again == change.n_before == change.n_after
    assert rows[name].metrics.lost == rows[PLAIN].metrics.lost


def test_the_table_states_the_loss_against_the_plain_row(rows):
    table = tabulate_invariance(list(rows.values())).splitlines()
    assert len(table) == 2 + len(rows)
    assert {line.count("|") for line in table} == {table[0].count("|")}
    assert table[2].endswith("| +0.0000 |")
    assert "100.00%" in table[2]


def test_beats_are_the_same_within_50_ms_at_whatever_rate(make_decisions):
    before = make_decisions([1.0, 2.0, 3.0], [-1, 1, 1])
    after = make_decisions([1.04, 2.06, 3.0, 4.0], [-1, 1, -1, 2], fs=1000.0)
    change = compare_decisions(before, after)
    assert (change.n_before, change.n_after, change.n_again) == (3, 4, 2)
    assert change.n_flags == 1  # at 3 s
    assert (change.n_flagged_before, change.n_flagged_after) == (2, 2)


def test_unreadable_beats_are_counted_and_lose_their_flag(make_decisions):
    before = make_decisions([1.0, 2.0], [1, 1])
    change = compare_decisions(before, make_decisions([1.0, 2.0], [1, 1], unreadable="x"))
    assert (change.n_unreadable_after, change.n_flags) == (1, 1)


def test_recordings_add_up_and_none_found_is_none_again(make_decisions):
    before = make_decisions([1.0, 2.0], [1, 1])
    nothing = compare_decisions(before, make_decisions([], []))
    assert (nothing.n_again, nothing.n_flags, nothing.n_after) == (0, 0, 0)
    joined = join_comparisons([nothing, compare_decisions(before, before)])
    assert (joined.n_before, joined.n_again) == (4, 2)
