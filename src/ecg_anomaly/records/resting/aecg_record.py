"""Read HL7 annotated ECGs (aECG), the XML format in which clinical trials submit ECGs to the FDA.

Source: HL7 aECG Implementation Guide, 2005. A series holds sets of sequences that were recorded
together: one of times, which states start and interval, and one of digits for each lead. Derived
series (a representative beat), annotations and data of the subject are not read.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.read_options import AS_IT_IS, ReadOptions
from ecg_anomaly.records.resting.lead_segments import LeadSegment, gather_segments, name_lead
from ecg_anomaly.records.resting.resting_record import RestingRecord
from ecg_anomaly.records.resting.stored_numbers import read_numbers, sampling_rate_of
from ecg_anomaly.records.resting.xml_tree import Element, read_xml
from ecg_anomaly.records.stored_values import RESTORE, to_number
from ecg_anomaly.records.voltage_units import millivolts_per

#: Seconds per unit of time.
SECONDS = {"": 1.0, "s": 1.0, "sec": 1.0, "ms": 1e-3, "us": 1e-6, "min": 60.0, "h": 3600.0}

#: A time of HL7: digits from the year on, as many as are known, and the time zone.
_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)?(\d\d)?(\d\d(?:\.\d+)?)?(?:([+-])(\d\d)(\d\d))?")

#: Codes of the sequences of sample times.
TIMES = ("TIME_ABSOLUTE", "TIME_RELATIVE")

#: Beginning of the codes of leads.
LEAD_CODE = "MDC_ECG_LEAD_"


def read_aecg(path: Path, options: ReadOptions = AS_IT_IS) -> RestingRecord:
    """Read an HL7 aECG file.

    Parameters
    ----------
    path : Path
        An XML file whose root is ``AnnotatedECG``.
    options : ReadOptions
        See `RestingRecord`.

    Raises
    ------
    UserError
        When it is no such file, it is damaged, or it holds no ECG.
    """
    series = read_xml(path).find_all("component/series")
    rhythms = [found for found in series if "REPRESENTATIVE" not in _code(found)]
    read = (segment for rhythm in rhythms for segment in _read_series(path, rhythm))
    segments = gather_segments(path, read)
    if not segments:
        raise UserError(path, "no series with signals", "name a file with the rhythm of the ECG")
    return RestingRecord(path, segments, options)


def _read_series(path: Path, series: Element) -> Iterator[LeadSegment]:
    start_s = _time(series.find("effectiveTime/low"))
    for sequences in series.find_all("component/sequenceSet"):
        yield from _read_set(path, sequences, start_s)


def _read_set(path: Path, sequences: Element, series_s: float) -> Iterator[LeadSegment]:
    """Read the leads of a set, which share their times."""
    found = sequences.find_all("component/sequence")
    times = next((sequence for sequence in found if _code(sequence) in TIMES), None)
    leads = [sequence for sequence in found if sequence.find("value/digits") is not None]
    if not leads:
        return
    if times is None:
        raise UserError(path, "leads without a sequence of their times", RESTORE)
    step = times.find("value/increment")
    fs = sampling_rate_of(_seconds(step))
    if step is None or not 0 < fs < np.inf:
        raise UserError(path, "no increment of time, so no sampling rate", RESTORE)
    head = times.find("value/head")
    is_absolute = _code(times) == "TIME_ABSOLUTE"
    start_s = _time(head) if is_absolute else series_s + np.nan_to_num(_seconds(head))
    yield from (_read_lead(path, lead, fs, float(start_s)) for lead in leads)


def _read_lead(path: Path, sequence: Element, fs: float, start_s: float) -> LeadSegment:
    code = _code(sequence)
    name = name_lead(code) if code.startswith(LEAD_CODE) else code[:80]
    digits = read_numbers(path, sequence.text_of("value/digits"), f"digits of {name}")
    scale, unit = _quantity(sequence.find("value/scale"), 1.0)
    origin, origin_unit = _quantity(sequence.find("value/origin"), 0.0)
    if not (np.isfinite(scale) and scale != 0 and np.isfinite(origin)):
        return LeadSegment(name, unit, fs, digits, fault="scale or origin is no number")
    shares = millivolts_per(origin_unit), millivolts_per(unit)
    if shares[0] and shares[1]:
        origin *= shares[0] / shares[1]
    return LeadSegment(name, unit, fs, digits, scale, origin, start_s)


def _code(element: Element) -> str:
    code = element.find("code")
    return code.attributes.get("code", "").strip().upper() if code else ""


def _quantity(element: Element | None, default: float) -> tuple[float, str]:
    """Return a quantity and its unit."""
    if element is None:
        return default, ""
    return to_number(element.attributes.get("value", "")), element.attributes.get("unit", "")


def _seconds(element: Element | None) -> float:
    """Return a duration in s; NaN for none."""
    value, unit = _quantity(element, np.nan)
    return value * SECONDS.get(unit.strip().casefold(), np.nan)


def _time(element: Element | None) -> float:
    """Return a date and time as seconds since 1970; 0 where it is absent or invalid."""
    match = _TIME.fullmatch(element.attributes.get("value", "").strip()) if element else None
    if not match:
        return 0.0
    year, month, day, hour, minute = (int(part or 0) for part in match.groups()[:5])
    try:
        begun = datetime(year, month, day, hour, minute, tzinfo=UTC)
    except ValueError:
        return 0.0
    zone = timedelta(hours=int(match[8] or 0), minutes=int(match[9] or 0))
    if match[7] == "+":
        zone = -zone
    return begun.timestamp() + zone.total_seconds() + float(match[6] or 0)
