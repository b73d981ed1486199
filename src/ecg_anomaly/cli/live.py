"""The command ``ecg-anomaly live``: monitor running ECGs until they end or it is stopped."""

import hashlib
import platform
import signal
import sys
import threading
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager

from threadpoolctl import threadpool_limits

from ecg_anomaly import NOT_A_DEVICE
from ecg_anomaly.cli.detector_choice import DetectorChoice, find_detector
from ecg_anomaly.cli.live_options import check_live_numbers
from ecg_anomaly.cli.output_lines import print_line
from ecg_anomaly.detector.detector_stream import DetectorStream
from ecg_anomaly.detector.pretrained import PRETRAINED
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.files.garbage_collection import rare_full_collections
from ecg_anomaly.files.stop_signals import SIGNALS
from ecg_anomaly.findings.limits import FindingLimits, read_limits
from ecg_anomaly.live.alarm_settings import AlarmSettings, read_alarm_settings
from ecg_anomaly.live.beat_scorer import MakeBeatStream
from ecg_anomaly.live.keeper import Keeper
from ecg_anomaly.live.live_engine import LiveEngine
from ecg_anomaly.live.outputs.event_store import EventStore
from ecg_anomaly.live.outputs.follower import Follower
from ecg_anomaly.live.outputs.output_words import open_output
from ecg_anomaly.live.outputs.printed_events import PrintedEvents
from ecg_anomaly.live.sources.pushed_source import PushedSource
from ecg_anomaly.live.sources.source_words import open_source


def monitor_all(options: Namespace) -> int:
    """Monitor the sources named on the command line; print events as lines of JSON.

    Parameters
    ----------
    options : argparse.Namespace
        From `ecg_anomaly.cli.live_options`.

    Returns
    -------
    int
        Exit status: 0, or 1 when a source failed.

    Raises
    ------
    UserError
        When nothing can be monitored at all.
    """
    check_live_numbers(options)
    defaults = {"fs": options.fs, "unit": options.unit}
    known = {key: value for key, value in defaults.items() if value is not None}
    sources = [open_source(word, known) for word in options.sources]
    limits = read_limits(options.findings) if options.findings else FindingLimits()
    settings = read_alarm_settings(options.alarms) if options.alarms else AlarmSettings()
    with find_detector(options.detector) as folder:
        name, threshold, rate = options.detector, options.threshold, options.false_alarm_rate
        choice = DetectorChoice(folder, name or PRETRAINED, threshold, rate, options.lead)
        make, digest = _load(choice)
    maker = hashlib.sha256(repr((digest, choice.lead, limits, settings)).encode()).hexdigest()
    words = repr((platform.node(), options.sources, options.output))
    store = EventStore(options.store, hashlib.sha256(words.encode()).hexdigest()[:32])
    keeper = Keeper(store, maker, settings, options.snapshot, _say)
    printed = PrintedEvents(sys.stdout, lambda line: print_line(line, sys.stdout))
    engine = LiveEngine(sources, make, limits, settings, printed.print_events, keeper)
    keeper.print_missed(printed.print_missed)
    pushed = next((source for source in sources if isinstance(source, PushedSource)), None)
    if pushed and not (options.open or options.serve):
        raise UserError("websocket:", "nobody can send to it", "add --serve")
    with ExitStack() as stack:
        stack.enter_context(closing(store))
        for word in options.output:
            stack.enter_context(Follower(store, open_output(word, store, _say), _say))
        stack.enter_context(_served(options, engine, pushed))
        stack.enter_context(_stopped_by_signals(engine))
        stack.enter_context(rare_full_collections())
        # Threads of BLAS would wait in a busy loop: a quarter of the processor time.
        stack.enter_context(threadpool_limits(1, "blas"))
        failed = engine.run()
    for error in failed:
        print_line(f"error: {error}", sys.stderr)
    print_line(NOT_A_DEVICE, sys.stderr)
    return 1 if failed else 0


def _say(line: str) -> None:
    print_line(line, sys.stderr)


@contextmanager
def _stopped_by_signals(engine: LiveEngine) -> Iterator[None]:
    """Let Ctrl-C and ``kill`` end the engine, which keeps what it knows, instead of the process."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    former = {number: signal.getsignal(number) for number in SIGNALS}
    try:
        for number in SIGNALS:
            signal.signal(number, lambda *_: engine.stop())
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def _load(choice: DetectorChoice) -> tuple[MakeBeatStream, str]:
    detector = choice.load()
    digest = str(choice.describe(detector.threshold)["id"])

    def make(fs: float, leads: Sequence[str], name: str) -> DetectorStream:
        return DetectorStream(detector, fs, tuple(leads), "mV", choice.lead, name, digest)

    return make, f"{digest} {detector.threshold}"


@contextmanager
def _served(options: Namespace, engine: LiveEngine, pushed: PushedSource | None) -> Iterator[None]:
    """Serve the page while the block runs, if it is asked for."""
    if not (options.open or options.serve):
        yield
        return
    from ecg_anomaly.live.page_service import serve_page

    address = options.host, options.port, options.token_file
    with serve_page(engine, *address, pushed) as url:
        print_line(f"page: {url}", sys.stderr)
        if options.open:
            import webbrowser

            webbrowser.open(url)
        yield
