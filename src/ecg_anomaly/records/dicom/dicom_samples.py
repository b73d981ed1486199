"""Read the samples of a group of DICOM waveforms, and blank padding values.

Source: DICOM PS3.3, C.10.9.1.4 to C.10.9.1.7.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.dicom.dicom_elements import DicomElements
from ecg_anomaly.records.read_options import ReadOptions
from ecg_anomaly.records.resting.lead_segments import Samples, check_n_samples
from ecg_anomaly.records.stored_values import RESTORE

if TYPE_CHECKING:
    from pydicom import Dataset

#: NumPy's type of a sample, by its bits and interpretation; other interpretations are of sound.
TYPES = {
    ("16", "SS"): "i2", ("16", "US"): "u2", ("8", "SB"): "i1", ("8", "UB"): "u1",
    ("32", "SL"): "i4", ("32", "UL"): "u4",
}  # fmt: skip

#: Most channels of a group: as many as an electrophysiological study has.
MAX_CHANNELS = 512

#: Least time in s for which a padding value that can be a sample, as 0, must be held to be padding.
HELD_S = 0.1


def read_samples(
    path: Path, elements: DicomElements, group: "Dataset", options: ReadOptions, notes: list[str]
) -> NDArray[np.integer]:
    """Read the samples of a group.

    Parameters
    ----------
    path : Path
        Named in errors.
    elements : DicomElements
        The file.
    group : Dataset
        An item of its sequence of waveforms.
    options : ReadOptions
        ``strict`` refuses a group that was cut off.
    notes : list of str
        A note on a loss is appended.

    Returns
    -------
    (n_samples, n_channels) int
        As stored; a view of the file's bytes.

    Raises
    ------
    UserError
        When the samples are not whole numbers, there are none, or there are more than `MAX_SAMPLES`
        of `ecg_anomaly.records.resting.lead_segments`.
    """
    bits = elements.text("WaveformBitsAllocated", group)
    meaning = elements.text("WaveformSampleInterpretation", group)
    if (bits, meaning) not in TYPES:
        rule = f"samples of {bits[:8]!r} bits, interpretation {meaning[:8]!r}"
        raise UserError(path, rule, "export the ECG with 16 bits")
    dtype = np.dtype(TYPES[bits, meaning])
    dtype = dtype.newbyteorder("<" if elements.little_endian else ">")
    n_channels = elements.number("NumberOfWaveformChannels", group)
    n_stated = elements.number("NumberOfWaveformSamples", group)
    if not 1 <= n_channels <= MAX_CHANNELS or n_channels % 1 or not n_stated >= 1:
        rule = f"a group of {n_channels:g} channels and {n_stated:g} samples"
        raise UserError(path, rule, RESTORE)
    raw = elements.content("WaveformData", group)
    n = int(min(n_stated, len(raw) // (dtype.itemsize * n_channels)))
    if n < n_stated:
        _note_loss(path, f"{n} of {n_stated:.0f} samples are there", options.strict or not n, notes)
    count = n * int(n_channels)
    check_n_samples(path, count)
    return np.frombuffer(raw, dtype, count).reshape(n, -1)


def _note_loss(path: Path, rule: str, refused: bool, notes: list[str]) -> None:
    if refused:
        raise UserError(path, f"truncated, {rule}", RESTORE)
    notes.append(f"cut off: {rule}")


def blank_padding(stored: NDArray[np.integer], padding: bytes, fs: float) -> Samples:
    """Return samples with NaN in place of padding, where nothing was recorded.

    Many writers state a padding value of 0, which every ECG passes through all the time. Such a
    value is padding only where it is held for `HELD_S`; an extreme value of the type always is.

    Parameters
    ----------
    stored : (n,) int
        Samples of a channel.
    padding : bytes
        The padding value as stored; of another length than a sample where none is stated.
    fs : float
        Sampling rate in Hz.

    Returns
    -------
    (n,) int or float64
        `stored` itself where nothing is padding.
    """
    if len(padding) != stored.itemsize:
        return stored
    value = int(np.frombuffer(padding, stored.dtype)[0])
    missing = stored == value
    limits = np.iinfo(stored.dtype)
    if value not in (limits.min, limits.max) or value == 0:
        missing &= _is_held(missing, max(2, HELD_S * fs) if fs > 0 else 2)
    return np.where(missing, np.nan, stored.astype(np.float64)) if missing.any() else stored


def _is_held(mask: NDArray[np.bool_], n_least: float) -> NDArray[np.bool_]:
    """Return where a mask is true for `n_least` samples or more in a row."""
    edges = np.flatnonzero(np.diff(mask, prepend=False, append=False))
    starts, lengths = edges[::2], edges[1::2] - edges[::2]
    held = np.zeros(len(mask) + 1, dtype=np.int8)
    long = lengths >= n_least
    held[starts[long]] = 1
    held[(starts + lengths)[long]] = -1
    return np.cumsum(held[:-1], dtype=np.int8) > 0
