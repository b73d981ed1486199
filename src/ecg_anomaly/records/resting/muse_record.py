"""Read the XML export of GE MUSE (``RestingECG``).

The format has no public description; the meaning of its elements was taken from their names and
from files. A waveform of type ``Rhythm`` holds eight leads or more as Base64 of 16-bit samples,
each with a CRC32; the other limb leads are computed from I and II. The median beat and data of the
patient are not read.
"""

import zlib
from pathlib import Path

import numpy as np

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.read_options import AS_IT_IS, ReadOptions
from ecg_anomaly.records.resting.lead_segments import LeadSegment, gather_segments, name_lead
from ecg_anomaly.records.resting.resting_record import RestingRecord
from ecg_anomaly.records.resting.stored_numbers import read_base64
from ecg_anomaly.records.resting.xml_tree import Element, read_xml
from ecg_anomaly.records.stored_values import RESTORE, to_number

#: Bytes of a sample.
SAMPLE_BYTES = 2

#: Largest exponent of ten of a sampling rate.
MAX_EXPONENT = 6


def read_muse(path: Path, options: ReadOptions = AS_IT_IS) -> RestingRecord:
    """Read a GE MUSE XML file.

    Parameters
    ----------
    path : Path
        An XML file whose root is ``RestingECG``.
    options : ReadOptions
        As for `RestingRecord`; ``accept_checksum`` accepts a wrong checksum.

    Raises
    ------
    UserError
        When it is no such file, it is damaged, a checksum is wrong, or it holds no ECG.
    """
    waveforms = read_xml(path).find_all("Waveform")
    rhythms = [found for found in waveforms if found.text_of("WaveformType") != "Median"]
    if not rhythms:
        raise UserError(path, "no waveform of the rhythm", "export the ECG with its waveforms")
    notes: list[str] = []
    if len(rhythms) > 1:
        notes.append(f"the first of {len(rhythms)} waveforms of a rhythm is read")
    fs, leads = _sampling_rate(rhythms[0]), rhythms[0].find_all("LeadData")
    read = (_read_lead(path, lead, fs, options, notes) for lead in leads)
    segments = gather_segments(path, read)
    if not segments:
        raise UserError(path, "a rhythm without leads", RESTORE)
    return RestingRecord(path, segments, options, tuple(notes))


def _sampling_rate(waveform: Element) -> float:
    """Return the rate in Hz, a base times a power of ten; NaN when they are not numbers."""
    exponent = to_number(waveform.text_of("SampleExponent") or "0")
    if not abs(exponent) <= MAX_EXPONENT:
        return np.nan
    return to_number(waveform.text_of("SampleBase")) * 10.0**exponent


def _read_lead(
    path: Path, lead: Element, fs: float, options: ReadOptions, notes: list[str]
) -> LeadSegment:
    name = name_lead(lead.text_of("LeadID"))
    raw = read_base64(path, lead.text_of("WaveFormData"), f"lead {name}")
    n_samples = _count_samples(path, lead, name, len(raw))
    _check_crc(path, lead, name, raw, options, notes)
    if lead.text_of("LeadOff").casefold() == "true":
        notes.append(f"the recorder says that the electrode of {name} was off")
    stored = np.frombuffer(raw, dtype="<i2", count=n_samples)
    scale = to_number(lead.text_of("LeadAmplitudeUnitsPerBit"))
    fault = "" if 0 < scale < np.inf else "no amplitude per bit"
    return LeadSegment(name, lead.text_of("LeadAmplitudeUnits"), fs, stored, scale, fault=fault)


def _count_samples(path: Path, lead: Element, name: str, n_bytes: int) -> int:
    """Return the number of samples that a lead states, or else those in the file.

    Raises `UserError` when it states more than there are, or samples of another size.
    """
    size = to_number(lead.text_of("LeadSampleSize") or str(SAMPLE_BYTES))
    if size != SAMPLE_BYTES:
        rule = f"lead {name}: samples of {size:g} bytes, not {SAMPLE_BYTES}"
        raise UserError(path, rule, "export the ECG as DICOM or aECG")
    found = n_bytes // SAMPLE_BYTES
    stated = to_number(lead.text_of("LeadSampleCountTotal") or str(found))
    if not 1 <= stated <= found:
        raise UserError(path, f"lead {name}: {found} of {stated:g} samples", RESTORE)
    return int(stated)


def _check_crc(
    path: Path, lead: Element, name: str, raw: bytes, options: ReadOptions, notes: list[str]
) -> None:
    stated = to_number(lead.text_of("LeadDataCRC32") or "0")
    if stated in (0, zlib.crc32(raw)):  # 0 where it was not computed
        return
    rule = f"checksum of {name} is {zlib.crc32(raw)}, not {stated:.0f}"
    if not options.accept_checksum:
        raise UserError(path, rule, f"{RESTORE}, or accept it with --accept-checksum")
    notes.append(rule)
