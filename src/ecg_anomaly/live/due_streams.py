"""Score waiting samples of all streams together, and let each stream have its turn."""

from collections.abc import Iterator

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.live.admitted_stream import AdmittedStream
from ecg_anomaly.live.beat_scorer import push_together
from ecg_anomaly.live.events import Event
from ecg_anomaly.live.sources.source import SampleBlock


class DueStreams:
    """Collects the samples of streams until they are scored."""

    def __init__(self) -> None:
        self._due: dict[str, AdmittedStream] = {}
        self._failed: list[tuple[AdmittedStream, UserError]] = []

    def take_failed(self) -> list[tuple[AdmittedStream, UserError]]:
        """Return the streams that could not be scored, each once, and why; none of them waits."""
        failed, self._failed = self._failed, []
        return failed

    def collect(self, stream: AdmittedStream, block: SampleBlock) -> list[Event]:
        """Take a block of a stream; return what is to be said of missing and repeated samples.

        Raises
        ------
        AbsurdStream
            When the stream is to be closed; what came before the block waits to be scored.
        """
        self._due[stream.name] = stream
        return stream.collect(block)

    def score(self) -> Iterator[tuple[AdmittedStream, list[Event]]]:
        """Score what waits.

        Yields
        ------
        (AdmittedStream, list of Event)
            A stream, turn by turn, and the events that it makes known.
        """
        due = list(self._due.values())
        self._due.clear()
        while due := [stream for stream in due if stream.turns]:
            turns = [stream.turns.popleft() for stream in due]
            pairs = [(s.patient.beats, turn) for s, turn in zip(due, turns, strict=True)]
            for stream, turn, made in zip(due, turns, push_together(pairs), strict=True):
                if isinstance(made, UserError):
                    stream.turns.clear()
                    self._failed.append((stream, made))
                else:
                    yield stream, stream.patient.complete_turn(turn, made)
