"""Put the samples of a stream in order: repeated ones are dropped, missing ones become NaN."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.live.sources.source import SampleBlock

#: Seconds of later signal for which a block that is missing is waited for, and blocks that are
#: held meanwhile, at most.
PATIENCE_S, MOST_HELD = 2.0, 64

#: The longest gap in s that is filled; a stream with a longer one is closed.
LONGEST_GAP_S = 3600.0

#: Seconds of a gap that are made at a time.
PIECE_S = 10.0


class AbsurdStream(Exception):  # noqa: N818 - no error of this program
    """Samples that cannot be an ECG, or not one of the stream that they name; why, for people."""


@dataclass
class SampleClock:
    """The order of the samples of one stream.

    Attributes
    ----------
    n_leads : int
    fs : float
        Sampling rate in Hz.
    origin : int or None
        Number that the source gave the first sample; None before it came.
    next : int
        Samples taken so far: the number of the next one, counted from 0.
    repeated, filled : int
        Samples that were dropped since they had come before, and that never came.
    position : str
        Of the last block that was taken whole, for the source to go on from.
    """

    n_leads: int
    fs: float
    origin: int | None = None
    next: int = 0
    repeated: int = 0
    filled: int = 0
    position: str = ""
    _held: list[SampleBlock] = field(default_factory=list)

    def accept(self, block: SampleBlock) -> Iterator[NDArray[np.float32]]:
        """Take a block; yield what follows on the samples so far, (n, n_leads) each.

        Raises
        ------
        AbsurdStream
            When its leads are others, or it lies too far ahead.
        """
        if block.values.ndim != 2 or block.values.shape[1] != self.n_leads:
            raise AbsurdStream(f"samples of {block.values.shape[-1]} leads, not {self.n_leads}")
        if block.start is None:
            yield from self._release()
            yield self._take(block, 0)
            return
        if self.origin is None:
            self.origin = block.start - self.next
        if not self._held and block.start - self.origin == self.next:  # as nearly always
            yield self._take(block, 0)
            return
        if block.start - self.origin - self.next > LONGEST_GAP_S * self.fs:
            raise AbsurdStream(f"its sample numbers leap to {block.start}")
        self._held.append(block)
        self._held.sort(key=lambda b: b.start or 0)
        yield from self._follow()
        while self._held and self._waited_enough():
            yield from self._fill(self._place(self._held[0]))
            yield from self._follow()

    def _place(self, block: SampleBlock) -> int:
        return (block.start or 0) - (self.origin or 0)

    def _follow(self) -> Iterator[NDArray[np.float32]]:
        """Yield the held blocks that follow on without a gap."""
        while self._held and self._place(self._held[0]) <= self.next:
            block = self._held.pop(0)
            again = min(self.next - self._place(block), len(block.values))
            self.repeated += again
            if again < len(block.values):
                yield self._take(block, again)

    def _take(self, block: SampleBlock, first: int) -> NDArray[np.float32]:
        self.next += len(block.values) - first
        self.position = block.position or self.position
        return block.values[first:]

    def _waited_enough(self) -> bool:
        last = self._held[-1]
        ahead = self._place(last) + len(last.values) - self.next
        return ahead > PATIENCE_S * self.fs or len(self._held) > MOST_HELD

    def _fill(self, until: int) -> Iterator[NDArray[np.float32]]:
        size = max(1, round(PIECE_S * self.fs))
        while self.next < until:
            n = min(size, until - self.next)
            self.next, self.filled = self.next + n, self.filled + n
            yield np.full((n, self.n_leads), np.nan, np.float32)

    def skip(self, lasting_s: float) -> Iterator[NDArray[np.float32]]:
        """Yield missing samples for so many s, an hour at most: nobody counted what was lost."""
        yield from self._release()
        yield from self._fill(self.next + round(min(lasting_s, LONGEST_GAP_S) * self.fs))

    def _release(self) -> Iterator[NDArray[np.float32]]:
        while self._held:
            yield from self._fill(self._place(self._held[0]))
            yield from self._follow()

    def finish(self) -> Iterator[NDArray[np.float32]]:
        """Yield what is still held: nothing more comes."""
        yield from self._release()
