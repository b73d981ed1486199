"""Let beats beside ventricular ones count as ventricular that are not flagged, or fusion beats.

A detector flags a beat by its score, whatever its neighbours are. Beside a ventricular beat less is
enough: a run often begins with a fusion beat, half of it still conducted, and a beat between two
ventricular ones that is more likely ventricular than not is one of them. EC57 counts fusion beats
in ventricular runs as well.
"""

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.findings.beat_batch import NORMAL, OTHER, VENTRICULAR, BeatBatch
from ecg_anomaly.findings.class_filling import ClassFiller
from ecg_anomaly.findings.class_runs import LONGEST_RR_S
from ecg_anomaly.findings.limits import FindingLimits

#: One beat before a beat is kept, and two that may have to wait for those to come.
REACH = 3


class EdgeFiller(ClassFiller):
    """Fills what is missing beside ventricular beats.

    A beat that is more likely a fusion or ventricular beat than not (``run_likely``) counts if

    * a ventricular one follows, and it is rather a fusion beat;
    * ventricular ones come before and after it, one of them as fast as a tachycardia.

    So does one whose odds of being abnormal come near those of flagged ones (``run_onset_odds``) if
    two ventricular beats follow. Those beside it have to be likely as well: where a detector is in
    doubt about every beat, one doubt bears no other out. What follows a ventricular beat is not
    filled: the beat before changes its shape. A network that knows no classes fills nothing.

    Parameters
    ----------
    limits : FindingLimits
    """

    def __init__(self, limits: FindingLimits) -> None:
        super().__init__(REACH)
        self._likely, self._most_s = limits.run_likely, 60 / limits.vt_bpm
        self._onset_score = float(np.log(limits.run_onset_odds))
        self._onset_share = limits.run_onset_share

    def _are_plain(self, beats: BeatBatch) -> bool:
        least = min(self._likely, self._onset_share)
        return not (beats.ventricular + beats.fusion >= least).any()

    def _find(self, rows: BeatBatch) -> tuple[NDArray[np.bool_], int]:
        share = rows.ventricular + rows.fusion  # NaN where not known: no comparison holds
        open_class = (rows.number == NORMAL) | (rows.number == OTHER)
        likely = open_class & (share >= self._likely)
        onset = open_class & (share >= self._onset_share) & (rows.score >= self._onset_score)
        none = np.zeros(len(rows), bool)
        if not (likely | onset).any():
            return none, 0
        ventricular = (rows.number == VENTRICULAR) & (share >= self._likely)
        near = rows.rr_s <= LONGEST_RR_S
        follows = np.append((ventricular & near)[1:], False)  # a ventricular beat comes after
        twice = follows & np.append(follows[1:], False)
        before = near & np.append(False, ventricular[:-1])
        next_s = np.append(rows.rr_s[1:], np.nan)
        fast = (rows.rr_s <= self._most_s) | (next_s <= self._most_s)
        fusion = rows.fusion > rows.ventricular
        found = (likely & follows & (fusion | (before & fast))) | (onset & twice)
        if likely[-1] or onset[-1]:
            return found, 1
        waits = len(rows) > 1 and onset[-2] and follows[-2] and not found[-2]
        return found, 2 if waits else 0
