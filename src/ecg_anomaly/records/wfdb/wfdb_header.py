"""Read and check a WFDB header: sampling rate, length, leads or segments.

Source: ``header(5)`` of the WFDB manual. A header without a sampling rate, for which the wfdb
package assumes 250 Hz, is refused: at a wrong rate beats would be detected at wrong times.
"""

import math
import re
from dataclasses import dataclass
from pathlib import Path

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.stored_values import FS_LIMITS, MAX_DURATION_S, RESTORE
from ecg_anomaly.records.wfdb.wfdb_lead import Lead, check_inside, parse_lead

#: Lowest and highest number of frames per second; a frame may hold many samples of a lead.
FRAME_RATE_LIMITS = (0.001, FS_LIMITS[1])

#: Largest header: bytes, lines (each takes some hundred bytes of memory), characters of a line.
MAX_HEADER_BYTES, MAX_LINES, MAX_LINE = 16 << 20, 1 << 17, 1 << 16

#: Most signals stored in files; those of a layout header, which only names them, do not count.
MAX_SIGNALS = 4096

#: Number of segments that are read however short they are, and the mean duration in s that further
#: segments must have.
FREE_SEGMENTS, SEGMENT_S = 1000, 10.0


@dataclass(frozen=True)
class SegmentLine:
    """A segment line of the header of a multi-segment record.

    Attributes
    ----------
    name : str
        Name of the segment; ``"~"`` for a gap.
    n_samples : int
        Length in frames.
    """

    name: str
    n_samples: int


@dataclass(frozen=True)
class Header:
    """A checked header: of an ordinary record, or of one that lists segments.

    Attributes
    ----------
    fs : float
        Frames per second; a lead may have several samples in a frame.
    n_samples : int or None
        Length in frames; None when the header does not state it, or says 0.
    leads : tuple of Lead
        Signal lines of an ordinary record.
    segments : tuple of SegmentLine
        Segment lines, in order; empty for an ordinary record.
    """

    fs: float
    n_samples: int | None
    leads: tuple[Lead, ...] = ()
    segments: tuple[SegmentLine, ...] = ()


def read_header(path: Path) -> Header:
    """Read and check one ``.hea`` file.

    Parameters
    ----------
    path : Path
        The header.

    Returns
    -------
    Header

    Raises
    ------
    UserError
        When the file is missing, empty or malformed, the sampling rate is absent or outside
        `FRAME_RATE_LIMITS`, the number of lines or samples differs from the announced one, or a
        limit on lines, signals or segments is exceeded.
    """
    lines = _content_lines(path)
    name, *fields = lines[0].split()
    if len(fields) < 2:
        raise UserError(path, "the record line has no sampling rate", "write it after the leads")
    n_leads = _whole(path, "number of leads", fields[0])
    fs = _frame_rate(path, fields[1])
    n_samples = _whole(path, "length", fields[2]) if len(fields) > 2 else None
    if "/" in name:
        return Header(fs, n_samples, segments=_segments(path, name, lines[1:], n_samples, fs))
    if not 1 <= n_leads <= len(lines) - 1:
        rule = f"{n_leads} leads announced, {len(lines) - 1} signal lines found"
        raise UserError(path, rule, "correct the record line or add the lines")
    n_stored = sum(not line.startswith("~") for line in lines[1 : n_leads + 1])
    if n_stored > MAX_SIGNALS:
        rule = f"{n_stored} signals, more than {MAX_SIGNALS}"
        raise UserError(path, rule, "write the signals to score into a record of their own")
    leads = tuple(parse_lead(path, line) for line in lines[1 : n_leads + 1])
    return Header(fs, n_samples or None, leads)


def list_segments(path: Path) -> list[str]:
    """Return the unchecked names of the segments of a header; empty for an ordinary record."""
    record_line, *lines = _content_lines(path)
    return [line.split()[0] for line in lines] if "/" in record_line.split()[0] else []


def _segments(
    path: Path, name: str, lines: list[str], n_samples: int | None, fs: float
) -> tuple[SegmentLine, ...]:
    n_segments = _whole(path, "number of segments", name.split("/")[1])
    if n_segments != len(lines) or not lines:
        rule = f"{n_segments} segments announced, {len(lines)} segment lines found"
        raise UserError(path, rule, "correct the record line or add the lines")
    if n_segments > FREE_SEGMENTS + (n_samples or 0) / fs / SEGMENT_S:
        rule = f"{n_segments} segments of less than {SEGMENT_S:g} s on average"
        raise UserError(path, rule, "write the record as one segment")
    fields = [line.split() for line in lines]
    if any(len(field) != 2 or len(field[0]) > 200 or "\0" in field[0] for field in fields):
        raise UserError(path, "a segment line is no name and length", "see header(5) of WFDB")
    for field in fields:
        check_inside(path, field[0])
    segments = tuple(SegmentLine(x, _whole(path, f"length of {x}", length)) for x, length in fields)
    total = sum(segment.n_samples for segment in segments)
    if total != n_samples or total > MAX_DURATION_S * fs:
        rule = f"segments of {total} samples in all, the record line announces {n_samples}"
        raise UserError(path, rule, "correct the lengths, a month at most")
    return segments


def _content_lines(path: Path) -> list[str]:
    try:
        if path.exists() and (not path.is_file() or path.stat().st_size > MAX_HEADER_BYTES):
            raise UserError(path, "cannot be read (no plain file)", "name a .hea file")
        raw = path.read_bytes()
    except FileNotFoundError:
        raise UserError(path, "no such header", "check the folder and the record's name") from None
    except OSError as error:
        raise UserError(
            path, f"cannot be read ({error.strerror})", "check its permissions"
        ) from error
    n_lines = raw.count(b"\n") + raw.count(b"\r")
    if n_lines > MAX_LINES:
        rule = f"{n_lines} lines, more than {MAX_LINES}"
        raise UserError(path, rule, "write a record of fewer signals or segments")
    lines = [line.strip() for line in re.split("[\r\n]+", _decode(raw))]
    lines = [line for line in lines if line and not line.startswith("#")]
    if any(len(line) > MAX_LINE for line in lines):
        rule = f"a line of {max(map(len, lines))} characters"
        raise UserError(path, rule, "see header(5) of WFDB")
    if not lines:
        raise UserError(path, "the header is empty", RESTORE)
    return lines


def _decode(raw: bytes) -> str:
    """Decode UTF-8, or else Latin-1, which some headers use for the micro sign."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _whole(path: Path, what: str, text: str) -> int:
    if not re.fullmatch(r"\d{1,15}", text):
        raise UserError(path, f"{what} is {text!r}, not a whole number", "correct the record line")
    return int(text)


def _frame_rate(path: Path, text: str) -> float:
    try:
        fs = float(re.split(r"[/(]", text)[0])
    except ValueError:
        fs = math.nan
    low, high = FRAME_RATE_LIMITS
    if not low <= fs <= high:
        rule = f"sampling rate is {text!r}, not a number of Hz from {low:g} to {high:g}"
        raise UserError(path, rule, "write the true rate")
    return fs
