"""Remember the peaks and troughs of a recording in progress that may be clipped."""

from collections.abc import Iterable

from ecg_anomaly.beats.clipping import RAIL_TOPS, top_reach


class StreamTops:
    """Tops of a recording in progress, so that each piece of signal is looked through once.

    Hardly any signal is clipped, and fewer than `RAIL_TOPS` tops on a lead are no clipping. Tops
    can be found again in the signal, so no snapshot holds them.
    """

    def __init__(self) -> None:
        self._until = 0
        self._tops: dict[int, set[int]] = {}

    def unseen_from(self, first: int, fs: float) -> int:
        """Return from which sample on tops are to be looked for.

        Parameters
        ----------
        first : int
            No top before this sample matters, now or later.
        fs : float
            Sampling rate in Hz.
        """
        return max(first, self._until - top_reach(fs))

    def add(self, tops: Iterable[tuple[int, int]], until: int) -> None:
        """Add those that were found from `unseen_from` on.

        Parameters
        ----------
        tops : iterable of (int, int)
            Lead and first sample of each. A few that are none do no harm.
        until : int
            Samples of the recording so far.
        """
        for lead, sample in tops:
            self._tops.setdefault(lead, set()).add(sample)
        self._until = until

    def are_few(self, first: int) -> bool:
        """Tell whether so few tops are known from a sample on that none can be clipped."""
        if not self._tops:
            return True
        later = {lead: {s for s in held if s >= first} for lead, held in self._tops.items()}
        self._tops = {lead: held for lead, held in later.items() if held}
        return all(len(held) < RAIL_TOPS for held in self._tops.values())
