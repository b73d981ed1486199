"""Read an SCP-ECG record (EN 1064, ISO 11073-91064), versions 1 to 3, unless compressed bimodally.

Samples are plain, Huffman coded, differences of first or second order, with or without a reference
beat subtracted. Bimodal compression, which keeps every fourth sample between the QRS complexes, is
refused, because no file was available to test a reader of it.
"""

import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.read_options import AS_IT_IS, ReadOptions
from ecg_anomaly.records.resting.lead_segments import LeadSegment, check_n_samples
from ecg_anomaly.records.resting.resting_record import RestingRecord
from ecg_anomaly.records.resting.stored_numbers import sampling_rate_of, sum_differences
from ecg_anomaly.records.scp.scp_beats import add_reference_beat, read_complexes
from ecg_anomaly.records.scp.scp_huffman import Table, decode_huffman, read_code_tables
from ecg_anomaly.records.scp.scp_leads import ScpLead, ScpLeads, read_leads
from ecg_anomaly.records.scp.scp_sections import (
    BEATS,
    CODES,
    COMPLEXES,
    LEADS,
    RHYTHM,
    ScpSections,
    read_sections,
)
from ecg_anomaly.records.stored_values import RESTORE

#: Version, times ten, from which on the flag of bimodal compression is not used any more.
NO_BIMODAL = 30

_ELSEWHERE = "export the ECG as DICOM or aECG"


@dataclass(frozen=True)
class _Block:
    """The coded samples of all leads in a section (5 or 6).

    Attributes
    ----------
    nanovolts : int
        nV per stored unit.
    interval_us : int
        Sampling interval in µs.
    order : int
        Order of the stored differences, 0 to 2.
    flag : int
        Byte that announces bimodal compression, see `_check_bimodal`.
    parts : tuple of bytes
        The coded samples of each lead.
    """

    nanovolts: int
    interval_us: int
    order: int
    flag: int
    parts: tuple[bytes, ...]


def read_scp(path: Path, options: ReadOptions = AS_IT_IS) -> RestingRecord:
    """Read an SCP-ECG file.

    Parameters
    ----------
    path : Path
        The file.
    options : ReadOptions
        As for `RestingRecord`; ``accept_checksum`` accepts wrong checksums.

    Raises
    ------
    UserError
        When it is no such file, it is damaged, a checksum is wrong, or its compression is
        bimodal.
    """
    sections = read_sections(path, options)
    leads = read_leads(path, sections.content.get(LEADS))
    tables = read_code_tables(path, sections.content.get(CODES))
    block = _cut_block(path, sections.content[RHYTHM], leads, "section 6")
    check_n_samples(path, sum(lead.n_samples for lead in leads.leads))
    _check_bimodal(path, sections, block, leads)
    counts = [lead.n_samples for lead in leads.leads]
    signals = _decode(path, block, counts, tables, "section 6")
    if leads.is_residual:
        signals = _add_beats(path, sections, leads, tables, signals)
    fs = sampling_rate_of(block.interval_us * 1e-6)
    segments = [
        LeadSegment(
            lead.name, "nV", fs, nanovolts, start_s=lead.first / fs, fault=_fault(lead, block)
        )
        for lead, nanovolts in zip(leads.leads, signals, strict=True)
    ]
    return RestingRecord(path, segments, options, sections.notes)


def _fault(lead: ScpLead, block: _Block) -> str:
    if lead.is_calibration:
        return "calibration pulses"
    return "" if block.nanovolts else "no amplitude per bit"


def _cut_block(path: Path, section: bytes, leads: ScpLeads, what: str) -> _Block:
    """Read the header of section 5 or 6, and split its samples by lead."""
    n_leads = len(leads.leads)
    start = 6 + 2 * n_leads
    if len(section) < start:
        raise UserError(path, f"{what} ends within its header", RESTORE)
    nanovolts, interval_us, order, flag = struct.unpack_from("<HHBB", section)
    lengths = struct.unpack_from(f"<{n_leads}H", section, 6)
    if start + sum(lengths) > len(section):
        rule = f"{what}: {len(section) - start} of {sum(lengths)} bytes"
        raise UserError(path, rule, RESTORE)
    if order > 2 or not interval_us:
        rule = f"{what}: differences of order {order}, interval {interval_us} µs"
        raise UserError(path, rule, RESTORE)
    ends = np.cumsum([start, *lengths]).tolist()
    parts = tuple(section[a:b] for a, b in pairwise(ends))
    return _Block(nanovolts, interval_us, order, flag, parts)


def _check_bimodal(path: Path, sections: ScpSections, block: _Block, leads: ScpLeads) -> None:
    """Refuse samples that were decimated between the QRS complexes (bimodal compression)."""
    beats = sections.content.get(BEATS)
    if beats is None or len(beats) < 4:
        return
    (interval_us,) = struct.unpack_from("<H", beats, 2)
    is_thinned = block.flag == 1 and sections.version < NO_BIMODAL
    if interval_us != block.interval_us and (is_thinned or leads.is_residual):
        raise UserError(path, "bimodal compression, which is not read", _ELSEWHERE)


def _decode(
    path: Path, block: _Block, counts: list[int], tables: list[Table], what: str
) -> list[NDArray[np.int64]]:
    """Return the samples of each lead in nV."""
    signals = []
    for i, (part, n) in enumerate(zip(block.parts, counts, strict=True)):
        where = f"lead {i + 1} of {what}"
        if tables:
            stored = decode_huffman(path, part, n, tables, where)
        elif 2 * n <= len(part):
            stored = np.frombuffer(part, dtype="<i2", count=n).astype(np.int64)
        else:
            raise UserError(path, f"{where}: {len(part) // 2} of {n} samples", RESTORE)
        samples = sum_differences(stored, block.order).astype(np.int64)
        signals.append(samples * block.nanovolts)
    return signals


def _add_beats(
    path: Path,
    sections: ScpSections,
    leads: ScpLeads,
    tables: list[Table],
    residuals: list[NDArray[np.int64]],
) -> list[NDArray[np.int64]]:
    """Add the reference beats that were subtracted from the leads."""
    section = sections.content.get(BEATS)
    if section is None:
        raise UserError(path, "no reference beats (section 5)", RESTORE)
    complexes = read_complexes(path, sections.content.get(COMPLEXES))
    beats = _cut_block(path, section, leads, "section 5")
    n_samples = round(complexes.length_ms * 1000 / beats.interval_us)
    found = _decode(path, beats, [n_samples] * len(leads.leads), tables, "section 5")
    return [
        add_reference_beat(residual, lead, beat, complexes)
        for residual, lead, beat in zip(residuals, leads.leads, found, strict=True)
    ]
