"""Parse a signal line of a WFDB header: file, format, gain, baseline, checksum, name of a lead.

Source: ``header(5)`` of the WFDB manual.
"""

import math
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.stored_values import GAIN_LIMITS

#: Most frames by which a lead may lag behind (skew); wfdb allocates memory for any stated number.
MAX_SKEW = 100_000

#: Gain in units per mV of a lead whose header states none, or 0; such a lead is uncalibrated.
DEFAULT_GAIN = 200.0

#: Most samples of a lead in a frame.
MAX_PER_FRAME = 100_000

#: Name of a lead without a description.
UNNAMED = "signal"

#: Most digits of a stored value, and characters of a malformed line that an error shows.
MAX_DIGITS, MAX_SHOWN = 12, 60

_SIGNAL_LINE = re.compile(
    r"^(?P<file>\S+)\s+(?P<format>\d+)(x(?P<per_frame>\d{1,12}))?(:(?P<skew>\d{1,12}))?(\+(?P<offset>\d{1,12}))?"
    r"(\s+(?P<gain>[^\s(/]+)(\((?P<baseline>[-+]?\d+)\))?(/(?P<unit>\S+))?"
    r"(\s+\d+(\s+(?P<zero>[-+]?\d+)(\s+(?P<initial>[-+]?\d+)"
    r"(\s+(?P<checksum>[-+]?\d{1,12})(\s+\d+(\s+(?P<lead>.+))?)?)?)?)?)?)?$"
)


@dataclass(frozen=True, slots=True)
class Lead:
    """One signal line of a header.

    Attributes
    ----------
    file : str
        Name of the signal file.
    format : str
        Storage format, such as ``212``; see `wfdb_formats`.
    samples_per_frame : int
        Samples of this lead in one frame.
    skew : int
        Frames by which the lead lags behind the first lead.
    offset : int
        Bytes before the first sample.
    unit : str
        Unit of the physical values; ``mV`` when the header states none, as the standard says.
    checksum : int or None
        Sum of all samples modulo 65536.
    name : str
        Description of the signal, which is the name of the lead.
    gain : float
        Stored units per physical unit.
    baseline : int
        Stored value of 0 physical units.
    initial : int
        First stored value, from which format 8 counts its differences.
    calibrated : bool
        False where the header states no gain, or 0; `gain` is then `DEFAULT_GAIN`.
    fault : str
        Why amplitudes are unknown; ``""`` where they are known.
    """

    file: str
    format: str
    samples_per_frame: int
    skew: int
    offset: int
    unit: str
    checksum: int | None
    name: str
    gain: float = DEFAULT_GAIN
    baseline: int = 0
    initial: int = 0
    calibrated: bool = True
    fault: str = ""


def parse_lead(path: Path, line: str) -> Lead:
    """Parse one signal line of the header `path`.

    Raises
    ------
    UserError
        When the line is malformed, its file lies outside the record's folder, or skew or
        samples per frame are out of range.
    """
    match = _match_line(path, line)
    gain, fault = _read_gain(match["gain"])
    values = {key: match[key] or "" for key in ("zero", "baseline", "initial")}
    if long := [value for value in values.values() if len(value) > MAX_DIGITS]:
        values, fault = dict.fromkeys(values, ""), f"a value of {long[0][:20]}..."
    zero = values["zero"] or "0"
    return Lead(
        file=match["file"],
        format=match["format"],
        samples_per_frame=int(match["per_frame"] or 1),
        skew=int(match["skew"] or 0),
        offset=int(match["offset"] or 0),
        unit=match["unit"] or "mV",
        checksum=None if match["checksum"] is None else int(match["checksum"]),
        name=(match["lead"] or UNNAMED).strip(),
        gain=gain or DEFAULT_GAIN,
        baseline=int(values["baseline"] or zero),
        initial=int(values["initial"] or zero),
        calibrated=gain != 0,
        fault=fault,
    )


def _match_line(path: Path, line: str) -> re.Match[str]:
    """Match a signal line, and check the fields that the layout of its file depends on."""
    match = _SIGNAL_LINE.match(line)
    if match is None or len(match["file"]) > 255 or "\0" in line:
        rule = f"signal line {line[:MAX_SHOWN]!r} is malformed"
        raise UserError(path, rule, "see header(5) of WFDB")
    check_inside(path, match["file"])
    for field, low, high in (("skew", 0, MAX_SKEW), ("per_frame", 1, MAX_PER_FRAME)):
        if not low <= int(match[field] or low) <= high:
            rule = f"{field.replace('per_', 'samples per ')} {match[field]}"
            where = f"in line {line[:MAX_SHOWN]!r}"
            raise UserError(path, f"{rule} {where}", "correct the field")
    return match


def check_inside(path: Path, name: str) -> None:
    """Refuse a file that a header names outside its own folder.

    Raises
    ------
    UserError
        When the file lies outside; the error names the header.
    """
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if ".." in parts or name.startswith(("/", "\\")) or re.match("^[A-Za-z]:", name):
        rule = f"names {name!r}, which lies outside the record's folder"
        raise UserError(path, rule, "put the file beside its header")


def _read_gain(text: str | None) -> tuple[float, str]:
    """Return the gain, 0 where none is stated, and its fault, ``""`` where it has none."""
    try:
        gain = float(text or 0)
    except ValueError:
        gain = math.nan
    if gain == 0 or GAIN_LIMITS[0] <= abs(gain) <= GAIN_LIMITS[1]:
        return gain, ""
    return math.nan, f"gain is {str(text)[:20]!r}, amplitudes are unknown"
