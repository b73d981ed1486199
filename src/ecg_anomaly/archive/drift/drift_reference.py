"""The measures of recordings by subject: of a table, or of those that a detector was made with."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.archive.drift.recording_profile import MEASURES, measure_profile, median_of
from ecg_anomaly.detector.decisions import concatenate_decisions
from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.detector.engine import score_parts
from ecg_anomaly.detector.loading import REFERENCE
from ecg_anomaly.files.data_files import read_json
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.network.beat_scores import BeatScores
from ecg_anomaly.records.record import Record

#: Layout of the file of a detector folder.
FORMAT = 1

#: One profile and who was recorded.
SubjectProfile = tuple[str, Mapping[str, float | None]]

#: For each measure a value for each subject that has one, ascending: its quantiles.
Values = dict[str, NDArray[np.float64]]


def gather_values(profiles: Iterable[SubjectProfile]) -> Values:
    """Gather the values of each measure by subject.

    Parameters
    ----------
    profiles : iterable of (str, mapping)
        Of recordings. Those of one subject count as one, by their median: a patient who is recorded
        ten times is no ten patients.

    Returns
    -------
    dict of str to (n,) float64
        In ascending order, so that no row of a subject can be put together again.
    """
    found: dict[str, dict[str, list[float]]] = {name: {} for name in MEASURES}
    for subject, profile in profiles:
        for name, of_subject in found.items():
            value = profile.get(name)
            if value is not None and np.isfinite(value):
                of_subject.setdefault(subject, []).append(float(value))
    return {
        name: np.sort([float(np.median(values)) for values in of_subject.values()])
        for name, of_subject in found.items()
    }


def measure_reference(
    records: Iterable[Record], detector: Detector, unseen: BeatScores
) -> Iterator[SubjectProfile]:
    """Measure the recordings that a detector was made with.

    Parameters
    ----------
    records : iterable of Record
        Those of other subjects than `unseen` are passed over: nobody learned from them.
    detector : Detector
        Scores them for all measures but one.
    unseen : BeatScores
        Scores of beats by networks that have not seen their subjects: those of a network that has
        lie lower than those of any new patient.

    Yields
    ------
    (str, dict)
        Subject and profile.
    """
    for record in records:
        own = unseen.select(unseen.record == record.name)
        if not len(own.score):
            continue
        decisions = concatenate_decisions(score_parts(detector, record, threads=1))
        normal = median_of(own.score[own.score <= detector.threshold])
        profile = measure_profile(record, decisions, detector)
        yield record.subject, {**profile, "normal_score": normal}


def describe_values(values: Values) -> dict[str, Any]:
    """Return values by subject as the content of a file of JSON, see `read_reference`."""
    content = {name: [round(x, 6) for x in of_measure] for name, of_measure in values.items()}
    return {"format": FORMAT, "values": content}


def read_reference(folder: Path) -> Values:
    """Read the values that a detector folder carries.

    Raises
    ------
    UserError
        When it carries none, as one that was packaged earlier, or they are malformed.
    """
    path = folder / REFERENCE
    if not path.is_file():
        rule = "does not say what the recordings it was made with look like"
        raise UserError(folder, rule, "package it again, or name a table with --reference")
    return parse_values(path, read_json(path))


def parse_values(path: Path, content: Any) -> Values:
    """Return the values of a file's content.

    Raises
    ------
    UserError
        When it is not what `describe_values` returns.
    """
    try:
        if content["format"] != FORMAT:
            raise ValueError(f"format {content['format']!r}")
        values = {name: np.sort(np.array(content["values"][name], float)) for name in MEASURES}
        if any(x.ndim != 1 or not np.isfinite(x).all() for x in values.values()):
            raise ValueError("no list of numbers")
    except (KeyError, TypeError, ValueError) as error:
        raise UserError(path, f"no reference ({error})", "package the detector again") from None
    return values
