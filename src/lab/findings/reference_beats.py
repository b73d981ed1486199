"""Tell whether the beats of a reference bear a critical finding out that its rhythms do not name.

The Creighton database names ventricular fibrillation alone, and marks every beat; the beats tell
how fast the heart went. What they bear out: an asystole by an interval as long, an extreme rate by
beats in a row beyond the limit, and fibrillation, flutter or ventricular tachycardia by five beats
in a row at a rate of `FLUTTER_BPM` or more, or by ventricular beats that are a tachycardia.
"""

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.findings.limits import FindingLimits

#: Reference beats may lie so far outside of a finding, in s: an R peak can be found on a T wave.
EDGE_S = 0.35

#: Rates may miss a limit by this share: R peaks are marked by hand, and the record counts samples.
SHARE = 0.03

#: Beats in a row at this rate a minute, without clear QRS complexes or ventricular ones, flutter.
FLUTTER_BPM, FLUTTER_BEATS = 140.0, 5


def bear_out(
    kind: str,
    span: tuple[float, float],
    beat_s: NDArray[np.float64],
    ventricular: NDArray[np.bool_],
    limits: FindingLimits,
) -> bool:
    """Tell whether reference beats bear out a finding.

    Parameters
    ----------
    kind : str
        Of a critical finding.
    span : (float, float)
        Its start and end in s.
    beat_s, ventricular : (n,) float64, (n,) bool
        All beats of the reference, and whether each is a ventricular one.
    limits : FindingLimits
    """
    start_s, end_s = span[0] - EDGE_S, span[1] + EDGE_S
    inside = (beat_s >= start_s) & (beat_s <= end_s)
    times, fast = beat_s[inside], 1 / (1 - SHARE)
    if kind == "asystole":
        gaps = np.diff(np.concatenate([[span[0]], times, [span[1]]]))
        return bool(gaps.max() >= limits.asystole_s - EDGE_S)
    if kind == "extreme_bradycardia":
        least_s = (1 - SHARE) * 60 / limits.brady_bpm
        return _has_row(np.diff(times) >= least_s, limits.brady_beats - 1)
    if kind == "extreme_tachycardia":
        return _is_fast(times, limits.tachy_beats - 1, fast * 60 / limits.tachy_bpm)
    runs = ventricular[inside]
    quick = (np.diff(times) <= fast * 60 / limits.vt_bpm) & runs[1:] & runs[:-1]
    flutters = _is_fast(times, FLUTTER_BEATS - 1, fast * 60 / FLUTTER_BPM)
    return flutters or _has_row(quick, limits.vt_beats - 1)


def _is_fast(times: NDArray[np.float64], n: int, most_s: float) -> bool:
    """Tell whether the mean of n intervals in a row is so short."""
    return bool((times[n:] - times[:-n] <= n * most_s).any()) if len(times) > n else False


def _has_row(holds: NDArray[np.bool_], n: int) -> bool:
    if len(holds) < n:
        return False
    return bool(np.lib.stride_tricks.sliding_window_view(holds, n).all(axis=1).any())
