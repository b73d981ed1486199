"""The same heart, stored or recorded in another way."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
from scipy.signal import resample_poly

from ecg_anomaly.records.opening import open_record
from ecg_anomaly.records.record import Annotations, Record, StreamedRecord

#: Sampling rates to which records are brought, in Hz.
RATES = (128, 250, 257, 500, 1000)

OFFSET_MV = 5.0

#: A coarse recorder's step: 8 bits over 5 mV.
STEP_MV = 0.02


def resample(record: Record, fs: int) -> Record:
    """Bring a record of whole Hz to another rate, annotations with it."""
    ratio = Fraction(fs, int(record.fs))
    signal = resample_poly(
        record.signal.astype(np.float64), ratio.numerator, ratio.denominator, padtype="line"
    )
    marks = record.annotations
    if marks is not None:
        sample = np.rint(marks.sample * float(ratio)).astype(np.int64)
        marks = Annotations(np.minimum(sample, len(signal) - 1), marks.symbol)
    return replace(record, signal=signal.astype(np.float32), fs=float(fs), annotations=marks)


def keep_lead(record: Record, lead: int) -> Record:
    """Leave one lead."""
    return replace(record, signal=record.signal[:, [lead]], leads=(record.leads[lead],))


def shift(record: Record, offset_mv: float) -> Record:
    """Add a constant to every lead."""
    return replace(record, signal=record.signal + np.float32(offset_mv))


def quantise(record: Record, step_mv: float) -> Record:
    """Round every sample to a multiple of a step."""
    return replace(record, signal=np.rint(record.signal / step_mv).astype(np.float32) * step_mv)


def add_lead(record: Record, sign: float) -> Record:
    """Add a lead that no window is cut from: the first one, upright or turned over."""
    third = np.float32(sign) * record.signal[:, :1]
    leads = (*record.leads, "unused")
    return replace(record, signal=np.hstack([record.signal, third]), leads=leads)


def signal_variants() -> dict[str, Callable[[Record], Record]]:
    """Name what is done to a record of two leads in memory."""
    made: dict[str, Callable[[Record], Record]] = {
        f"offset +{OFFSET_MV:g} mV": lambda record: shift(record, OFFSET_MV),
        f"rounded to {STEP_MV * 1000:g} µV": lambda record: quantise(record, STEP_MV),
        "a third lead that no window is cut from": lambda record: add_lead(record, 1.0),
        "the same lead turned over": lambda record: add_lead(record, -1.0),
    }
    for fs in RATES:
        made[f"{fs} Hz"] = lambda record, fs=fs: resample(record, fs)  # type: ignore[misc]
    made["first lead alone"] = lambda record: keep_lead(record, 0)
    made["second lead alone"] = lambda record: keep_lead(record, 1)
    return made


#: How a record is stored in a table: unit, stored value of 1 mV, and type of the values.
STORED = {
    "stored in V, float32 (x 1e-3)": ("V", 1e-3, "float32"),
    "stored in µV, float32 (x 1e3)": ("uV", 1e3, "float32"),
    "stored in µV, int16": ("uV", 1e3, "int16"),
}


def store_record(record: Record, folder: Path, kind: str) -> StreamedRecord:
    """Write a record as a Parquet table, in a way of `STORED`, and open it as people would."""
    import pyarrow as pa
    from pyarrow import parquet

    unit, factor, dtype = STORED[kind]
    values = record.signal.astype(np.float64) * factor
    if dtype == "int16":
        limits = np.iinfo(np.int16)
        values = np.clip(np.rint(values), limits.min, limits.max)
    columns = {name: values[:, i].astype(dtype) for i, name in enumerate(record.leads)}
    path = folder / f"{record.name}.parquet"
    parquet.write_table(pa.table(columns), path)
    return open_record(path, fs=record.fs, unit=unit)
