"""Which offsets of a partition may be committed, while its streams are kept at different times."""

from dataclasses import dataclass, field


@dataclass
class _Stream:
    """Offsets of one stream: after the last message delivered, and after the last one kept."""

    partition: int
    delivered: int
    kept: int


@dataclass
class OpenOffsets:
    """Offsets of the messages that were delivered and not kept yet.

    A partition may be committed up to its first message that is not kept: all before it are not
    needed any more, whichever stream they belong to.

    Examples
    --------
    >>> offsets = OpenOffsets()
    >>> for offset, stream in enumerate(["a", "b", "a", "b"]):
    ...     offsets.deliver(stream, 0, offset)
    >>> offsets.keep("a", 3)
    >>> offsets.take_ready()  # the first message of "b" is not kept
    {0: 1}
    >>> offsets.keep("b", 4)
    >>> offsets.take_ready()
    {0: 4}
    """

    _streams: dict[str, _Stream] = field(default_factory=dict)
    _first_open: dict[str, list[int]] = field(default_factory=dict)
    _committed: dict[int, int] = field(default_factory=dict)

    def deliver(self, stream: str, partition: int, offset: int) -> None:
        """Take note of a message that was delivered; offsets of a partition ascend."""
        known = self._streams.get(stream)
        if known is None or known.partition != partition:
            known = self._streams[stream] = _Stream(partition, offset, 0)
            self._first_open[stream] = []
        known.delivered = offset + 1
        self._first_open[stream].append(offset)

    def keep(self, stream: str, offset: int) -> None:
        """Take note that the messages of a stream before an offset were kept."""
        known = self._streams.get(stream)
        if known is not None:
            known.kept = max(known.kept, offset)
            self._first_open[stream] = [o for o in self._first_open[stream] if o >= known.kept]

    def take_ready(self) -> dict[int, int]:
        """Return the offsets that may be committed now and were not returned before."""
        found: dict[int, int] = {}
        for known in self._streams.values():
            found[known.partition] = max(found.get(known.partition, 0), known.delivered)
        for stream, known in self._streams.items():
            if self._first_open[stream]:
                first = self._first_open[stream][0]
                found[known.partition] = min(found[known.partition], first)
        ready = {p: o for p, o in found.items() if o > self._committed.get(p, 0)}
        self._committed |= ready
        return ready

    def take_back(self, ready: dict[int, int]) -> None:
        """Take note that offsets could not be committed: they are ready again."""
        for partition, offset in ready.items():
            if self._committed.get(partition) == offset:
                del self._committed[partition]

    def forget(self, partitions: set[int]) -> list[str]:
        """Forget partitions that are read elsewhere now; return their streams."""
        gone = [s for s, known in self._streams.items() if known.partition in partitions]
        for stream in gone:
            del self._streams[stream], self._first_open[stream]
        for partition in partitions:
            self._committed.pop(partition, None)
        return gone
