"""EDF files made for tests, byte by byte where edfio would refuse to."""

from pathlib import Path

import edfio
import numpy as np

from ecg_anomaly.records.edf.edf_fields import FILE_FIELDS, SIGNAL_FIELDS
from ecg_anomaly.records.edf.edf_header import ANNOTATIONS, read_edf_header


def write_edf(path: Path, signals: dict[str, np.ndarray], fs: float = 256.0, **kwargs) -> Path:
    """Write signals in µV by their labels, data records of a second."""
    synthetic = [
        edfio.EdfSignal(x, fs, label=name, physical_dimension="uV", physical_range=(-3000, 3000))
        for name, x in signals.items()
    ]
    edfio.Edf(synthetic, data_record_duration=1, **kwargs).write(path)
    return path


def replace_field(path: Path, name: str, text: str, signal: int | None = None) -> None:
    """Put other text into a field of the header, all of it or that of one signal."""
    content = bytearray(path.read_bytes())
    fields, count, start = (FILE_FIELDS, 1, 0)
    if signal is not None:
        fields, count, start = SIGNAL_FIELDS, int(content[252:256]), 256
    for field, width in fields.items():
        if field == name:
            at = start + width * (signal or 0)
            content[at : at + width] = text.encode("latin-1").ljust(width)
            path.write_bytes(content)
            return
        start += count * width
    raise KeyError(name)


def replace_onsets(path: Path, onsets: list[str]) -> None:
    """Make a file an interrupted one whose data records begin at the given times."""
    replace_field(path, "reserved", "EDF+D")
    header = read_edf_header(path)
    notes = next(signal for signal in header.signals if signal.label in ANNOTATIONS)
    content = bytearray(path.read_bytes())
    for i, onset in enumerate(onsets):
        start = header.n_bytes + 2 * (i * header.record_samples + notes.offset)
        text = f"{onset}\x14\x14\x00".encode()
        assert len(text) <= 2 * notes.per_record
        content[start : start + 2 * notes.per_record] = text.ljust(2 * notes.per_record, b"\0")
    path.write_bytes(content)
