"""Score records stored or recorded in another way, and compare with the unchanged ones."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
from scipy.signal import resample_poly

from ecg_anomaly.beats.beat_positions import match_beats
from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.detector.engine import score_recording
from ecg_anomaly.records.opening import open_record
from ecg_anomaly.records.record import Annotations, Record, StreamedRecord
from lab.robustness.recording_metrics import RecordingMetrics, ScoredRecording, evaluate_recordings

#: Name of the unchanged record.
PLAIN = "as it is"

#: Sampling rates to which records are resampled, in Hz.
RATES = (128, 250, 257, 500, 1000)

OFFSET_MV = 5.0

#: Quantisation step of a coarse recorder: 8 bits over 5 mV.
STEP_MV = 0.02

#: Largest distance in s between two detections of one beat.
WITHIN_S = 0.05

#: Resolution at which times of different sampling rates are compared, in Hz.
CLOCK_HZ = 100_000


def resample(record: Record, fs: int) -> Record:
    """Resample a record whose rate is a whole number of Hz, with its annotations."""
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
    """Keep one lead."""
    return replace(record, signal=record.signal[:, [lead]], leads=(record.leads[lead],))


def shift(record: Record, offset_mv: float) -> Record:
    """Add a constant to every lead."""
    return replace(record, signal=record.signal + np.float32(offset_mv))


def quantise(record: Record, step_mv: float) -> Record:
    """Round every sample to a multiple of a step."""
    return replace(record, signal=np.rint(record.signal / step_mv).astype(np.float32) * step_mv)


def add_lead(record: Record, sign: float) -> Record:
    """Add a lead that no window is cut from: the first one times `sign`."""
    third = np.float32(sign) * record.signal[:, :1]
    leads = (*record.leads, "unused")
    return replace(record, signal=np.hstack([record.signal, third]), leads=leads)


def signal_variants() -> dict[str, Callable[[Record], Record]]:
    """Return the changes to a record of two leads in memory, by name."""
    changes: dict[str, Callable[[Record], Record]] = {
        f"offset +{OFFSET_MV:g} mV": lambda record: shift(record, OFFSET_MV),
        f"rounded to {STEP_MV * 1000:g} µV": lambda record: quantise(record, STEP_MV),
        "a third lead that no window is cut from": lambda record: add_lead(record, 1.0),
        "the same lead turned over": lambda record: add_lead(record, -1.0),
    }
    for fs in RATES:
        changes[f"{fs} Hz"] = lambda record, fs=fs: resample(record, fs)  # type: ignore[misc]
    changes["first lead alone"] = lambda record: keep_lead(record, 0)
    changes["second lead alone"] = lambda record: keep_lead(record, 1)
    return changes


#: How a record is stored in a table: unit, stored value of 1 mV, and type of the values.
STORED = {
    "stored in V, float32 (x 1e-3)": ("V", 1e-3, "float32"),
    "stored in µV, float32 (x 1e3)": ("uV", 1e3, "float32"),
    "stored in µV, int16": ("uV", 1e3, "int16"),
}


def store_record(record: Record, folder: Path, kind: str) -> StreamedRecord:
    """Write a record as a Parquet table, in a way of `STORED`, and open it."""
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


@dataclass(frozen=True)
class Comparison:
    """Difference of two sets of decisions on one record.

    Attributes
    ----------
    n_before, n_after : int
        Beats of each.
    n_again : int
        Beats of the first that are within `WITHIN_S` of one of the second.
    n_flags : int
        Of those, flagged in only one of the two.
    n_flagged_before, n_flagged_after : int
        Flags of each, over all beats.
    n_unreadable_after : int
        Unreadable beats of the second.
    """

    n_before: int
    n_after: int
    n_again: int
    n_flags: int
    n_flagged_before: int
    n_flagged_after: int
    n_unreadable_after: int


def compare_decisions(before: BeatDecisions, after: BeatDecisions) -> Comparison:
    """Match the beats of two sets, of whatever sampling rates, and compare their flags."""
    ticks = [np.rint(d.time_s * CLOCK_HZ).astype(np.int64) for d in (before, after)]
    pair = match_beats(ticks[0], ticks[1], WITHIN_S * CLOCK_HZ)
    again = pair >= 0
    return Comparison(
        n_before=len(before),
        n_after=len(after),
        n_again=int(again.sum()),
        n_flags=int((before.anomalous[pair[again]] != after.anomalous[again]).sum()),
        n_flagged_before=int(before.anomalous.sum()),
        n_flagged_after=int(after.anomalous.sum()),
        n_unreadable_after=int((after.unreadable != "").sum()),
    )


def join_comparisons(parts: list[Comparison]) -> Comparison:
    """Add up the counts of several records."""
    return Comparison(**{k: sum(vars(p)[k] for p in parts) for k in vars(parts[0])})


@dataclass(frozen=True)
class InvarianceRow:
    """Metrics of one variant, and its difference from the unchanged records.

    Attributes
    ----------
    name : str
    metrics : RecordingMetrics
        Of whole records.
    change : Comparison
        Against the unchanged records.
    """

    name: str
    metrics: RecordingMetrics
    change: Comparison


def vary_record(record: Record, detector: Detector) -> Iterator[tuple[str, ScoredRecording]]:
    """Score an annotated record of two leads unchanged, then in every variant."""
    yield PLAIN, ScoredRecording.of(record, score_recording(detector, record, threads=1))
    with tempfile.TemporaryDirectory() as temporary:
        for name in STORED:
            table = store_record(record, Path(temporary), name)
            yield name, ScoredRecording.of(record, score_recording(detector, table, threads=1))
    for name, change in signal_variants().items():
        other = change(record)
        yield name, ScoredRecording.of(other, score_recording(detector, other, threads=1))


def evaluate_variants(
    scored: dict[str, list[ScoredRecording]], threshold: float
) -> list[InvarianceRow]:
    """Evaluate every variant; the records have the same order in each."""
    rows = []
    for name, recordings in scored.items():
        pairs = zip(scored[PLAIN], recordings, strict=True)
        changes = [compare_decisions(a.decisions, b.decisions) for a, b in pairs]
        metrics = evaluate_recordings(recordings, threshold)
        rows.append(InvarianceRow(name, metrics, join_comparisons(changes)))
    return rows
