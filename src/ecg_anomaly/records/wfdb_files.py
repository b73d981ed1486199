"""WFDB records on disk: checked reading, and writing."""

from pathlib import Path
from typing import Any

import numpy as np
import wfdb
from numpy.typing import NDArray

from ecg_anomaly.beats.labels import check_symbols
from ecg_anomaly.errors import UserError
from ecg_anomaly.records.record import Annotations, Record
from ecg_anomaly.records.wfdb_header import MILLIVOLTS, SAMPLE_BYTES, Header, read_header

#: Units per mV of a written record: 12 bits then reach beyond 10 mV at 5 µV a step.
GAIN_PER_MV = 200.0

RESTORE = "restore the file from its source"


def list_records(folder: Path) -> list[str]:
    """Names of the records in a folder, sorted: the stems of its headers.

    Segments of a multi-segment record are not records of their own.

    Raises
    ------
    UserError
        When the folder is absent or holds no header.
    """
    if not folder.is_dir():
        raise UserError(folder, "no such folder", "check dataset.folder")
    names = sorted(path.stem for path in folder.glob("*.hea"))
    if not names:
        raise UserError(folder, "no WFDB header (.hea) in this folder", "check dataset.folder")
    segments = {stem for name in names for stem in _segment_names(folder / f"{name}.hea")}
    return [name for name in names if name not in segments]


def read_record(folder: Path, name: str, subject: str | None = None) -> Record:
    """Read one WFDB record with its ``.atr`` annotations, if it has any.

    Parameters
    ----------
    folder : Path
        Folder of the ``.hea``, ``.dat`` and ``.atr`` files.
    name : str
        Name of the record.
    subject : str, optional
        The person; `name` when not given.

    Returns
    -------
    Record
        Leads measured in volts of any scale, converted to mV; other signals are left out.

    Raises
    ------
    UserError
        When a file is missing, truncated, malformed or against its checksum.
    """
    header = read_header(folder / f"{name}.hea")
    for segment in _segment_names(folder / f"{name}.hea"):
        if segment != "~":
            _check_data(folder, segment, read_header(folder / f"{segment}.hea"))
    if header.n_segments == 1:
        _check_data(folder, name, header)
    signal, units, leads = _read_signal(folder, name, header)
    electric = [i for i, unit in enumerate(units) if unit in MILLIVOLTS]
    if not electric:
        rule = f"no lead in V, mV or µV (units: {', '.join(units)})"
        raise UserError(folder / f"{name}.hea", rule, "correct the units or leave the record out")
    scale = np.array([MILLIVOLTS[units[i]] for i in electric])
    return Record(
        name=name,
        subject=subject or name,
        signal=(signal[:, electric] * scale).astype(np.float32),
        fs=header.fs,
        leads=tuple(leads[i] for i in electric),
        annotations=_read_annotations(folder, name, len(signal)),
    )


def write_record(record: Record, folder: Path) -> None:
    """Write a record as ``.hea``, ``.dat`` (format 212) and, when labelled, ``.atr``.

    Amplitudes are rounded to 5 µV and clipped at ±10.23 mV; NaN becomes the format's
    missing-sample code.
    """
    digital = np.clip(np.rint(record.signal * GAIN_PER_MV), -2047, 2047)
    digital = np.where(np.isnan(record.signal), -2048, digital).astype(np.int64)
    n_leads = len(record.leads)
    wfdb.wrsamp(
        record.name,
        fs=record.fs,
        units=["mV"] * n_leads,
        sig_name=list(record.leads),
        d_signal=digital,
        fmt=["212"] * n_leads,
        adc_gain=[GAIN_PER_MV] * n_leads,
        baseline=[0] * n_leads,
        write_dir=str(folder),
    )
    if record.annotations is not None:
        marks = record.annotations
        symbol = np.asarray(marks.symbol, dtype="<U1")
        wfdb.wrann(record.name, "atr", marks.sample, symbol=symbol, write_dir=str(folder))


def _segment_names(header_path: Path) -> list[str]:
    lines = header_path.read_text(encoding="utf-8", errors="replace").splitlines()
    lines = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    if not lines or "/" not in lines[0].split()[0]:
        return []
    return [line.split()[0] for line in lines[1:]]


def _check_data(folder: Path, name: str, header: Header) -> None:
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


def _read_signal(
    folder: Path, name: str, header: Header
) -> tuple[NDArray[np.float64], list[str], list[str]]:
    path = folder / f"{name}.hea"
    try:
        if header.n_segments > 1:
            whole = wfdb.rdrecord(str(folder / name), m2s=True)
            return whole.p_signal, list(whole.units), list(whole.sig_name)
        stored = wfdb.rdrecord(str(folder / name), physical=False)
        _check_sums(path, header, stored)
        return stored.dac(), [x.unit for x in header.leads], [x.name for x in header.leads]
    except UserError:
        raise
    except Exception as error:  # wfdb raises six kinds of exception for malformed files
        raise UserError(path, f"not a readable WFDB record ({error})", RESTORE) from error


def _check_sums(path: Path, header: Header, stored: Any) -> None:
    for lead, found in zip(header.leads, stored.calc_checksum(), strict=True):
        if lead.checksum is not None and (lead.checksum - int(found)) % 65536:
            rule = f"lead {lead.name} has checksum {found}, the header says {lead.checksum % 65536}"
            raise UserError(path.with_name(lead.file), rule, RESTORE)


def _read_annotations(folder: Path, name: str, n_samples: int) -> Annotations | None:
    path = folder / f"{name}.atr"
    if not path.exists():
        return None
    try:
        marks = wfdb.rdann(str(folder / name), "atr")
    except Exception as error:  # as above
        raise UserError(path, f"not a WFDB annotation file ({error})", RESTORE) from error
    symbol = np.array(marks.symbol, dtype="<U1")
    check_symbols(symbol, str(path))
    sample = np.asarray(marks.sample, dtype=np.int64)
    if len(sample) and (sample.min() < 0 or sample.max() >= n_samples):
        raise UserError(path, f"a mark at sample {sample.max()} of {n_samples}", RESTORE)
    return Annotations(sample, symbol)
