"""Compare what streams say of recordings with what `score` says, for pieces of any size."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np

from ecg_anomaly.detector.decisions import BeatDecisions, concatenate_decisions
from ecg_anomaly.detector.engine import score_recording
from ecg_anomaly.detector.loaded_detector import LoadedDetector
from ecg_anomaly.detector.stream_pool import StreamPool
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.opening import open_record
from ecg_anomaly.records.record import Record


@dataclass(frozen=True)
class Difference:
    """How far two tables of decisions on one recording differ.

    Attributes
    ----------
    beats : int
        Beats of the first table.
    others : int
        R peaks that only one of the two has.
    columns : tuple of str
        Columns, scores aside, that differ in a beat.
    score : float
        Largest difference of a score; infinite when one is missing.
    """

    beats: int
    others: int
    columns: tuple[str, ...]
    score: float

    @property
    def equal(self) -> bool:
        """True when nothing differs but scores by 1e-6 at most."""
        return not self.others and not self.columns and self.score <= 1e-6


def compare_decisions(one: BeatDecisions, other: BeatDecisions) -> Difference:
    """Compare two tables, beat by beat."""
    others = len(np.setxor1d(one.sample, other.sample))
    if others:
        return Difference(len(one), others, (), np.inf)
    differing = [
        field.name
        for field in fields(BeatDecisions)
        if field.name != "score" and not _equal(one, other, field.name)
    ]
    unlike = np.isnan(one.score) != np.isnan(other.score)
    apart = np.nan_to_num(np.abs(one.score - other.score))
    score = float(np.where(unlike, np.inf, apart).max(initial=0))
    return Difference(len(one), 0, tuple(differing), score)


def _equal(one: BeatDecisions, other: BeatDecisions, name: str) -> bool:
    pair = getattr(one, name), getattr(other, name)
    return np.array_equal(*pair, equal_nan=pair[0].dtype.kind == "f")


def stream_together(
    detector: LoadedDetector, records: Sequence[Record], size: int
) -> list[BeatDecisions]:
    """Push recordings side by side in pieces of `size` samples, the last ones shorter."""
    pool, found = StreamPool(detector), dict[str, list[BeatDecisions]]()
    for record in records:
        pool.open(record.name, record.fs, record.leads)
        found[record.name] = []
    for start in range(0, max(record.n_samples for record in records), size):
        pieces = {r.name: r.signal[start : start + size] for r in records if start < r.n_samples}
        pushed = pool.push(pieces)
        for name, made in pushed.decisions.items():
            if len(made):
                found[name].append(made)
    return [concatenate_decisions([*parts, pool.close(name)]) for name, parts in found.items()]


def compare_folder(
    detector: LoadedDetector,
    folder: Path,
    sizes: Sequence[int],
    names: Sequence[str] = (),
    first_s: float | None = None,
) -> bool:
    """Print a row for each record and size, and return True if something differs.

    All records run side by side, as in a service: what is shared among streams is compared too.

    Parameters
    ----------
    detector : LoadedDetector
    folder : Path
        With WFDB records.
    sizes : sequence of int
        Samples of a piece.
    names : sequence of str
        Records; all of the folder by default.
    first_s : float, optional
        Only so many seconds of each.

    Raises
    ------
    UserError
        When there is no record.
    """
    print("| record | samples a piece | beats | R peaks of one alone | columns | score |")
    print("|---|---|---|---|---|---|")
    wrong = False
    chosen = names or sorted(path.stem for path in folder.glob("*.hea"))
    if not chosen:
        raise UserError(str(folder), "has no WFDB records", "name another folder")
    records = [_read(folder / name, first_s) for name in chosen]
    expected = [score_recording(detector, record, 1) for record in records]
    for size in sizes:
        streamed = stream_together(detector, records, size)
        for record, *pair in zip(records, expected, streamed, strict=True):
            found = compare_decisions(*pair)
            wrong |= not found.equal
            columns = ", ".join(found.columns) or "-"
            row = (record.name, size, found.beats, found.others, columns, f"{found.score:.1e}")
            print(f"| {' | '.join(str(cell) for cell in row)} |", flush=True)
    print("something differs" if wrong else "nothing differs")
    return wrong


def _read(path: Path, first_s: float | None) -> Record:
    opened = open_record(path)
    n = opened.n_samples if first_s is None else min(opened.n_samples, round(first_s * opened.fs))
    record = Record(path.name, path.name, opened.read(0, n), opened.fs, tuple(opened.leads))
    return replace(record, annotations=None)
