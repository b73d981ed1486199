"""The signal of a WFDB record: checked against its header, in mV, segments joined."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.wfdb.wfdb_header import Header, Segment, read_header
from ecg_anomaly.records.wfdb.wfdb_lead import MILLIVOLTS, SAMPLE_BYTES

if TYPE_CHECKING:  # it takes half a second to import, and sizes are checked without it
    import wfdb

RESTORE = "restore the file from its source"


def read_signal(
    folder: Path, name: str, header: Header
) -> tuple[NDArray[np.float32], tuple[str, ...]]:
    """Read the leads of a record that are measured in volts of any scale.

    Parameters
    ----------
    folder : Path
        Folder of the record.
    name : str
        Name of the record.
    header : Header
        Its checked header.

    Returns
    -------
    signal : (n_samples, n_leads) float32
        Amplitude in mV; NaN where nothing is stored.
    leads : tuple of str
        Their names.

    Raises
    ------
    UserError
        When a file is missing, truncated, malformed or against its checksum, or no lead is
        measured in volts.
    """
    signal, leads = (_join_segments if header.segments else _read_stored)(folder, name, header)
    if not leads:
        units = ", ".join(lead.unit for lead in header.leads) or "of no segment"
        rule = f"no lead in V, mV or µV (units: {units})"
        path = folder / f"{name}.hea"
        raise UserError(path, rule, "correct the units or leave the record out")
    return signal, leads


def _join_segments(
    folder: Path, name: str, header: Header
) -> tuple[NDArray[np.float32], tuple[str, ...]]:
    """Lay segments end to end; gaps and leads that a segment lacks are NaN.

    A lead is found by its name and, where a segment has that name twice, by its turn.
    """
    parts = [_read_segment(folder, name, segment, header) for segment in header.segments]
    keys = [[(x, names[:i].count(x)) for i, x in enumerate(names)] for _, names in parts]
    leads = list(dict.fromkeys(key for part in keys for key in part))
    whole = np.full((header.n_samples or 0, len(leads)), np.nan, dtype=np.float32)
    start = 0
    for (signal, _), part in zip(parts, keys, strict=True):
        whole[start : start + len(signal), [leads.index(key) for key in part]] = signal
        start += len(signal)
    return whole, tuple(name for name, _ in leads)


def _read_segment(
    folder: Path, name: str, segment: Segment, whole: Header
) -> tuple[NDArray[np.float32], tuple[str, ...]]:
    if segment.name == "~":
        return np.zeros((segment.n_samples, 0), dtype=np.float32), ()
    path = folder / f"{segment.name}.hea"
    header = read_header(path)
    if header.segments or header.fs != whole.fs:
        rule = f"no segment at {whole.fs:g} Hz of record {name}"
        raise UserError(path, rule, "correct the header")
    if segment.n_samples == 0:  # a layout: it names the leads and stores nothing
        layout = tuple(lead.name for lead in header.leads if lead.unit in MILLIVOLTS)
        return np.zeros((0, len(layout)), dtype=np.float32), layout
    signal, leads = _read_stored(folder, segment.name, header)
    if len(signal) != segment.n_samples:
        rule = f"{len(signal)} samples, {name}.hea announces {segment.n_samples}"
        raise UserError(path, rule, "correct the header")
    return signal, leads


def _read_stored(
    folder: Path, name: str, header: Header
) -> tuple[NDArray[np.float32], tuple[str, ...]]:
    import wfdb

    path = folder / f"{name}.hea"
    if header.n_samples == 0:
        raise UserError(path, "a record of 0 samples", "leave the record out")
    check_sizes(folder, name, header)
    try:
        stored = wfdb.rdrecord(str(folder / name), physical=False)
        _check_sums(folder, name, header, stored)
        physical = stored.dac()
    except UserError:
        raise
    except Exception as error:  # wfdb raises six kinds of exception for malformed files
        raise UserError(path, f"not a readable WFDB record ({error})", RESTORE) from error
    electric = [i for i, lead in enumerate(header.leads) if lead.unit in MILLIVOLTS]
    scale = np.array([MILLIVOLTS[header.leads[i].unit] for i in electric])
    names = tuple(header.leads[i].name for i in electric)
    return (physical[:, electric] * scale).astype(np.float32), names


def check_sizes(folder: Path, name: str, header: Header) -> None:
    """Refuse absent data files and such as are shorter than the header announces."""
    for file in dict.fromkeys(lead.file for lead in header.leads if lead.file != "~"):
        path = folder / file
        if not path.is_file():
            raise UserError(path, f"header {name}.hea has no data file", RESTORE)
        leads = [lead for lead in header.leads if lead.file == file]
        frame = sum(lead.samples_per_frame for lead in leads)
        if leads[0].format not in SAMPLE_BYTES or header.n_samples is None:
            continue
        size = SAMPLE_BYTES[leads[0].format]
        expected = leads[0].offset + int(header.n_samples * frame * size)
        found = path.stat().st_size
        if found < expected:
            rule = f"truncated, {found} bytes where the header announces {expected}"
            raise UserError(path, rule, RESTORE)


def _check_sums(folder: Path, name: str, header: Header, stored: "wfdb.Record") -> None:
    import wfdb

    columns = list(stored.d_signal.T)
    if any(lead.samples_per_frame > 1 or lead.skew for lead in header.leads):
        # Sums are over the samples as stored, before frames are averaged and skew is taken out.
        path = str(folder / name)
        columns = wfdb.rdrecord(
            path, physical=False, smooth_frames=False, ignore_skew=True
        ).e_d_signal
    for lead, samples in zip(header.leads, columns, strict=True):
        found = int(np.sum(samples, dtype=np.int64)) % 65536
        if lead.checksum is not None and (lead.checksum - found) % 65536:
            rule = f"lead {lead.name} has checksum {found}, the header says {lead.checksum % 65536}"
            raise UserError(folder / lead.file, rule, RESTORE)
