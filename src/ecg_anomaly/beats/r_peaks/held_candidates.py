"""Hold the candidates of a recording in progress, and say which of them are final beats."""

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.r_peaks.beat_choice import CHOICE_BACK_S, BeatChoice
from ecg_anomaly.beats.r_peaks.candidate_judge import CandidateJudge
from ecg_anomaly.beats.r_peaks.candidates import Candidates, join_candidates

#: No R peaks: one array for all pieces without any, which nobody may change.
NO_PEAKS = np.zeros(0, np.int64)
NO_PEAKS.flags.writeable = False

#: More new candidates than this are compared all at once, which is faster then.
MOST_ONE_BY_ONE = 8

#: Candidates are joined to those before, and old ones dropped, when these many have come.
MOST_APART = 32


class HeldCandidates:
    """The last candidates of a recording: those in doubt, and those that later ones depend on.

    Nearly every candidate is a beat, or none, by those before it: then it is final at once.
    Otherwise `choose_beats_together` compares all that are held.

    Parameters
    ----------
    rate : float
        Sampling rate of the candidates in Hz.

    Attributes
    ----------
    latest : int
        The last R peak that was final, -1 before the first.
    n_open : int
        How many candidates, the last ones, are not final.
    recheck : float
        See `BeatChoice`; infinite when all are final.
    """

    def __init__(self, rate: float) -> None:
        self._rate, self._joined = rate, Candidates.none()
        self._apart = list[Candidates]()  # those after the joined ones, all of them final
        self.latest, self.n_open, self.recheck = -1, 0, np.inf
        self._judge: CandidateJudge | None = CandidateJudge(rate)

    def add(self, new: Candidates, stop: int, last: bool) -> NDArray[np.int64] | None:
        """Add the candidates up to a sample.

        Parameters
        ----------
        new : Candidates
            In order, after those before; mostly none.
        stop : int
            The sample.
        last : bool
            True when no more candidates will come.

        Returns
        -------
        (n_beats,) int64 or None
            The R peaks that are final by that; None when beats must be chosen, see `take`.
        """
        if not len(new):
            return None if stop > self.recheck or last else NO_PEAKS
        sure = self._judge_alone(new)
        self._apart.append(new)
        if sure is None or last:
            self.n_open += len(new)
            return None
        if len(self._apart) > MOST_APART:
            self._forget(stop)
        found = new.r_peak[sure]
        self.latest = int(found[-1]) if len(found) else self.latest
        return found

    def _judge_alone(self, new: Candidates) -> NDArray[np.bool_] | None:
        """Mark the beats among new candidates; None where they must be compared with others."""
        if len(new) > MOST_ONE_BY_ONE:
            self._judge = None
            return None
        if self._judge is None:
            self._judge = CandidateJudge(self._rate)
            self._judge.judge(self.join())
        sure, doubted = self._judge.judge(new)
        return None if doubted or self.n_open else np.array(sure)

    def take(self, choice: BeatChoice, stop: int) -> NDArray[np.int64]:
        """Return the R peaks that are final by a choice among all held candidates, up to `stop`."""
        held = self.join()
        done = len(held) - self.n_open
        ready = slice(done, max(done, choice.n_final))
        found = held.r_peak[ready][choice.found[ready]]
        self.latest = int(found[-1]) if len(found) else self.latest
        self.n_open, self.recheck = len(held) - ready.stop, choice.recheck
        self._forget(min(stop, int(held.sample[ready.stop])) if self.n_open else stop)
        return found

    @property
    def first_open(self) -> int | None:
        """R peak of the first candidate that is not final."""
        return int(self.join().r_peak[-self.n_open]) if self.n_open else None

    def join(self) -> Candidates:
        """Return all candidates that are held."""
        if self._apart:
            self._joined = join_candidates([self._joined, *self._apart])
            self._apart = []
        return self._joined

    def _forget(self, first: int) -> None:
        """Drop the candidates that no candidate from a sample on depends on."""
        held = self.join()
        old = int(held.sample.searchsorted(first - CHOICE_BACK_S * self._rate))
        self._joined = held.select(slice(old, None))

    def restore(self, held: Candidates, n_done: int, latest: int, recheck: float) -> None:
        """Go on from a state: the candidates that were held, the first `n_done` of them final."""
        self._joined, self._apart, self._judge = held, [], None
        self.latest, self.n_open, self.recheck = latest, len(held) - n_done, recheck
