"""Exploratory analysis: everything the page shows, in one pass over the recordings."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from ecg_anomaly.beats.signal_quality import measure_quality
from ecg_anomaly.exploration.annotation_codes import list_codes
from ecg_anomaly.exploration.labelled_beats import find_beat_marks, rr_intervals
from ecg_anomaly.exploration.mean_beats import BeatShapes
from ecg_anomaly.exploration.record_row import describe_record
from ecg_anomaly.exploration.remarks import list_findings
from ecg_anomaly.exploration.rounding import round_number, share
from ecg_anomaly.exploration.rr_histogram import RRHistogram
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.beat_labels import AAMI_CLASSES
from ecg_anomaly.records.record import Record


def summarise_records(
    records: Iterable[Record],
    *,
    escape_beats: str = "S",
    window_s: float = 10.0,
    flat_mv: float = 0.02,
) -> dict[str, Any]:
    """Summarise recordings: lengths, missing values, signal quality, classes, RR, mean beats.

    Parameters
    ----------
    records : iterable of Record
        Taken one at a time; only one is in memory.
    escape_beats : {"S", "N"}
        AAMI class of the escape beats ``e``, ``j`` and ``n``.
    window_s : float
        Length of the windows in which signal quality is judged, in s.
    flat_mv : float
        A lead that moves less than this during a second is flat, in mV.

    Returns
    -------
    dict
        Ready for JSON: no NaN, floats rounded to 4 or 5 significant digits. Keys: ``total``,
        ``findings``, ``records`` (in the order given), ``subjects`` (most anomalous first),
        ``codes``, ``rr``, ``mean_beats``, ``window_s``, ``escape_beats``.

    Raises
    ------
    UserError
        When there is no record.
    """
    rows, codes, rr, shapes = [], Counter[str](), RRHistogram(), BeatShapes()
    for record in records:
        beats = find_beat_marks(record, escape_beats)
        quality = measure_quality(record, window_s, flat_mv)
        rows.append(describe_record(record, beats, quality, window_s))
        codes.update(record.annotations.symbol.tolist() if record.annotations else ())
        rr_s = rr_intervals(record, beats)
        rr.add(rr_s, beats.label[1:] if len(rr_s) else beats.label[:0])
        shapes.add(record, beats)
        del record  # before the next one is read
    if not rows:
        raise UserError(
            "records", "there is no recording to explore", "run `dvc repro extract`, check dataset"
        )
    summary = {
        "total": _count_total(rows),
        "records": rows,
        "subjects": _list_subjects(rows),
        "codes": list_codes(codes, escape_beats),
        "rr": rr.summarise(),
        "mean_beats": shapes.summarise(),
        "window_s": round_number(window_s),
        "escape_beats": escape_beats,
    }
    return {"findings": list_findings(summary), **summary}


def _count_total(rows: list[dict[str, Any]]) -> dict[str, Any]:
    n_beats = sum(row["n_beats"] for row in rows)
    classes = _add_classes(rows)
    return {
        "n_records": len(rows),
        "n_subjects": len({row["subject"] for row in rows}),
        "n_labelled": sum(row["labelled"] for row in rows),
        "n_cut_out": sum(row["cut_out"] for row in rows),
        # Nominal time of beats laid end to end is no recording time.
        "hours": round_number(sum(row["minutes"] for row in rows if not row["cut_out"]) / 60),
        "n_beats": n_beats,
        "classes": classes,
        "class_shares": {name: share(n, n_beats) for name, n in classes.items()},
        "anomalous_share": share(n_beats - classes["N"], n_beats),
        "missing_share": share(
            sum(row["n_missing"] for row in rows), sum(row["n_samples"] for row in rows)
        ),
        "leads": _count(lead for row in rows for lead in sorted(set(row["leads"]))),
        "fs": _count(f"{row['fs']:g}" for row in rows),
    }


def _count(values: Iterable[str]) -> dict[str, int]:
    """Values with the number of records that have them, most frequent first."""
    counts = Counter(values)
    return {value: counts[value] for value in sorted(counts, key=lambda v: (-counts[v], v))}


def _add_classes(rows: list[dict[str, Any]]) -> dict[str, int]:
    return {name: sum(row["classes"][name] for row in rows) for name in AAMI_CLASSES}


def _list_subjects(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row per subject, the largest anomalous share first, subjects without beats last."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(row["subject"], []).append(row)
    subjects = [_describe_subject(name, group) for name, group in groups.items()]
    return sorted(subjects, key=lambda s: (-(s["anomalous_share"] or 0), -s["n_beats"], s["name"]))


def _describe_subject(name: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    classes = _add_classes(rows)
    n_beats = sum(classes.values())
    return {
        "name": name,
        "records": [row["name"] for row in rows],
        "n_beats": n_beats,
        "classes": classes,
        "anomalous_share": share(n_beats - classes["N"], n_beats),
    }
