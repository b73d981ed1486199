"""The segments of a WFDB record: their headers, and what lies where.

An ordinary record is one of a single segment.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.wfdb.wfdb_header import FS_LIMITS, Header, read_header
from ecg_anomaly.records.wfdb.wfdb_segment import WfdbSegment, is_wanted

#: A lead is known by its name and, where a segment has that name twice, by its turn.
Key = tuple[str, int]

#: Name, announced length and header of a segment; a gap has no header.
Part = tuple[str, int | None, Header | None]

#: Frames per second: a frame may hold many samples of a lead.
FRAME_RATE_LIMITS = (0.001, FS_LIMITS[1])


@dataclass(frozen=True)
class Piece:
    """A segment: `stored` is None for a gap; `keys` are the leads it holds."""

    n_frames: int
    stored: WfdbSegment | None
    keys: tuple[Key, ...]


def read_parts(path: Path, whole: Header) -> list[Part]:
    """Read the headers of all segments of a record.

    Raises
    ------
    UserError
        When one is missing, malformed, or at another rate than the record.
    """
    if not whole.segments:
        return [(path.stem, whole.n_samples, whole)]
    known: dict[str, Header] = {}
    parts: list[Part] = []
    for segment in whole.segments:
        if segment.name != "~" and segment.name not in known:
            known[segment.name] = _segment_header(path, segment.name, whole.fs)
        parts.append((segment.name, segment.n_samples, known.get(segment.name)))
    return parts


def _segment_header(path: Path, name: str, fs: float) -> Header:
    header_path = path.parent / f"{name}.hea"
    header = read_header(header_path, FRAME_RATE_LIMITS)
    if header.segments or header.fs != fs:
        rule = f"no segment at {fs:g} Hz of record {path.stem}"
        raise UserError(header_path, rule, "correct the header")
    return header


def lay_out(folder: Path, parts: list[Part], per_frame: int) -> Iterator[Piece]:
    """Yield the segments one after the other, opened.

    Raises
    ------
    UserError
        When one has no data, or not the length that was announced.
    """
    stored: dict[str, WfdbSegment] = {}
    for name, length, header in parts:
        if header is None:
            yield Piece(length or 0, None, ())
            continue
        names = [lead.name for lead in header.leads if is_wanted(lead, per_frame)]
        keys = tuple((x, names[:i].count(x)) for i, x in enumerate(names))
        if length == 0 and len(parts) > 1:  # a layout: it names the leads and stores nothing
            yield Piece(0, None, keys)
            continue
        if name not in stored:
            place = folder / name  # a segment may lie in a folder below, its data beside it
            stored[name] = WfdbSegment(place.parent, place.name, header, per_frame)
        found = stored[name]
        if length is not None and found.n_frames != length:
            rule = f"{found.n_frames} samples, the record's header announces {length}"
            raise UserError(folder / f"{name}.hea", rule, "correct the header")
        yield Piece(found.n_frames, found, keys)
