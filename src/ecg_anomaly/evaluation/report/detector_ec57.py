"""Compare the classes that a detector gives to test beats with the reference, as EC57 asks."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.evaluation.ec57.ec57_report import BEATS_AND_RUNS, Ec57Report
from ecg_anomaly.evaluation.ec57.marks import LEARNING_S, ComparedPart, Marks
from ecg_anomaly.evaluation.ec57.record_comparison import compare_record
from ecg_anomaly.evaluation.report.detector_metrics import rounded
from ecg_anomaly.evaluation.report.detector_rhythms import RhythmReport
from ecg_anomaly.files.atomic import write_text
from ecg_anomaly.network.beat_scores import BeatScores
from ecg_anomaly.records.record import Record

#: Rows of the summary that go into metrics.json, and their names there. Those of episodes come from
#: `ecg_anomaly.evaluation.report.detector_rhythms`.
HEADLINES = {"veb": "VEB", "sveb": "SVEB", "qrs": "QRS"}


def name_calls(flagged: NDArray[np.bool_], aami: NDArray[np.str_]) -> NDArray[np.str_]:
    """Return the class that a detector assigns to each beat: N unless the beat is flagged.

    Parameters
    ----------
    flagged : (n,) bool
        Beats that it flags.
    aami : (n,) str
        The most probable abnormal class of each beat; ``""`` from a network without classes, whose
        flagged beats are called Q.

    Returns
    -------
    (n,) str

    Examples
    --------
    >>> name_calls(np.array([False, True, True]), np.array(["V", "V", ""])).tolist()
    ['N', 'V', 'Q']
    """
    return np.where(flagged, np.where(aami == "", "Q", aami), "N")


def write_ec57(
    path: Path, report: Ec57Report, from_s: float, episodes: RhythmReport
) -> dict[str, Any]:
    """Write the tables of the test split, and return the numbers for metrics.json.

    Parameters
    ----------
    path : Path
        The text file to write.
    report : Ec57Report
        From `compare_detector`.
    from_s : float
        From `compare_detector`, in s.
    episodes : RhythmReport
        Episodes in the same part of the same records.

    Returns
    -------
    dict
        See `headline` and `RhythmReport.headline`.
    """
    write_text(path, f"{format_tables(report, from_s)}\n{episodes.format_report()}")
    return headline(report, from_s) | episodes.headline()


def compare_detector(
    scores: BeatScores, called: NDArray[np.str_], records: Iterable[Record]
) -> tuple[Ec57Report, float]:
    """Compare the classes that a detector gave to test beats with the reference annotations.

    Parameters
    ----------
    scores : BeatScores
        Record and sample of each beat of the test split. A beat that the detector cannot read is
        not among them, and counts as missed.
    called : (n,) str
        The class that the detector gave to each beat, from `name_calls`.
    records : iterable of Record
        The records of these beats. Records without labels, and of beats that came already cut
        out, are left out.

    Returns
    -------
    report : Ec57Report
        Comparison on the records that last longer than the learning period, or on all records if
        none does.
    from_s : float
        Learning period that does not count, in s: that of EC57, or 0 when no record lasts longer.
    """
    pairs = []
    for record in records:
        if record.annotations is None or record.segment_length is not None:
            continue
        marks = Marks.of_beats(record.annotations.sample, record.annotations.symbol)
        own = scores.record == record.name
        test = Marks.of_beats(scores.sample[own], called[own])
        pairs.append((record.name, marks, test, record.fs, record.n_samples))
    long = [pair for pair in pairs if pair[4] > LEARNING_S * pair[3]]
    from_s = LEARNING_S if long else 0
    compared = [
        compare_record(name, marks, test, ComparedPart(fs, length, from_s))
        for name, marks, test, fs, length in long or pairs
    ]
    return Ec57Report("reference", "detector", compared), from_s


def headline(report: Ec57Report, from_s: float) -> dict[str, Any]:
    """Return the numbers for metrics.json.

    Returns
    -------
    dict
        ``from_s``, ``records``, and such as ``veb_sensitivity_gross``: shares from 0 to 1, None
        where undefined.
    """
    found: dict[str, Any] = {"from_s": from_s, "records": len(report.records)}
    summary = report.summarise()
    for name, what in HEADLINES.items():
        for metric, percent in summary[what].items():
            found[f"{name}_{metric}"] = None if percent is None else rounded(percent / 100)
    return found


def format_tables(report: Ec57Report, from_s: float) -> str:
    """Print the tables after a line with the split, the number of records and the start in s."""
    if not report.records:
        return "no labelled test record\n"
    standard = (
        "" if from_s == LEARNING_S else f"; EC57 wants {LEARNING_S} s, no record lasts longer"
    )
    line = f"test split, {len(report.records)} records, from {from_s} s on{standard}"
    return f"{line}\n\n{report.format_report(BEATS_AND_RUNS)}"
