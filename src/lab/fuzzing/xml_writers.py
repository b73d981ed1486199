"""Write resting ECGs as HL7 aECG, Philips and GE MUSE XML, for tests and to be damaged."""

import base64
import struct
import zlib
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from lab.fuzzing.scp_writer import take_differences

#: Stored samples of each lead by its name.
Leads = Mapping[str, NDArray[np.integer]]


def write_aecg(
    leads: Leads, fs: float, microvolts: float = 2.5, start: str = "20260102030405.000"
) -> bytes:
    """Return an HL7 aECG file with one series."""
    return join_series([aecg_set(leads, fs, microvolts, start)])


def join_series(sets: list[str]) -> bytes:
    """Return an HL7 aECG file whose only series holds some sets of sequences (`aecg_set`)."""
    inside = "".join(f"<component>{found}</component>" for found in sets)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!-- made for a test -->\n'
        '<AnnotatedECG xmlns="urn:hl7-org:v3" xmlns:xsi="urn:x" type="Observation">\n'
        '<component><series><code code="RHYTHM"/>\n<effectiveTime>'
        '<low value="20260102030405"/></effectiveTime>\n'
        f"{inside}\n</series></component></AnnotatedECG>\n"
    ).encode()


def aecg_set(leads: Leads, fs: float, microvolts: float, start: str) -> str:
    """Return a set of sequences, all of the same times."""
    sequences = [
        f'<code code="TIME_ABSOLUTE"/><value xsi:type="GLIST_TS"><head value="{start}"/>'
        f'<increment value="{1 / fs:.9g}" unit="s"/></value>'
    ]
    for name, samples in leads.items():
        digits = " ".join(map(str, samples.tolist()))
        sequences.append(
            f'<code code="MDC_ECG_LEAD_{name.upper()}"/><value xsi:type="SLIST_PQ">'
            f'<origin value="0" unit="uV"/><scale value="{microvolts:g}" unit="uV"/>\n'
            f"<digits>{digits}</digits></value>"
        )
    inside = "".join(f"<component><sequence>{x}</sequence></component>\n" for x in sequences)
    return f"<sequenceSet>{inside}</sequenceSet>"


def write_muse(
    leads: Leads, fs: int, microvolts: float = 4.88, checksums: bool = True, kind: str = "Rhythm"
) -> bytes:
    """Return a GE MUSE XML file with one waveform."""
    written = []
    for name, samples in leads.items():
        raw = samples.astype("<i2").tobytes()
        crc = zlib.crc32(raw) if checksums else 0
        written.append(
            f"<LeadData><LeadSampleCountTotal>{len(samples)}</LeadSampleCountTotal>"
            f"<LeadAmplitudeUnitsPerBit>{microvolts:g}</LeadAmplitudeUnitsPerBit>"
            "<LeadAmplitudeUnits>MICROVOLTS</LeadAmplitudeUnits>"
            f"<LeadID>{name}</LeadID><LeadSampleSize>2</LeadSampleSize><LeadOff>FALSE</LeadOff>"
            f"<LeadDataCRC32>{crc}</LeadDataCRC32>"
            f"<WaveFormData>\n{base64.encodebytes(raw).decode()}</WaveFormData></LeadData>\n"
        )
    return (
        '<?xml version="1.0" encoding="ISO-8859-1"?>\n'
        '<!DOCTYPE RestingECG SYSTEM "restecg.dtd">\n<RestingECG>\n'
        f"<Waveform><WaveformType>{kind}</WaveformType><SampleBase>{fs}</SampleBase>"
        f"<SampleExponent>0</SampleExponent>\n{''.join(written)}</Waveform></RestingECG>\n"
    ).encode()


def write_philips(leads: Leads, fs: int, microvolts: int = 5, form: str = "XLI") -> bytes:
    """Return a Philips XML file of version 1.04.

    Parameters
    ----------
    leads : mapping of str to (n,) int
        Stored samples; with ``"XLI"`` the limb leads are I, II, III, aVR, aVL, aVF or others.
    fs, microvolts : int
        Sampling rate in Hz and µV of one.
    form : str
        ``"XLI"``, ``"Base64"`` or ``"Plain"``.
    """
    n = len(next(iter(leads.values())))
    samples = list(leads.values())
    if form == "Plain":
        text = " ".join(str(x) for lead in samples for x in lead.tolist())
    else:
        pack = _compress if form == "XLI" else _pack
        if form == "XLI" and list(leads)[:6] == ["I", "II", "III", "aVR", "aVL", "aVF"]:
            samples = _subtract_expected(samples)
        text = base64.encodebytes(b"".join(map(pack, samples))).decode()
    compression = 'compression="XLI" ' if form == "XLI" else ""
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<restingecgdata xmlns="http://www3.medical.philips.com"><documentinfo>'
        "<documenttype>PhilipsECG</documenttype><documentversion>1.04</documentversion>"
        "</documentinfo>\n<dataacquisition><signalcharacteristics>"
        f"<samplingrate>{fs}</samplingrate><resolution>{microvolts}</resolution>"
        f"<numberchannelsallocated>{len(leads)}</numberchannelsallocated>"
        "</signalcharacteristics></dataacquisition>\n<waveforms>"
        f'<parsedwaveforms dataencoding="{"Plain" if form == "Plain" else "Base64"}" {compression}'
        f'numberofleads="{len(leads)}" leadlabels="{" ".join(leads)}" '
        f'durationperchannel="{n * 1000 / fs:g}" bitspersample="16">\n{text}'
        "</parsedwaveforms></waveforms></restingecgdata>\n"
    ).encode()


def _pack(samples: NDArray[np.integer]) -> bytes:
    return samples.astype("<i2").tobytes()


def _subtract_expected(samples: list[NDArray[np.integer]]) -> list[NDArray[np.integer]]:
    """Store III, aVR, aVL and aVF as their differences from what follows from I and II."""
    one, two, three, right, left, foot = samples[:6]
    expected = [two - one, -((one + two) // 2), (one - three) // 2, (two + three) // 2]
    limb = [three, right, left, foot]
    differences = [want - have for want, have in zip(expected, limb, strict=True)]
    return [one, two, *differences, *samples[6:]]


def _compress(samples: NDArray[np.integer]) -> bytes:
    """Compress a lead as XLI: second differences, one place late, 64 less their negative; LZW."""
    numbers = take_differences(samples, 2)
    first = int(-numbers[2])
    numbers[2:-1] = 64 - numbers[3:]
    numbers[-1] = 0
    halves = numbers.astype(">i2").view(np.uint8).reshape(-1, 2)
    codes = _encode_lzw(halves[:, 0].tobytes() + halves[:, 1].tobytes())
    return struct.pack("<ihh", len(codes), 0, first) + codes


def _encode_lzw(content: bytes) -> bytes:
    """Encode with codes of ten bits; 1023 ends them."""
    table = {bytes([byte]): byte for byte in range(256)}
    codes, string = [], b""
    for byte in content:
        longer = string + bytes([byte])
        if longer in table:
            string = longer
            continue
        codes.append(table[string])
        if len(table) < 1023:
            table[longer] = len(table)
        string = bytes([byte])
    codes += [table[string], 1023]
    bits = "".join(format(code, "010b") for code in codes)
    return np.packbits(np.frombuffer(bits.encode(), np.uint8) - ord("0")).tobytes()
