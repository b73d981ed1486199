"""Decode the ECG frames of heart straps of the Polar kind (H10).

By the documentation of Polar's SDK (polar-ble-sdk on GitHub, "Online measurement" and technical
documents): a frame of the characteristic PMD Data begins with the type of measurement (0 is ECG),
the time of its *last* sample in ns since 2000 (8 bytes), and the type of the frame (0 for ECG).
Samples follow, three bytes each, in uV, signed, little-endian, 130 a second. Nothing here was tried
with a strap; the tests decode frames that are made by that description.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.live.sample_clock import AbsurdStream

#: Characteristics of its service for commands and for samples.
PMD_CONTROL = "fb005c81-02e7-f387-1cad-8acd2d8df0c8"
PMD_DATA = "fb005c82-02e7-f387-1cad-8acd2d8df0c8"

#: Asks for ECG: start (2) measurement 0 with sampling rate (0) of 130 Hz and resolution (1) of
#: 14 bits, one value each.
START_ECG = bytes([0x02, 0x00, 0x00, 0x01, 0x82, 0x00, 0x01, 0x01, 0x0E, 0x00])
STOP_ECG = bytes([0x03, 0x00])

#: Nominal sampling rate in Hz.
FS = 130.0

#: Bytes before the samples, bytes of a sample, and samples of a frame at most.
HEADER, WIDTH, MOST_SAMPLES = 10, 3, 2000

ECG, UV_FRAME = 0, 0

#: A step by more mV within a sample is no ECG; the range of the strap's converter is narrower.
LARGEST_MV = 30.0


@dataclass(frozen=True)
class EcgFrame:
    """A frame.

    Attributes
    ----------
    last_s : float
        Time of its last sample in s, on the clock of the strap.
    signal : (n, 1) float32
        In mV.
    """

    last_s: float
    signal: NDArray[np.float32]


def decode_frame(frame: bytes) -> EcgFrame:
    """Decode a frame.

    Raises
    ------
    AbsurdStream
        When it is none of ECG, or cut off.

    Examples
    --------
    >>> frame = decode_frame(bytes(9) + bytes([0]) + (500).to_bytes(3, "little"))
    >>> frame.last_s, frame.signal.tolist()
    (0.0, [[0.5]])
    """
    n, rest = divmod(len(frame) - HEADER, WIDTH)
    if n < 1 or rest or n > MOST_SAMPLES:
        raise AbsurdStream(f"a frame of {len(frame)} bytes, which is none")
    if frame[0] != ECG or frame[9] != UV_FRAME:
        raise AbsurdStream(f"a frame of type {frame[0]}/{frame[9]}, which is no ECG")
    parts = np.frombuffer(frame, np.uint8, offset=HEADER).reshape(n, WIDTH).astype(np.int32)
    value = parts[:, 0] | parts[:, 1] << 8 | parts[:, 2] << 16
    value -= (value >= 1 << 23) * (1 << 24)  # the sign of 24 bits
    signal = (value / 1000).astype(np.float32)
    signal[np.abs(signal) > LARGEST_MV] = np.nan
    return EcgFrame(int.from_bytes(frame[1:9], "little") / 1e9, signal[:, None])
