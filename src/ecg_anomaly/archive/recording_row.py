"""Make the rows of the tables of an archive from a scored recording, or from why it was not."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from ecg_anomaly.archive.archive_schema import BEATS, FAILED, FINDING, RECORDINGS, SCORED
from ecg_anomaly.archive.manifest import ManifestRow
from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.triage.scored_recording import ScoredRecording

if TYPE_CHECKING:
    import pandas as pd

Row = dict[str, Any]

_FINDING = tuple(FINDING.field(i).name for i in range(FINDING.num_fields))


def empty_row(entry: ManifestRow, detector_sha256: str) -> Row:
    """Return the row of a recording of which nothing is known but its line in the manifest."""
    row: Row = dict.fromkeys(RECORDINGS.names)
    row |= {"uri": entry.uri, "subject": entry.subject or None, "read_as": entry.read_as or None}
    return {**row, "detector_sha256": detector_sha256, "scored_at": datetime.now(UTC).isoformat()}


def failed_row(row: Row, error: UserError, failure: str, status: str = FAILED) -> Row:
    """Return a row that says why a recording was not scored.

    Parameters
    ----------
    row : dict
        What is known of it.
    error : UserError
        What went wrong.
    failure : str
        A word for it, of few, by which the page of an archive counts.
    status : str
        `FAILED` or `SET_ASIDE`.
    """
    return {**row, "status": status, "failure": failure, "reason": str(error)}


def scored_row(row: Row, scored: ScoredRecording) -> Row:
    """Return the row of a scored recording.

    Parameters
    ----------
    row : dict
        What was known of it before.
    scored : ScoredRecording
        All that is known now; what its summary leaves open, as None, is null in the table.
    """
    summary, known = scored.summary, scored.summary["recording"]
    return {
        **row,
        "status": SCORED,
        "name": known["name"],
        "verdict": summary["verdict"],
        **summary["levels"],
        "findings": [{name: f[name] for name in _FINDING} for f in summary["findings"]],
        "duration_s": known["duration_s"],
        **_count_beats(summary),
        **_measure_rhythm(summary["rhythm"]),
        "fs": known["fs"],
        "leads": known["leads"],
        "quality": _median(scored.decisions),
        "unreadable_s": summary["unreadable"]["time_s"],
        "unreadable_share": summary["unreadable"]["share"],
        "notes": summary["notes"],
        "threshold": summary["detector"]["threshold"],
        "software": summary["software"],
    }


def _count_beats(summary: Mapping[str, Any]) -> Row:
    beats, classes = summary["beats"], summary["flagged_by_class"]
    counted = {
        f"beats_{name}": beats[name] for name in ("found", "readable", "flagged", "in_doubt")
    }
    flagged = {f"flagged_{name.lower()}": classes.get(name, 0) for name in "SVFQ"}
    return {**counted, **flagged, "burden": summary["burden"]}


def _measure_rhythm(rhythm: Mapping[str, Any]) -> Row:
    rates, longest = rhythm["heart_rate"], rhythm["longest_rr"]
    return {
        **{name: rates[name] for name in ("mean_bpm", "min_bpm", "max_bpm")},
        "longest_rr_s": longest["rr_s"] if longest else None,
        "ve_per_hour": rhythm["ectopic"]["ve"]["per_hour"],
        "sve_per_hour": rhythm["ectopic"]["sve"]["per_hour"],
        "pauses": rhythm["pauses"]["count"],
        "af_burden": rhythm["atrial_fibrillation"]["burden"],
        "sdnn_ms": rhythm["hrv"]["sdnn_ms"],
        "rmssd_ms": rhythm["hrv"]["rmssd_ms"],
    }


def _median(decisions: BeatDecisions) -> float | None:
    """Return the median quality of all beats, unreadable ones too."""
    return round(float(np.median(decisions.quality)), 3) if len(decisions) else None


def recordings_table(rows: list[Row]) -> pa.Table:
    """Return rows, in the order of their addresses, as an Arrow table of `RECORDINGS`."""
    ordered = sorted(rows, key=lambda row: row["uri"])
    times = [{**row, "scored_at": datetime.fromisoformat(row["scored_at"])} for row in ordered]
    return pa.Table.from_pylist(times, RECORDINGS)


def to_json_rows(table: pa.Table) -> list[Row]:
    """Return the rows of a table of `RECORDINGS`, ready for JSON, as this module makes them."""
    return [{**row, "scored_at": row["scored_at"].isoformat()} for row in table.to_pylist()]


def rows_frame(rows: list[Row]) -> "pd.DataFrame":
    """Return rows in their order as a DataFrame; findings and profile are JSON text."""
    import pandas as pd  # takes longer to import than many a recording to score

    texts = [{name: json.dumps(row[name]) for name in ("findings", "profile")} for row in rows]
    plain = [{**row, **text} for row, text in zip(rows, texts, strict=True)]
    return pd.DataFrame(plain, columns=list(RECORDINGS.names))


def beats_table(uri: str, decisions: BeatDecisions) -> pa.Table:
    """Return a row of `BEATS` for each beat of a recording; NaN is null."""
    columns = {
        "uri": np.full(len(decisions), uri, object),
        "sample": decisions.sample,
        "time_s": decisions.time_s,
        "score": decisions.score,
        "anomalous": decisions.anomalous,
        "readable": decisions.unreadable == "",
        "quality": decisions.quality,
        "clipped": decisions.clipped,
        "rr_s": decisions.rr_s,
        "reason": np.where(decisions.reason == "", decisions.unreadable, decisions.reason),
        "class": decisions.aami,
        "class_probability": decisions.probability,
        "lead": decisions.lead,
    }
    arrays = [
        pa.array(columns[field.name], field.type, from_pandas=pa.types.is_floating(field.type))
        for field in BEATS
    ]
    return pa.Table.from_arrays(arrays, schema=BEATS)
