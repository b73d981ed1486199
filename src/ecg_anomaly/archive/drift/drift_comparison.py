"""Compare measures of recordings with a reference, by subject, at a stated false alarm rate.

Each measure is compared by the two-sample test of Kolmogorov and Smirnov in SciPy. Its exact p
value is that of the permutation test of its statistic: the share of all assignments of the subjects
into two groups of these sizes that differ as much. Ties, as in numbers of leads, make it too large,
never too small. The p values are multiplied by the number of measures (Bonferroni), so that in at
most the stated share of comparisons of like with like any measure gives an alarm.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from ecg_anomaly.archive.drift.drift_reference import Values
from ecg_anomaly.archive.drift.recording_profile import MEASURES
from ecg_anomaly.files.errors import UserError

#: Share of comparisons of like with like that may give an alarm.
FALSE_ALARM_RATE = 0.05

#: Fewer subjects tell nothing.
FEWEST = 8


@dataclass(frozen=True)
class MeasureDrift:
    """How one measure differs.

    Attributes
    ----------
    name : str
        Key of `MEASURES`.
    p : float
        Adjusted for the number of measures.
    distance : float
        Largest difference of the two distribution functions, from 0 to 1.
    reference, site : (n,) float64
        The values by subject, ascending.
    drifts : bool
        Whether `p` is below the false-alarm rate.
    """

    name: str
    p: float
    distance: float
    reference: NDArray[np.float64]
    site: NDArray[np.float64]
    drifts: bool


def compare_values(
    reference: Values, site: Values, false_alarm_rate: float = FALSE_ALARM_RATE
) -> list[MeasureDrift]:
    """Compare two groups of subjects.

    Parameters
    ----------
    reference, site : dict of str to (n,) float64
        From `drift_reference.gather_values`.
    false_alarm_rate : float
        Share of comparisons of like with like in which some measure may drift.

    Returns
    -------
    list of MeasureDrift
        The most different one first. Measures of too few subjects are left out.

    Raises
    ------
    UserError
        When no measure has `FEWEST` subjects on both sides, or the rate is no share.
    """
    if not 0 < false_alarm_rate < 1:
        rule = f"{false_alarm_rate} is no share of comparisons"
        raise UserError("--false-alarm-rate", rule, "give a number between 0 and 1")
    names = [name for name in MEASURES if min(len(reference[name]), len(site[name])) >= FEWEST]
    if not names:
        most = max(len(values) for values in site.values())
        rule = f"{most} subjects that can be compared, fewer than {FEWEST}"
        raise UserError("drift", rule, "score more recordings, and name their subjects")
    found = [_compare(name, reference[name], site[name], len(names)) for name in names]
    drifts = [
        MeasureDrift(d.name, d.p, d.distance, d.reference, d.site, d.p < false_alarm_rate)
        for d in found
    ]
    return sorted(drifts, key=lambda d: (d.p, -d.distance))


def _compare(
    name: str, reference: NDArray[np.float64], site: NDArray[np.float64], n: int
) -> MeasureDrift:
    tested = stats.ks_2samp(reference, site, method="auto")
    p = min(1.0, float(tested.pvalue) * n)
    return MeasureDrift(name, p, float(tested.statistic), reference, site, False)


def describe_drift(found: Sequence[MeasureDrift]) -> str:
    """Say in a line what drifts.

    Examples
    --------
    >>> describe_drift([])
    'no drift: 0 measures of 0 subjects compared'
    """
    drifts = [d for d in found if d.drifts]
    n = max((len(d.site) for d in found), default=0)
    if not drifts:
        return f"no drift: {len(found)} measures of {n} subjects compared"
    said = [
        f"{d.name} {np.median(d.site):.3g} instead of {np.median(d.reference):.3g}" for d in drifts
    ]
    return f"drift in {n} subjects: {', '.join(said)}"
