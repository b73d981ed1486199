"""Read the ECG waveforms of a DICOM file.

Source: DICOM PS3.3, C.10.9 (waveform module). A file has one or several groups of channels, each
with a sampling rate and a start time; the channels of a group are interleaved. Groups of averaged
beats are left out.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.dicom.dicom_elements import DicomElements
from ecg_anomaly.records.dicom.dicom_samples import blank_padding, read_samples
from ecg_anomaly.records.lead_names import standard_lead
from ecg_anomaly.records.read_options import AS_IT_IS, ReadOptions
from ecg_anomaly.records.resting.lead_segments import (
    LeadSegment,
    check_n_samples,
    name_lead,
)
from ecg_anomaly.records.resting.resting_record import RestingRecord
from ecg_anomaly.records.scp.scp_leads import ScpLead
from ecg_anomaly.records.stored_values import GAIN_LIMITS, RESTORE

if TYPE_CHECKING:
    from pydicom import Dataset

#: Code of a lead, after the prefix of the SCP-ECG standard or of partition 2 of ISO/IEEE 11073.
_LEAD_CODE = re.compile(r"(?:5\.6\.3-9-|2:)(\d{1,3})")

#: Labels of groups that hold an averaged beat.
_AVERAGED = re.compile(r"median|average|mean|template|representative", re.I)


def read_dicom(path: Path, options: ReadOptions = AS_IT_IS) -> RestingRecord:
    """Read the ECG waveforms of a DICOM file.

    Parameters
    ----------
    path : Path
        The file, with its preamble or without.
    options : ReadOptions
        As for `RestingRecord`; ``strict`` refuses a file whose samples were cut off.

    Raises
    ------
    UserError
        When pydicom is not installed, or the file is malformed or holds no ECG.
    """
    elements = DicomElements(path)
    notes: list[str] = []
    with elements.refuse_malformed():
        segments: list[LeadSegment] = []
        for group in _choose_groups(path, elements, notes):
            segments += _read_group(path, elements, group, options, notes)
            check_n_samples(path, sum(len(segment.values) for segment in segments))
    return RestingRecord(path, segments, options, tuple(notes))


def _choose_groups(path: Path, elements: DicomElements, notes: list[str]) -> "list[Dataset]":
    """Leave out groups of averaged beats, and groups derived from others if any is recorded."""
    groups = elements.items("WaveformSequence")
    if not groups:
        kind = elements.text("Modality")[:16] or "unknown"
        rule = f"a DICOM file without a waveform (modality {kind!r})"
        raise UserError(path, rule, "export the waveform, not an image or a report")
    whole = [g for g in groups if not _AVERAGED.search(elements.text("MultiplexGroupLabel", g))]
    recorded = [g for g in whole if elements.text("WaveformOriginality", g) != "DERIVED"]
    chosen = recorded or whole
    if not chosen:
        raise UserError(path, "averaged beats only, no rhythm strip", "export the rhythm strip")
    for group in groups:
        if not any(group is kept for kept in chosen):
            label = elements.text("MultiplexGroupLabel", group)[:40] or "of derived waveforms"
            notes.append(f"group {label} is not read")
    return chosen


def _read_group(
    path: Path, elements: DicomElements, group: "Dataset", options: ReadOptions, notes: list[str]
) -> Iterator[LeadSegment]:
    stored = read_samples(path, elements, group, options, notes)
    channels = elements.items("ChannelDefinitionSequence", group)
    if len(channels) != stored.shape[1]:
        rule = f"{stored.shape[1]} channels, {len(channels)} of them described"
        raise UserError(path, rule, RESTORE)
    fs = elements.number("SamplingFrequency", group)
    start_s = elements.number("MultiplexGroupTimeOffset", group, 0.0) / 1000
    if not np.isfinite(start_s):
        raise UserError(path, "the time offset of a group is not a number", RESTORE)
    padding = elements.content("WaveformPaddingValue", group)
    for i, channel in enumerate(channels):
        values = blank_padding(stored[:, i], padding, fs)
        yield _describe(elements, channel, i, LeadSegment("", "", fs, values, start_s=start_s))


def _describe(
    elements: DicomElements, channel: "Dataset", index: int, segment: LeadSegment
) -> LeadSegment:
    """Return a segment with the name, unit and scale of its channel."""
    units = elements.items("ChannelSensitivityUnitsSequence", channel)
    scale = elements.number("ChannelSensitivity", channel, 1.0)
    scale *= elements.number("ChannelSensitivityCorrectionFactor", channel, 1.0)
    offset = elements.number("ChannelBaseline", channel, 0.0)
    sound = 1 / GAIN_LIMITS[1] <= abs(scale) <= 1 / GAIN_LIMITS[0] and np.isfinite(offset)
    return LeadSegment(
        name=_name(elements, channel, index),
        unit=elements.text("CodeValue", units[0]) if units else "",
        fs=segment.fs,
        values=segment.values,
        scale=scale,
        offset=offset,
        start_s=segment.start_s,
        fault="" if sound else f"sensitivity is {scale:g}, baseline {offset:g}",
    )


def _name(elements: DicomElements, channel: "Dataset", index: int) -> str:
    """Name a channel by the lead that its source or label means, or else by their text."""
    sources = elements.items("ChannelSourceSequence", channel)
    for code in (elements.text("CodeValue", source) for source in sources):
        match = _LEAD_CODE.fullmatch(code)
        if match and not (lead := ScpLead(int(match[1]), 0, 0)).is_calibration:
            return lead.name
    said = [elements.text(k, source) for source in sources for k in ("CodeMeaning", "CodeValue")]
    said.append(elements.text("ChannelLabel", channel))
    bare = [" ".join(re.sub(r"\(.*?\)", "", text).split()) for text in said]
    leads = filter(None, (standard_lead(text.removeprefix("MDC_ECG_LEAD_")) for text in bare))
    lead_name = next(leads, None)
    return name_lead(lead_name) if lead_name else next(filter(None, bare), f"channel {index + 1}")
