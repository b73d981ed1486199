"""Read Philips ECG XML (``restingecgdata``), versions 1.03 and 1.04.

Sources: the schemas that recorders name and the sierra-ecg-tools project. All leads are one text in
``parsedwaveforms``: Base64 of 16-bit samples or plain numbers, lead after lead, or compressed
(`xli_compression`). Version 1.03 describes them in the element ``signalcharacteristics``, version
1.04 also in attributes. Representative beats and data of the patient are not read.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.read_options import AS_IT_IS, ReadOptions
from ecg_anomaly.records.resting.lead_segments import (
    LeadSegment,
    Samples,
    check_n_samples,
    name_lead,
)
from ecg_anomaly.records.resting.resting_record import RestingRecord
from ecg_anomaly.records.resting.stored_numbers import read_base64, read_numbers
from ecg_anomaly.records.resting.xli_compression import decompress_xli
from ecg_anomaly.records.resting.xml_tree import Element, read_xml
from ecg_anomaly.records.stored_values import MAX_LEADS, RESTORE, to_number

#: Leads of standard 12-lead recordings that do not name them.
STANDARD = ("I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6")

#: Values that mean "not compressed".
UNCOMPRESSED = ("", "uncompressed", "none")

_ELSEWHERE = "export the ECG as DICOM, aECG or uncompressed XML"


class _Description:
    """The properties of the waveforms, by the names of both versions of the format."""

    def __init__(self, root: Element, waveforms: Element) -> None:
        self._attributes = waveforms.attributes
        named = [element for element in root.walk() if element.name == "signalcharacteristics"]
        self._elements = {e.name: e.text for found in named[:1] for e in found.children}

    def get(self, *names: str) -> str:
        """Return the text of the first of some names that has one; ``""`` when none has."""
        found = (self._attributes.get(name) or self._elements.get(name) for name in names)
        return next((text.strip() for text in found if text), "")

    def number(self, *names: str) -> float:
        """Return the number of the first of some names that has a text; NaN when it is none."""
        return to_number(self.get(*names))

    @property
    def fs(self) -> float:
        """Sampling rate in Hz."""
        return self.number("samplespersecond", "samplingrate")

    @property
    def n_samples(self) -> int | None:
        """Announced samples of a lead; None where no number is stated."""
        n_samples = self.number("durationperchannel") * self.fs / 1000
        return round(n_samples) if 1 <= n_samples < np.inf else None


def read_philips(path: Path, options: ReadOptions = AS_IT_IS) -> RestingRecord:
    """Read a Philips ECG XML file.

    Parameters
    ----------
    path : Path
        An XML file whose root is ``restingecgdata``.
    options : ReadOptions
        As for `RestingRecord`; ``strict`` refuses leads that are shorter than announced.

    Raises
    ------
    UserError
        When it is no such file, it is damaged, or it holds no ECG.
    """
    root = read_xml(path)
    waveforms = next((found for found in root.walk() if found.name == "parsedwaveforms"), None)
    if waveforms is None:
        raise UserError(path, "no waveforms", "export the ECG with its waveforms")
    about = _Description(root, waveforms)
    leads = _name_leads(path, about)
    samples = _read_samples(path, about, waveforms.text, leads)
    notes = _describe_loss(path, min(map(len, samples)), about.n_samples, options)
    resolution = about.number("resolution", "signalresolution")
    zero = to_number(about.get("signaloffset") or "0")
    fault = "" if 0 < resolution < np.inf and abs(zero) < np.inf else "no amplitude per bit"
    segments = [
        LeadSegment(
            name_lead(name), "uV", about.fs, stored[: about.n_samples], resolution,
            offset=-zero * resolution, fault=fault,
        )
        for name, stored in zip(leads, samples, strict=True)
    ]  # fmt: skip
    return RestingRecord(path, segments, options, notes)


def _name_leads(path: Path, about: _Description) -> tuple[str, ...]:
    named = tuple(about.get("leadlabels").split())
    stated = about.number("numberofleads", "numberchannelsallocated", "numberchannelsvalid")
    n_leads = int(stated) if 1 <= stated <= MAX_LEADS else len(named)
    if not 1 <= n_leads <= MAX_LEADS or 0 < len(named) < n_leads:
        raise UserError(path, f"{len(named)} names of {stated:g} leads", RESTORE)
    if named:
        return named[:n_leads]
    is_standard = {"STD-12", "10-WIRE"} & {about.get(x) for x in ("acquisitiontype", "leadset")}
    others = [f"Channel {i + 1}" for i in range(n_leads)]
    return tuple([*STANDARD, *others[12:]][:n_leads]) if is_standard else tuple(others)


def _read_samples(
    path: Path, about: _Description, text: str, leads: tuple[str, ...]
) -> Sequence[Samples]:
    """Return the stored samples of each lead."""
    encoding = about.get("dataencoding").casefold() or "base64"
    compression = about.get("compressmethod", "compression").casefold()
    is_flat = compression in UNCOMPRESSED or about.get("compressflag").casefold() == "false"
    bits = about.get("bitspersample", "nbitspersample") or "16"
    if to_number(bits) != 16:
        raise UserError(path, f"samples of {bits!r} bits, not 16", _ELSEWHERE)
    if is_flat and encoding == "plain":
        return _cut(path, read_numbers(path, text, "waveforms"), len(leads), about.n_samples)
    if encoding != "base64" or not (is_flat or compression == "xli"):
        rule = f"waveforms of encoding {encoding!r} and compression {compression!r}"
        raise UserError(path, rule, _ELSEWHERE)
    content = read_base64(path, text, "waveforms")
    if not is_flat:
        return decompress_xli(path, content, leads)
    kind = "<u2" if about.get("signalsigned").casefold() == "false" else "<i2"
    stored = np.frombuffer(content, kind, count=len(content) // 2).astype(np.int32)
    return _cut(path, stored, len(leads), about.n_samples)


def _cut(path: Path, stored: Samples, n_leads: int, announced: int | None) -> Sequence[Samples]:
    """Split samples that are stored lead after lead into one array per lead."""
    check_n_samples(path, len(stored))
    length = announced or len(stored) // n_leads
    if length < 1 or len(stored) < length * n_leads:
        rule = f"{len(stored)} samples, too few for {n_leads} leads of {length:g}"
        raise UserError(path, rule, RESTORE)
    return [stored[i * length : (i + 1) * length] for i in range(n_leads)]


def _describe_loss(
    path: Path, least: int, announced: int | None, options: ReadOptions
) -> tuple[str, ...]:
    if announced is None or least >= announced:
        return ()
    rule = f"a lead has {least} samples, not {announced:g} as the file says"
    if options.strict:
        raise UserError(path, f"truncated, {rule}", RESTORE)
    return (f"cut off: {rule}",)
