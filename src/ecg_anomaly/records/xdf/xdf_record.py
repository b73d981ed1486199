"""Read the ECG stream of an XDF recording, for example of a heart strap on the Lab Streaming Layer.

The ECG is chosen among the channels of all streams by the rule for all formats. The sampling rate
and lost samples, which become gaps, are estimated from the arrival times of the samples.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.ecg_signals import LeftOut, Signal, choose_signals
from ecg_anomaly.records.lead_names import SignalKind, kind_of
from ecg_anomaly.records.read_options import AS_IT_IS, ReadOptions
from ecg_anomaly.records.resting.lead_segments import LeadSegment
from ecg_anomaly.records.resting.resting_record import RestingRecord
from ecg_anomaly.records.stored_values import RESTORE
from ecg_anomaly.records.xdf.packet_clock import PacketClock, fit_clock
from ecg_anomaly.records.xdf.xdf_chunks import XdfStream, read_layout_of_chunks
from ecg_anomaly.records.xdf.xdf_samples import read_samples_of_stream

#: Most samples, gaps included.
MAX_SAMPLES = 1 << 24

#: Types of streams that hold an ECG.
ECG_KINDS = ("ECG", "EKG")


def read_xdf(path: Path, options: ReadOptions = AS_IT_IS) -> RestingRecord:
    """Read the ECG of an XDF recording.

    Parameters
    ----------
    path : Path
        The file.
    options : ReadOptions
        Which channel must be read and which are ignored, the unit of channels that state none;
        ``strict`` refuses a file that was cut off.

    Raises
    ------
    UserError
        When pyxdf is not installed, or the file is malformed or holds no ECG.
    """
    layout = read_layout_of_chunks(path)
    if layout.damage and options.strict:
        raise UserError(path, layout.damage, RESTORE)
    streams = [stream for stream in layout.streams if stream.width and stream.chunks]
    signals = [(stream, signal) for stream in streams for signal in _describe(stream)]
    choice = choose_signals(path, [signal for _, signal in signals], options)
    stream, first = signals[choice.columns[0]]
    columns = [i for i in choice.columns if signals[i][0] is stream]
    others = [signals[i][1].name for i in choice.columns if i not in columns]
    offset = next(i for i, (owner, _) in enumerate(signals) if owner is stream)
    values, stamps, n_damaged = read_samples_of_stream(path, stream, [i - offset for i in columns])
    clock = fit_clock(stamps, stream.fs)
    values = _lay_out(path, values, clock)
    segments = [
        LeadSegment(signals[i][1].name, signals[i][1].unit, clock.fs, values[:, k])
        for k, i in enumerate(columns)
    ]
    notes = [layout.damage] if layout.damage else []
    notes += [f"{n_damaged} damaged chunks are not read"] if n_damaged else []
    notes += _describe_clock(clock, first.rate)
    record = RestingRecord(path, segments, options, tuple(notes))
    record.left_out += (*choice.left_out, *(LeftOut(name, "in another stream") for name in others))
    return record


def _describe(stream: XdfStream) -> list[Signal]:
    """Describe the channels of a stream for the choice of signals; rate 0 where none is stated."""
    fs = stream.fs if stream.fs > 0 else 0.0
    return [
        Signal(_name(stream, i, name), unit, fs) for i, (name, unit) in enumerate(stream.channels())
    ]


def _name(stream: XdfStream, index: int, name: str) -> str:
    known = name or f"{stream.name} {index + 1}".strip()
    if stream.kind in ECG_KINDS and kind_of(known) is SignalKind.UNKNOWN:
        return f"ECG {known}"
    return known


def _lay_out(path: Path, values: NDArray[np.float32], clock: PacketClock) -> NDArray[np.float32]:
    """Insert NaN, (n_samples, n_columns), where samples were lost."""
    n_samples = len(values) + int(clock.lost.sum())
    if n_samples > MAX_SAMPLES:
        rule = f"{n_samples} samples with the gaps in time"
        raise UserError(path, rule, "cut the recording at its gaps")
    if not len(clock.rows):
        return values
    placed = np.full((n_samples, values.shape[1]), np.nan, dtype=np.float32)
    shift = np.zeros(len(values), dtype=np.int64)
    shift[clock.rows] = clock.lost
    placed[np.arange(len(values)) + np.cumsum(shift)] = values
    return placed


def _describe_clock(clock: PacketClock, nominal: float) -> list[str]:
    notes = []
    if nominal and abs(clock.fs / nominal - 1) > 1e-3:
        notes.append(f"sampled at {clock.fs:.2f} Hz by the times of its samples, not {nominal:g}")
    if len(clock.rows):
        seconds = clock.lost.sum() / clock.fs
        notes.append(f"{len(clock.rows)} gaps of {seconds:.1f} s in all, where samples were lost")
    return notes
