"""What one process of ``ecg-anomaly live`` monitors with: detector, limits, store."""

import hashlib
import platform
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from functools import partial

from threadpoolctl import threadpool_limits

from ecg_anomaly.cli.detector_choice import DetectorChoice, find_detector
from ecg_anomaly.cli.output_lines import print_line, printing_alone
from ecg_anomaly.detector.detector_stream import DetectorStream
from ecg_anomaly.detector.pretrained import PRETRAINED
from ecg_anomaly.files.process_memory import keep_freed_memory, rare_full_collections
from ecg_anomaly.findings.limits import FindingLimits, read_limits
from ecg_anomaly.live.alarm_settings import AlarmSettings, read_alarm_settings
from ecg_anomaly.live.beat_scorer import MakeBeatStream
from ecg_anomaly.live.keeper import Keeper
from ecg_anomaly.live.live_engine import LiveEngine
from ecg_anomaly.live.outputs.event_store import EventStore
from ecg_anomaly.live.outputs.printed_events import PrintedEvents
from ecg_anomaly.live.sources.source import Source

#: Bytes of an array whose memory goes back to the system when it is freed: more than the arrays of
#: a round, less than a snapshot. Those come and go between what is kept, and left holes of 0.5 MB a
#: stream.
RETURNED_BYTES = 256 << 10


class LiveSetup:
    """What a process monitors with, as the options of the command say.

    Parameters
    ----------
    options : argparse.Namespace
        From `ecg_anomaly.cli.live_options`.
    number : int
        Of the process, where several monitor: each passes on the events that it has kept.

    Attributes
    ----------
    store : EventStore
        Open; to be closed by whoever made this.

    Raises
    ------
    UserError
        When the detector, a file of settings or the store cannot be used.
    """

    def __init__(self, options: Namespace, number: int = 0) -> None:
        self._options = options
        limits = read_limits(options.findings) if options.findings else FindingLimits()
        settings = read_alarm_settings(options.alarms) if options.alarms else AlarmSettings()
        self._limits, self._settings = limits, settings
        with find_detector(options.detector) as folder:
            name, threshold, rate = options.detector, options.threshold, options.false_alarm_rate
            choice = DetectorChoice(folder, name or PRETRAINED, threshold, rate, options.lead)
            self._make, digest = _load(choice)
        words = repr((digest, choice.lead, limits, settings))
        self._maker = hashlib.sha256(words.encode()).hexdigest()
        self.store = EventStore(options.store, self.name_process(number))
        self._printed = PrintedEvents(sys.stdout, partial(_print_event, options.workers > 1))

    def name_process(self, number: int) -> str:
        """Return the name under which a process keeps events: the same after a restart."""
        words = [platform.node(), self._options.sources, self._options.output, number]
        text = repr(tuple(words if number else words[:-1]))
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def make_keeper(self, store: EventStore) -> Keeper:
        """Make what keeps events and streams in a store."""
        return Keeper(store, self._maker, self._settings, self._options.snapshot, say)

    def make_engine(self, sources: Sequence[Source]) -> LiveEngine:
        """Make the engine that monitors some sources in this process."""
        printed, keeper = self._printed.print_events, self.make_keeper(self.store)
        return LiveEngine(sources, self._make, self._limits, self._settings, printed, keeper)

    def print_missed(self, n: int) -> None:
        """Print what n processes had kept and not printed when they were killed."""
        for number in range(n):
            keeper = self.make_keeper(self.store.of(self.name_process(number)))
            keeper.print_missed(self._printed.print_missed)


def say(line: str) -> None:
    """Say a line to whoever started the command."""
    print_line(line, sys.stderr)


def _print_event(shared: bool, line: str) -> None:
    """Print an event; that a full disk, as standard output, took it and all later ones is said."""
    with printing_alone(sys.stdout) if shared else nullcontext():
        reason = print_line(line, sys.stdout)
    if reason and sys.stdout is not None:
        say(f"error: standard output: {reason}; what is lost there is kept in the store")


@contextmanager
def opened_engine(
    options: Namespace, sources: Sequence[Source], number: int
) -> Iterator[LiveEngine]:
    """Give the engine of a process; see `LiveSetup`."""
    setup = LiveSetup(options, number)
    with closing(setup.store), settled_process():
        yield setup.make_engine(sources)


@contextmanager
def settled_process() -> Iterator[None]:
    """Have nothing take processor time or memory that monitoring can do without."""
    keep_freed_memory(RETURNED_BYTES)
    # Threads of BLAS would wait in a busy loop: a quarter of the processor time.
    with rare_full_collections(), threadpool_limits(1, "blas"):
        yield


def _load(choice: DetectorChoice) -> tuple[MakeBeatStream, str]:
    detector = choice.load()
    digest = str(choice.describe(detector.threshold)["id"])

    def make(fs: float, leads: Sequence[str], name: str) -> DetectorStream:
        return DetectorStream(detector, fs, tuple(leads), "mV", choice.lead, name, digest)

    return make, f"{digest} {detector.threshold}"
