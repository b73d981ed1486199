from collections import defaultdict

import pytest

from lab.robustness.invariance import PLAIN, evaluate_variants, vary_record
from lab.robustness.recording_variants import STORED, signal_variants
from lab.robustness.robustness_tables import tabulate_invariance
from toy_detector import toy_records


@pytest.fixture(scope="module")
def rows(detector):
    scored = defaultdict(list)
    for record in toy_records()[:2]:
        for name, one in vary_record(record, detector):
            scored[name].append(one)
    return {row.name: row for row in evaluate_variants(scored, detector.threshold)}


def test_every_way_has_a_row_and_the_plain_one_differs_from_itself_in_nothing(rows):
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
