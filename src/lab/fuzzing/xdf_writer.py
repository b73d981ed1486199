"""Write XDF recordings, for tests and to be damaged."""

import struct
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.records.xdf.xdf_chunks import BOUNDARY

#: Names of number formats in XDF by NumPy's type.
FORMATS = {
    "int8": "i1", "int16": "<i2", "int32": "<i4", "int64": "<i8", "float32": "<f4",
    "double64": "<f8",
}  # fmt: skip


def write_chunk(tag: int, content: bytes) -> bytes:
    """Return a chunk, its length in as few bytes as there is room for."""
    length = len(content) + 2
    size = struct.pack("<BB", 1, length) if length < 256 else struct.pack("<BI", 4, length)
    return size + struct.pack("<H", tag) + content


def write_header(
    number: int,
    channels: Mapping[str, str],
    fs: float = 130.0,
    kind: str = "ECG",
    number_format: str = "float32",
    name: str = "strap",
) -> bytes:
    """Return the chunk that describes a stream.

    Parameters
    ----------
    number : int
        Of the stream.
    channels : mapping of str to str
        Unit of each channel by its name.
    fs : float
        Nominal sampling rate in Hz, 0 for none.
    kind, number_format, name : str
        What the stream says of itself.
    """
    rows = "".join(
        f"<channel><label>{label}</label><unit>{unit}</unit></channel>"
        for label, unit in channels.items()
    )
    text = (
        f'<?xml version="1.0"?><info><name>{name}</name><type>{kind}</type>'
        f"<channel_count>{len(channels)}</channel_count><nominal_srate>{fs:g}</nominal_srate>"
        f"<channel_format>{number_format}</channel_format>"
        f"<desc><channels>{rows}</channels></desc></info>"
    )
    return write_chunk(2, struct.pack("<I", number) + text.encode())


def write_packet(
    number: int, values: NDArray[np.generic], stamps: Sequence[float | None], n: int | None = None
) -> bytes:
    """Return a chunk of samples.

    Parameters
    ----------
    number : int
        Of the stream.
    values : (n_samples, n_channels)
        Of the type that the stream states.
    stamps : sequence of float or None
        When each sample arrived; None for samples that follow the one before.
    n : int, optional
        Number of samples that the chunk states instead of the true one.
    """
    count = len(values) if n is None else n
    rows = [
        (b"\0" if stamp is None else struct.pack("<Bd", 8, stamp)) + row.tobytes()
        for stamp, row in zip(stamps, values, strict=True)
    ]
    return write_chunk(3, struct.pack("<IBI", number, 4, count) + b"".join(rows))


def write_xdf(chunks: Sequence[bytes]) -> bytes:
    """Return a recording of chunks."""
    start = write_chunk(1, b'<?xml version="1.0"?><info><version>1.0</version></info>')
    return b"".join([b"XDF:", start, *chunks, write_chunk(5, BOUNDARY)])


def write_strap(
    values: NDArray[np.generic], fs: float = 130.0, size: int = 73, start_s: float = 600.0
) -> bytes:
    """Return a recording of one lead in µV, sent a packet at a time as a heart strap does.

    Parameters
    ----------
    values : (n,)
        Amplitudes in µV.
    fs : float
        Sampling rate in Hz, nominal and true.
    size : int
        Samples of a packet, all of which arrive when the last one was recorded.
    start_s : float
        Time of the first sample.
    """
    rows = values.astype("<f4").reshape(-1, 1)
    packets = [
        write_packet(1, part, [start_s + (i + len(part)) / fs] * len(part))
        for i in range(0, len(rows), size)
        for part in (rows[i : i + size],)
    ]
    return write_xdf([write_header(1, {"ECG": "microvolts"}, fs), *packets])
