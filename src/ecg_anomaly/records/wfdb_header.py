"""Strict reading of a WFDB header: what wfdb would guess is refused here.

Source: ``header(5)`` of the WFDB manual. The wfdb package takes a gain of 0 as 200 adu/mV, an
absent sampling rate as 250 Hz and a wrong unit as mV; a detector that reads such a record finds
beats in the wrong place or at the wrong size without a word.
"""

import math
import re
from dataclasses import dataclass
from pathlib import Path

from ecg_anomaly.errors import UserError

#: Factor from a header's unit to mV. The standard reads an absent unit as mV.
MILLIVOLTS = {"mV": 1.0, "V": 1e3, "uV": 1e-3, "µV": 1e-3, "nV": 1e-6}

#: Bytes of one sample in each storage format; compressed formats are absent.
SAMPLE_BYTES = {
    "8": 1.0, "16": 2.0, "24": 3.0, "32": 4.0, "61": 2.0,
    "80": 1.0, "160": 2.0, "212": 1.5, "310": 4 / 3, "311": 4 / 3,
}  # fmt: skip

_SIGNAL_LINE = re.compile(
    r"^(?P<file>\S+)\s+(?P<format>\d+)(x(?P<per_frame>\d+))?(:\d+)?(\+(?P<offset>\d+))?"
    r"(\s+(?P<gain>[-+.\deE]+)(\((?P<baseline>[-+]?\d+)\))?(/(?P<unit>\S+))?"
    r"(\s+\d+(\s+[-+]?\d+(\s+[-+]?\d+(\s+(?P<checksum>[-+]?\d+)(\s+\d+(\s+(?P<lead>.+))?)?)?)?)?)?)?"
)


@dataclass(frozen=True)
class Lead:
    """One signal line of a header.

    Attributes
    ----------
    file : str
        Name of the signal file.
    format : str
        Storage format, a key of `SAMPLE_BYTES` or a compressed one.
    samples_per_frame : int
        Samples of this lead in one frame.
    offset : int
        Bytes before the first sample.
    unit : str
        Unit of the physical values.
    checksum : int or None
        Sum of all samples modulo 65536.
    name : str
        Description, the lead's name.
    """

    file: str
    format: str
    samples_per_frame: int
    offset: int
    unit: str
    checksum: int | None
    name: str


@dataclass(frozen=True)
class Header:
    """A checked header: `n_segments` is 1 for an ordinary record, and `leads` is then complete."""

    n_segments: int
    fs: float
    n_samples: int | None
    leads: tuple[Lead, ...]


def read_header(path: Path) -> Header:
    """Read and check one ``.hea`` file.

    Raises
    ------
    UserError
        When the file is absent, empty or malformed, the sampling rate is absent or not positive,
        a gain is 0, or the number of signal lines is not the announced one.
    """
    lines = _content_lines(path)
    name, *fields = lines[0].split()
    if len(fields) < 2:
        raise UserError(path, "the record line has no sampling rate", "write it after the leads")
    n_leads = _whole(path, "number of leads", fields[0])
    fs = _sampling_rate(path, fields[1])
    n_samples = _whole(path, "length", fields[2]) if len(fields) > 2 else None
    n_segments = _whole(path, "number of segments", name.split("/")[1]) if "/" in name else 1
    if n_segments > 1:
        return Header(n_segments, fs, n_samples, ())
    if not 1 <= n_leads <= len(lines) - 1:
        rule = f"{n_leads} leads announced, {len(lines) - 1} signal lines found"
        raise UserError(path, rule, "correct the record line or add the lines")
    return Header(1, fs, n_samples, tuple(_lead(path, line) for line in lines[1 : n_leads + 1]))


def _content_lines(path: Path) -> list[str]:
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        raise UserError(path, "no such header", "check the folder and the record's name") from None
    except OSError as error:
        raise UserError(
            path, f"cannot be read ({error.strerror})", "check its permissions"
        ) from error
    lines = [line.strip() for line in text.splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    if not lines:
        raise UserError(path, "the header is empty", "restore the file from its source")
    return lines


def _whole(path: Path, what: str, text: str) -> int:
    if not re.fullmatch(r"\d{1,15}", text):
        raise UserError(path, f"{what} is {text!r}, not a whole number", "correct the record line")
    return int(text)


def _sampling_rate(path: Path, text: str) -> float:
    try:
        fs = float(re.split(r"[/(]", text)[0])
    except ValueError:
        fs = math.nan
    if not (math.isfinite(fs) and fs > 0):
        raise UserError(
            path, f"sampling rate is {text!r}, not a positive number of Hz", "write the true rate"
        )
    return fs


def _lead(path: Path, line: str) -> Lead:
    match = _SIGNAL_LINE.match(line)
    if match is None:
        raise UserError(path, f"signal line {line!r} is malformed", "see header(5) of WFDB")
    _check_gain(path, match["gain"], line)
    return Lead(
        file=match["file"],
        format=match["format"],
        samples_per_frame=int(match["per_frame"] or 1),
        offset=int(match["offset"] or 0),
        unit=match["unit"] or "mV",
        checksum=None if match["checksum"] is None else int(match["checksum"]),
        name=(match["lead"] or "ECG").strip(),
    )


def _check_gain(path: Path, text: str | None, line: str) -> None:
    try:
        gain = float(text or 0)
    except ValueError:
        gain = math.nan
    if not math.isfinite(gain) or gain == 0:
        raise UserError(
            path,
            f"gain is {text or 'absent'} in line {line.split()[0]!r}, amplitudes are unknown",
            "write the gain in units per mV",
        )
