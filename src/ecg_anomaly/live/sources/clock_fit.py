"""Fit the clock of a device: how fast it really samples, and which samples were lost.

A strap that calls itself 130 Hz samples at 130 Hz +- 2 % by a crystal of its own, sends its samples
in packets, and some of them arrive seconds late. So samples are counted, and the time that the
*device* gives a packet tells whether one is missing; when a packet arrives tells nothing.
"""

from dataclasses import dataclass

#: How far the true rate may lie from the nominal one.
TOLERANCE = 0.05

#: Seconds over which the rate is averaged.
MEMORY_S = 60.0

#: A device whose clock leaps by more s, forward or back, has had it set: that tells nothing.
LONGEST_LEAP_S = 3600.0

#: Lost packets were as long as the one after them, if what is missing is whole ones but for this
#: share of a packet.
WHOLE_SHARE = 0.15

#: A packet whose time is later than its samples tell by more than this many s, and more than this
#: share of a packet, follows on lost ones.
LEAST_GAP_S, LEAST_SHARE = 0.1, 0.5


@dataclass
class ClockFit:
    """Numbers the packets of a device by its own clock.

    Attributes
    ----------
    fs : float
        Nominal sampling rate in Hz.
    rate : float
        The rate as it is fitted.
    n_samples : int
        Samples so far, lost ones included.
    """

    fs: float
    rate: float = 0.0
    n_samples: int = 0
    _last_s: float | None = None

    def __post_init__(self) -> None:
        self.rate = self.rate or self.fs

    def place(self, last_s: float, n: int) -> int:
        """Return the number of the first sample of a packet.

        Parameters
        ----------
        last_s : float
            Time of its last sample on the clock of the device, in s. A clock that runs backwards or
            leaps, as after a restart of the device, tells nothing.
        n : int
            Its samples.

        Returns
        -------
        int
            Larger than the number of samples so far where some were lost.
        """
        elapsed_s = None if self._last_s is None else last_s - self._last_s
        self._last_s = last_s
        lost = 0
        if elapsed_s is not None and 0 < elapsed_s <= LONGEST_LEAP_S:
            expected_s = n / self.rate
            late_s = elapsed_s - expected_s
            if late_s > max(LEAST_GAP_S, LEAST_SHARE * expected_s):
                lost = self._count_lost(late_s / expected_s, n)
            else:
                self._learn(n / elapsed_s, expected_s)
        first = self.n_samples + lost
        self.n_samples = first + n
        return first

    def _count_lost(self, packets: float, n: int) -> int:
        """Return how many samples so many packets of `n` are, whole packets where they may be."""
        whole = round(packets)
        off = abs(packets - whole)
        return whole * n if whole and off < WHOLE_SHARE else round(packets * n)

    def _learn(self, rate: float, lasting_s: float) -> None:
        """Move the fitted rate towards that of a packet, by its share of `MEMORY_S`."""
        share = min(1.0, lasting_s / MEMORY_S)
        low, high = self.fs * (1 - TOLERANCE), self.fs * (1 + TOLERANCE)
        self.rate = min(max(self.rate + share * (rate - self.rate), low), high)
