"""Add the reference beat to an SCP-ECG record from which it was subtracted (sections 4 and 5).

Source: EN 1064, sections 5.6, 5.7 and annex C. A recorder may subtract the mean beat from all
QRS complexes that look like it, so that what remains takes fewer bits.
"""

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.scp.scp_leads import ScpLead
from ecg_anomaly.records.stored_values import RESTORE

#: Type of the QRS complexes from which the reference beat was subtracted.
SUBTRACTED = 0


@dataclass(frozen=True)
class QrsComplexes:
    """Where the reference beat was subtracted.

    Attributes
    ----------
    length_ms : int
        Duration of the reference beat in ms.
    fiducial : int
        Sample of the reference beat, from 0 on, that was aligned with the fiducial samples below.
    spans : tuple of (int, int, int)
        First, fiducial and last sample of each complex, from 0 on.
    """

    length_ms: int
    fiducial: int
    spans: tuple[tuple[int, int, int], ...]


def read_complexes(path: Path, section: bytes | None) -> QrsComplexes:
    """Read where the reference beat was subtracted (section 4).

    Parameters
    ----------
    path : Path
        Named in errors.
    section : bytes or None
        Content of the section; None if the record has none.

    Raises
    ------
    UserError
        When the section is missing or cut off.
    """
    if section is None or len(section) < 6:
        raise UserError(path, "no list of QRS complexes (section 4)", RESTORE)
    length_ms, fiducial, n_complexes = struct.unpack_from("<3H", section)
    rows = section[6:][: 14 * n_complexes]
    if len(rows) < 14 * n_complexes:
        rule = f"{len(rows) // 14} of {n_complexes} QRS complexes (section 4)"
        raise UserError(path, rule, RESTORE)
    spans = tuple(
        (first - 1, middle - 1, last - 1)
        for kind, first, middle, last in struct.iter_unpack("<HIII", rows)
        if kind == SUBTRACTED
    )
    return QrsComplexes(length_ms, fiducial - 1, spans)


def add_reference_beat(
    residual: NDArray[np.int64],
    lead: ScpLead,
    beat: NDArray[np.int64],
    complexes: QrsComplexes,
) -> NDArray[np.int64]:
    """Return a lead with the reference beat added where it was subtracted.

    Parameters
    ----------
    residual : (n,) int64
        The stored samples.
    lead : ScpLead
        Lead of these samples.
    beat : (n_beat,) int64
        The reference beat of the lead, in the same unit and at the same rate.
    complexes : QrsComplexes
        Where it was subtracted. A complex that reaches beyond the lead or the reference beat is
        clipped to both.

    Returns
    -------
    (n,) int64
    """
    signal = residual.copy()
    for first, middle, last in complexes.spans:
        shift = middle - complexes.fiducial  # sample of the record at the first one of the beat
        start = max(first, lead.first, shift)
        stop = min(last + 1, lead.first + len(signal), shift + len(beat))
        if start < stop:
            signal[start - lead.first : stop - lead.first] += beat[start - shift : stop - shift]
    return signal
