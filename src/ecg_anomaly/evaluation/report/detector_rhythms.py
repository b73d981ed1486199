"""Compare the episodes of fibrillation that a detector finds with those of the reference.

This is the comparison by episodes of EC57 (`ecg_anomaly.evaluation.ec57.episode_comparison`), on
the test records whose reference names rhythms; beats and their classes are not used.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from ecg_anomaly.evaluation.ec57.episode_comparison import (
    ATRIAL_FIBRILLATION,
    VENTRICULAR_FIBRILLATION,
    EpisodeComparison,
    compare_episodes,
)
from ecg_anomaly.evaluation.ec57.episode_tables import AF_EPISODES, VF_EPISODES, EpisodeTable
from ecg_anomaly.evaluation.ec57.line_table import Row
from ecg_anomaly.evaluation.ec57.marks import LEARNING_S, ComparedPart, Marks
from ecg_anomaly.evaluation.report.detector_metrics import rounded
from ecg_anomaly.records.record import Annotations, Record

#: Changes of rhythm: sample and note, such as ``"(AFIB"``.
Changes = Sequence[tuple[int, str]]

#: Returns the changes of rhythm of a record: time in s and note.
RhythmFinder = Callable[[Record], Sequence[tuple[float, str]]]

#: Printed where there is nothing to compare with.
NO_REFERENCE = "no reference rhythm\n"

_TABLES = {"af": AF_EPISODES, "vf": VF_EPISODES}
_KINDS = {"af": ATRIAL_FIBRILLATION, "vf": VENTRICULAR_FIBRILLATION}

#: Parts of names in metrics.json, and the column of the table that each stands for.
_SHARES = {
    "episodes_sensitivity": "ESe",
    "episodes_predictivity": "E+P",
    "duration_sensitivity": "DSe",
    "duration_predictivity": "D+P",
}

#: Notes of ventricular fibrillation and flutter, for references without ``[`` and ``]``.
_VF_NOTES = ("(VF", "(VFL", "(VFIB")


@dataclass(frozen=True)
class RhythmReport:
    """Episodes of the records whose reference names rhythms.

    Attributes
    ----------
    compared : mapping of str to mapping of str to EpisodeComparison
        For ``af`` and for ``vf`` the comparison of each record by its name.
    """

    compared: Mapping[str, Mapping[str, EpisodeComparison]]

    def format_report(self) -> str:
        """Print the tables as epicmp and sumstats do, or that there is nothing to compare with."""
        if not self.compared["af"]:
            return NO_REFERENCE
        return "\n".join(_TABLES[kind].format_sumstats(self._rows(kind)) for kind in _TABLES)

    def headline(self) -> dict[str, Any]:
        """Return the numbers for metrics.json.

        Returns
        -------
        dict
            ``rhythm_records``, and such as ``af_duration_sensitivity_gross``: shares from 0 to 1,
            None where undefined.
        """
        found: dict[str, Any] = {"rhythm_records": len(self.compared["af"])}
        for kind, table in _TABLES.items():
            rows = self._rows(kind)
            sums = {"gross": table.sum_rows(rows), "average": table.average_rows(rows)}
            for share, column in _SHARES.items():
                for over, row in sums.items():
                    found[f"{kind}_{share}_{over}"] = _share_of_one(row, column)
        return found

    def _rows(self, kind: str) -> list[Row]:
        table: EpisodeTable = _TABLES[kind]
        return [table.make_row(name, found) for name, found in self.compared[kind].items()]


def names_rhythms(marks: Annotations) -> bool:
    """Tell whether a reference names rhythms or brackets ventricular fibrillation."""
    return bool(marks.rhythms) or bool((marks.symbol == "[").any())


def compare_rhythms(
    records: Iterable[Record], find: RhythmFinder, from_s: float = LEARNING_S
) -> RhythmReport:
    """Compare the rhythms that are found in records with their reference.

    Parameters
    ----------
    records : iterable of Record
        Records whose reference names no rhythm, and those that last no longer than `from_s`, are
        left out.
    find : callable
        Returns the changes of rhythm of a record, (s, note) in order; not called for records that
        are left out.
    from_s : float
        Seconds at the beginning of each record that do not count.
    """
    compared: dict[str, dict[str, EpisodeComparison]] = {kind: {} for kind in _KINDS}
    for record in records:
        part = ComparedPart(record.fs, record.n_samples, from_s)
        marks = record.annotations
        if marks is None or not names_rhythms(marks) or part.length <= part.start:
            continue
        reference = _reference_marks(marks, record.n_samples)
        changes = [(round(time_s * record.fs), note) for time_s, note in find(record)]
        test = _make_rhythm_marks(changes, record.n_samples)
        for kind, name in _KINDS.items():
            compared[kind][record.name] = compare_episodes(reference, test, part, name)
    return RhythmReport(compared)


def _make_rhythm_marks(changes: Changes, n_samples: int) -> Marks:
    """Make annotations of changes of rhythm, with ``[`` and ``]`` around ventricular fibrillation.

    Examples
    --------
    >>> _make_rhythm_marks([(10, "(VF"), (20, "(N")], 100).symbol.tolist()
    ['[', '+', ']', '+']
    """
    marks: list[tuple[int, str, str]] = [(at, "+", note) for at, note in changes]
    for (start, note), (stop, _) in pairwise([*changes, (n_samples, "")]):
        if note in _VF_NOTES:
            marks += [(start, "[", ""), (stop, "]", "")]
    marks.sort(key=lambda mark: (mark[0], "][+".index(mark[1])))
    places = np.array([at for at, _, _ in marks], dtype=np.int64)
    symbol = np.array([code for _, code, _ in marks], dtype="<U1")
    notes = np.array([text for _, _, text in marks], dtype=str)
    return Marks(places, symbol, np.zeros_like(places), notes)


def _reference_marks(marks: Annotations, n_samples: int) -> Marks:
    """Return the rhythms of a reference; its own brackets replace those made from notes."""
    made = _make_rhythm_marks(marks.rhythms, n_samples)
    own = np.isin(marks.symbol, ["[", "]"])
    if not own.any():
        return made
    notes = made.symbol == "+"
    sample = np.concatenate([made.sample[notes], marks.sample[own]])
    symbol = np.concatenate([made.symbol[notes], marks.symbol[own]])
    note = np.concatenate([made.note[notes], np.full(int(own.sum()), "", made.note.dtype)])
    order = np.argsort(sample, kind="stable")
    return Marks(sample[order], symbol[order], np.zeros_like(sample), note[order])


def _share_of_one(row: Row, column: str) -> float | None:
    percent = row[column]
    assert not isinstance(percent, str)
    return None if percent is None else rounded(percent / 100)
