"""Write flagged beats, rhythms and unreadable segments as a WFDB annotation file.

The format is that of ``annot(5)`` of the WFDB manual, MIT format. It is written here because the
`wfdb` package takes seconds for the beats of a day, and its import takes longer than scoring an
hour. The tests read the files back with it.
"""

import struct
from collections.abc import Iterable, Iterator, Sequence
from heapq import merge
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.findings.finding import Finding
from ecg_anomaly.triage.rhythm_marks import list_rhythm_changes
from ecg_anomaly.triage.unreadable import Segment

#: Codes of annotation types, and of the words that add to the annotation before them.
NOISE, NOTE, RHYTHM, SKIP, SUB, AUX = 14, 22, 28, 59, 61, 63

#: Codes of ``[`` and ``]``, where ventricular fibrillation begins and ends, and its note.
VF_BEGINS, VF_ENDS, VF_NOTE = 32, 33, "(VF"

#: Code of the annotation of a beat of each class, see annot(5): N, S, V, F and Q. A flagged beat
#: whose class the detector does not know is a Q, a beat that cannot be classified.
BEAT_CODES = {"N": 1, "S": 9, "V": 5, "F": 6, "Q": 13, "": 13}

#: Kinds of findings whose beats are ventricular ones in a row, fusion beats included, and the note
#: of one of their beats that is not flagged itself.
VENTRICULAR_RUNS = (
    "ventricular_tachycardia", "ventricular_run", "slow_ventricular_run", "couplet",
)  # fmt: skip
IN_RUN = "in a ventricular run"

#: Subtype of a noise mark: from here on no lead can be read, or every lead can.
UNREADABLE, READABLE = -1, 0

#: Largest step in the ten bits beside a code.
MAX_STEP = 1023

#: Ends the comments at the start of the file: a step back by one and forward by one, as written
#: by wfdb.
END_OF_NOTES = bytes([0, 236, 255, 255, 255, 255, 1, 0])


class Mark(NamedTuple):
    """One annotation: its sample, type, subtype and note."""

    sample: int
    code: int
    subtype: int
    note: str


def encode_marks(
    decisions: BeatDecisions,
    segments: Sequence[Segment],
    fs: float,
    all_beats: bool = False,
    findings: Sequence[Finding] = (),
) -> Iterator[bytes]:
    """Encode flagged beats and unreadable segments as an annotation file.

    Parameters
    ----------
    decisions : BeatDecisions
        A flagged beat becomes an annotation of its class whose note is the reason, see
        `BEAT_CODES`.
    segments : sequence of Segment
        Each becomes two ``~`` marks: with subtype -1 and the reason where it begins, with
        subtype 0 where it ends.
    fs : float
        Sampling rate in Hz, kept in the file as its time resolution.
    all_beats : bool
        Annotate every beat, as comparisons with a reference need it: N when it is not flagged, Q
        when it cannot be read.
    findings : sequence of Finding
        Those that are rhythms become a ``+`` mark where they begin, and one where they end;
        ventricular fibrillation is between ``[`` and ``]`` besides. All beats of ventricular runs
        and couplets are annotated as V, or F, see `name_beats`.

    Yields
    ------
    bytes
        The content of the file, piece by piece.
    """
    yield _resolution(fs)
    beats = _beat_marks(decisions, findings, all_beats)
    yield from _encode(merge(beats, _segment_marks(segments, fs), _rhythm_marks(findings, fs)))
    yield b"\0\0"


def name_beats(
    decisions: BeatDecisions, findings: Sequence[Finding]
) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
    """Name the class of each beat: its own, or that of the ventricular run that counts it.

    Parameters
    ----------
    decisions : BeatDecisions
        On n beats.
    findings : sequence of Finding

    Returns
    -------
    names : (n,) object
        N, S, V, F or Q as str, ``""`` for a flagged beat without a class.
    in_run : (n,) bool
        Beats of a ventricular run or couplet; fusion beats remain such there, as EC57 counts them.
    """
    in_run = _find_in_runs(decisions, findings)
    unflagged = np.where(decisions.unreadable == "", "N", "Q")
    own = np.where(decisions.anomalous, decisions.aami, unflagged)
    fusion = np.where(decisions.anomalous, own == "F", decisions.fusion > decisions.ventricular)
    return np.where(in_run, np.where(fusion, "F", "V"), own).astype(object), in_run


def _beat_marks(
    decisions: BeatDecisions, findings: Sequence[Finding], all_beats: bool
) -> Iterator[Mark]:
    """Mark flagged beats, those that a ventricular run counts as its own, or every one."""
    every, in_run = name_beats(decisions, findings)
    rows = np.arange(len(decisions)) if all_beats else np.flatnonzero(decisions.anomalous | in_run)
    names = every[rows].tolist()
    reasons = np.where(in_run & ~decisions.anomalous, IN_RUN, decisions.reason)[rows].tolist()
    for sample, name, reason in zip(decisions.sample[rows].tolist(), names, reasons, strict=True):
        yield Mark(sample, BEAT_CODES[name], 0, str(reason))


def _find_in_runs(decisions: BeatDecisions, findings: Sequence[Finding]) -> NDArray[np.bool_]:
    """Tell which beats lie in a ventricular run: some are there for their neighbours' sake."""
    in_run = np.zeros(len(decisions), bool)
    for finding in findings:
        if finding.kind in VENTRICULAR_RUNS:
            first = np.searchsorted(decisions.time_s, finding.start_s)
            in_run[first : np.searchsorted(decisions.time_s, finding.end_s, side="right")] = True
    return in_run & (decisions.unreadable == "")


def _segment_marks(segments: Sequence[Segment], fs: float) -> list[Mark]:
    marks = []
    for segment in segments:
        first, last = round(segment.start_s * fs), round(segment.end_s * fs)
        marks.append(Mark(first, NOISE, UNREADABLE, f"unreadable: {segment.reason}"))
        marks.append(Mark(last, NOISE, READABLE, ""))
    return sorted(marks)


def _rhythm_marks(findings: Sequence[Finding], fs: float) -> list[Mark]:
    marks, last = [], ""
    for time_s, note in list_rhythm_changes(findings):
        sample = round(time_s * fs)
        if last == VF_NOTE:
            marks.append(Mark(sample, VF_ENDS, 0, ""))
        marks.append(Mark(sample, RHYTHM, 0, note))
        if note == VF_NOTE:
            marks.append(Mark(sample, VF_BEGINS, 0, ""))
        last = note
    return sorted(marks)


def _resolution(fs: float) -> bytes:
    text = f"## time resolution: {f'{fs:.10f}'.rstrip('0').rstrip('.')}"
    return struct.pack("<H", NOTE << 10) + _note(text) + END_OF_NOTES


def _encode(marks: Iterable[Mark]) -> Iterator[bytes]:
    last = 0
    for sample, code, subtype, note in marks:
        step, last = sample - last, sample
        while step > MAX_STEP:
            jump = min(step, 2**31 - 1)
            yield struct.pack("<HHH", SKIP << 10, jump >> 16, jump & 0xFFFF)
            step -= jump
        yield struct.pack("<H", code << 10 | step)
        if subtype:
            yield struct.pack("<bB", subtype, SUB << 2)
        if note:
            yield _note(note)


def _note(text: str) -> bytes:
    letters = text.replace("µ", "u").replace("−", "-").encode("ascii", "replace")[:255]
    return bytes([len(letters), AUX << 2]) + letters + b"\0" * (len(letters) % 2)
