"""Move the windows of beats so that the R peak of one of their leads stands where R peaks do."""

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.beats.r_peaks.placing import place_r_peaks


def align_windows(waveform: NDArray[np.float32], window: BeatWindow) -> NDArray[np.float32]:
    """Align windows on their first lead.

    R peaks are placed on the first lead of a recording that is clear. The largest deflection of
    another lead stands some milliseconds beside it, always to the same side. When R peaks go from
    one lead to the other, windows that are cut around them no longer fit those cut before.

    Parameters
    ----------
    waveform : (n, window, n_leads) float32
        In mV.
    window : BeatWindow

    Returns
    -------
    (n, window, n_leads) float32
        The same windows, moved by whole samples; the edge repeats at the end that is uncovered.

    Examples
    --------
    A peak two samples late is moved to the sample of R peaks, 42.

    >>> window = BeatWindow(fs=120.0, before_s=0.35, after_s=0.45)
    >>> waveform = np.zeros((1, 96, 1), np.float32)
    >>> waveform[0, 44] = 1.0
    >>> int(align_windows(waveform, window)[0, :, 0].argmax())
    42
    """
    n, size = waveform.shape[:2]
    if not n:
        return waveform
    # Windows laid end to end: what is looked at for a peak lies within its own window.
    lead, centre = waveform[:, :, 0].ravel(), np.arange(n) * size + window.r_peak
    moved = np.rint(place_r_peaks(lead, centre, window.fs)).astype(np.intp)
    index = np.clip(np.arange(size) + moved[:, None], 0, size - 1)
    return np.take_along_axis(waveform, index[:, :, None], axis=1)
