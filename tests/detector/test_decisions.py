import numpy as np
import pytest

from ecg_anomaly.detector.decisions import (
    DTYPES,
    INITIAL_CAPACITY,
    BeatDecisions,
    GrowingColumn,
    TextColumn,
    concatenate_decisions,
)

#: Length of a column that just fits without growing.
FULL = INITIAL_CAPACITY


@pytest.mark.parametrize("kind", [np.int64, np.bool_, np.float64])
@pytest.mark.parametrize("expected", [0, 8, 3 * FULL])
@pytest.mark.parametrize("lengths", [[], [0], [3, 0, 4], [FULL, 1], [5, 9 * FULL, 7]])
def test_a_column_is_what_its_parts_are_together(
    kind: type, expected: int, lengths: list[int]
) -> None:
    parts = [np.arange(n).astype(kind) for n in lengths]
    column = GrowingColumn(np.dtype(kind), expected)
    for part in parts:
        column.extend(part)
    found = column.finish()
    assert found.dtype == kind
    np.testing.assert_array_equal(found, np.concatenate([np.zeros(0, kind), *parts]))


def test_a_column_does_not_move_before_more_come_than_expected() -> None:
    column = GrowingColumn(np.dtype(float), 2 * FULL)
    column.extend(np.zeros(FULL))
    before = column.finish()
    column.extend(np.zeros(FULL))
    assert np.shares_memory(before, column.finish())
    column.extend(np.zeros(1))
    assert not np.shares_memory(before, column.finish())


@pytest.mark.parametrize("lengths", [[], [0], [3, 0, 4]])
def test_texts_are_shared_and_not_copied(lengths: list[int]) -> None:
    parts = [np.array([f"{n} {k}" for k in range(n)], object) for n in lengths]
    column = TextColumn()
    for part in parts:
        column.extend(part)
    found = column.finish()
    assert found.dtype == object
    texts = [text for part in parts for text in part]
    assert all(value is text for value, text in zip(found, texts, strict=True))


def test_no_parts_are_no_beats() -> None:
    nothing = concatenate_decisions([])
    assert len(nothing) == 0
    assert len(nothing.to_frame().columns) == 12


def test_a_beat_is_readable_in_the_table_when_nothing_speaks_against_it() -> None:
    unreadable = np.array(["", "noise", ""], object)
    columns = {name: np.zeros(3, kind) for name, kind in DTYPES.items()}
    table = BeatDecisions(**{**columns, "unreadable": unreadable}).to_frame()
    assert table["readable"].tolist() == [True, False, True]


@pytest.mark.parametrize("n", [0, 1, 2])
def test_what_is_not_known_of_beats_is_absent_for_each(n: int) -> None:
    late = ("aami", "probability", "lead", "ventricular", "fusion")
    known = {name: np.zeros(n, kind) for name, kind in DTYPES.items() if name not in late}
    decisions = BeatDecisions(**known)
    assert decisions.aami.tolist() == decisions.lead.tolist() == [""] * n
    for values in (decisions.probability, decisions.ventricular, decisions.fusion):
        assert np.isnan(values).tolist() == [True] * n
