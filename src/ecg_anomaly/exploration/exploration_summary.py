"""Summarise the records of a data set for the exploration page, in one pass over them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.config.pipeline_schema import PreprocessConfig
from ecg_anomaly.exploration.labelled_beats import RRHistogram, find_beat_marks, rr_intervals
from ecg_anomaly.exploration.mean_beats import BeatShapes
from ecg_anomaly.exploration.record_row import make_record_row
from ecg_anomaly.exploration.remarks import list_remarks
from ecg_anomaly.exploration.signal_quality import measure_quality
from ecg_anomaly.exploration.summary_numbers import count_values, round_number, share
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.beat_labels import AAMI_CLASSES, SYMBOL_MEANINGS, aami_class
from ecg_anomaly.records.record import Record, UnusableRecord
from ecg_anomaly.records.record_notes import group_notes


def summarise_records(
    records: Iterable[Record],
    preprocess: PreprocessConfig,
    *,
    escape_beats: str = "S",
    window_s: float = 10.0,
    left_out: Sequence[UnusableRecord] = (),
) -> dict[str, Any]:
    """Summarise recordings: lengths, missing values, signal quality, classes, RR, mean beats.

    Parameters
    ----------
    records : iterable of Record
        Read one at a time; only one is in memory.
    preprocess : PreprocessConfig
        How preprocessing decides which beats can be read; signal quality is judged in the same way.
    escape_beats : {"S", "N"}
        AAMI class of the escape beats ``e``, ``j`` and ``n``.
    window_s : float
        Length in s of the windows in which signal quality is summarised.
    left_out : sequence of UnusableRecord
        Records of the data set that cannot be used, and are not among `records`.

    Returns
    -------
    dict
        Ready for JSON: no NaN, floats rounded to 4 or 5 significant digits. Keys: ``total``,
        ``remarks``, ``records`` (in the order given), ``left_out`` (records that are in no split,
        with reasons: those given, and those shorter than the window of a beat), ``notes`` on the
        others, ``subjects`` (most anomalous first), ``codes``, ``rr``, ``mean_beats``,
        ``window_s``, ``escape_beats``.

    Raises
    ------
    UserError
        When there is no record.
    """
    rows, codes, rr, shapes = [], Counter[str](), RRHistogram(), BeatShapes()
    window, unusable = BeatWindow.from_config(preprocess), list(left_out)
    for record in records:
        beats = find_beat_marks(record, escape_beats)
        quality = measure_quality(record, preprocess, window_s)
        rows.append(make_record_row(record, beats, quality, window_s))
        codes.update(record.annotations.symbol.tolist() if record.annotations else ())
        rr_s = rr_intervals(record, beats)
        rr.add(rr_s, beats.label[1:] if len(rr_s) else beats.label[:0])
        shapes.add(record, beats)
        unusable += _find_too_short(record, window)
        del record  # before the next one is read
    if not rows:
        raise UserError(
            "records", "there is no recording to explore", "run `dvc repro extract`, check dataset"
        )
    summary = {
        "total": {**_count_total(rows), "n_left_out": len(unusable)},
        "records": rows,
        "left_out": [asdict(record) for record in unusable],
        "notes": group_notes(rows),
        "subjects": _list_subjects(rows),
        "codes": list_codes(codes, escape_beats),
        "rr": rr.summarise(),
        "mean_beats": shapes.summarise(),
        "window_s": round_number(window_s),
        "escape_beats": escape_beats,
    }
    return {"remarks": list_remarks(summary), **summary}


def _find_too_short(record: Record, window: BeatWindow) -> list[UnusableRecord]:
    """Return the record as unusable if it is shorter than the window of a beat, else nothing."""
    why = "" if record.segment_length else window.too_long_for(record.duration_s)
    return [UnusableRecord(record.name, record.subject, why)] if why else []


def list_codes(counts: Counter[str], escape_beats: str = "S") -> list[dict[str, Any]]:
    """List the annotation codes that occur, most frequent first.

    Parameters
    ----------
    counts : Counter
        Occurrences of each code.
    escape_beats : {"S", "N"}
        Class of the escape beats ``e``, ``j`` and ``n``.

    Returns
    -------
    list of dict
        ``symbol``, ``meaning``, ``aami_class`` (``""`` where the code marks no beat), ``n``.
    """
    symbols = sorted(counts, key=lambda symbol: (-counts[symbol], symbol))
    classes = aami_class(np.array(symbols, dtype="<U8"), escape_beats)
    return [
        {
            "symbol": symbol,
            "meaning": SYMBOL_MEANINGS.get(symbol, "other mark"),
            "aami_class": str(name),
            "n": counts[symbol],
        }
        for symbol, name in zip(symbols, classes, strict=True)
    ]


def _count_total(rows: list[dict[str, Any]]) -> dict[str, Any]:
    n_beats = sum(row["n_beats"] for row in rows)
    classes = _add_classes(rows)
    return {
        "n_records": len(rows),
        "n_subjects": len({row["subject"] for row in rows}),
        "n_labelled": sum(row["labelled"] for row in rows),
        "n_cut_out": sum(row["cut_out"] for row in rows),
        # Beats that came cut out are laid end to end, which is no recording time.
        "hours": round_number(sum(row["minutes"] for row in rows if not row["cut_out"]) / 60),
        "n_beats": n_beats,
        "n_marks_outside": sum(row["n_marks_outside"] for row in rows),
        "classes": classes,
        "class_shares": {name: share(n, n_beats) for name, n in classes.items()},
        "anomalous_share": share(n_beats - classes["N"], n_beats),
        "missing_share": share(
            sum(row["n_missing"] for row in rows), sum(row["n_samples"] for row in rows)
        ),
        "leads": count_values(lead for row in rows for lead in sorted(set(row["leads"]))),
        "fs": count_values(f"{row['fs']:g}" for row in rows),
    }


def _add_classes(rows: list[dict[str, Any]]) -> dict[str, int]:
    return {name: sum(row["classes"][name] for row in rows) for name in AAMI_CLASSES}


def _list_subjects(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Describe each subject: largest anomalous share first, subjects without beats last."""
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
