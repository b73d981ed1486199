"""The command ``ecg-anomaly live``: monitor running ECGs until they end or it is stopped."""

import signal
import sys
import threading
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from functools import partial

from ecg_anomaly import NOT_A_DEVICE
from ecg_anomaly.cli.live_options import MOST_WORKERS, check_live_numbers
from ecg_anomaly.cli.live_setup import LiveSetup, opened_engine, say, settled_process
from ecg_anomaly.cli.output_lines import print_line
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.files.stop_signals import SIGNALS
from ecg_anomaly.live.outputs.follower import Follower
from ecg_anomaly.live.outputs.output_words import open_output
from ecg_anomaly.live.page_service import Monitoring
from ecg_anomaly.live.sources.pushed_source import PushedSource
from ecg_anomaly.live.sources.source import Source
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
    pushed = next((source for source in sources if isinstance(source, PushedSource)), None)
    if pushed and not (options.open or options.serve):
        raise UserError("websocket:", "nobody can send to it", "add --serve")
    setup = LiveSetup(options)
    with ExitStack() as stack:
        stack.enter_context(closing(setup.store))
        monitoring = _choose_monitoring(options, setup, sources)
        _follow(options, setup, stack)
        stack.enter_context(_served(options, monitoring, pushed))
        stack.enter_context(_stopped_by_signals(monitoring))
        stack.enter_context(settled_process())
        failed = monitoring.run()
    for error in failed:
        print_line(f"error: {error}", sys.stderr)
    print_line(NOT_A_DEVICE, sys.stderr)
    return 1 if failed else 0


def _choose_monitoring(
    options: Namespace, setup: LiveSetup, sources: Sequence[Source]
) -> Monitoring:
    """Return what monitors, in this process or in several."""
    setup.print_missed(MOST_WORKERS)  # by however many processes it was kept
    if options.workers == 1:
        return setup.make_engine(sources)
    from ecg_anomaly.live.workers.shared_monitoring import SharedMonitoring

    open_engine, resume = partial(opened_engine, options), setup.make_keeper(setup.store).resume
    return SharedMonitoring(sources, open_engine, options.workers, resume)


def _follow(options: Namespace, setup: LiveSetup, stack: ExitStack) -> None:
    """Pass what each process keeps on to the other outputs, until the block ends."""
    stores = [setup.store.of(setup.name_process(number)) for number in range(options.workers)]
    followers = [
        Follower(store, open_output(word, store, say), say)
        for word in options.output
        for store in stores
    ]
    for follower in followers:
        stack.enter_context(follower)
    for follower in followers:
        stack.callback(follower.stop)  # all of them, before the first is waited for


@contextmanager
def _stopped_by_signals(monitoring: Monitoring) -> Iterator[None]:
    """Let Ctrl-C and ``kill`` end monitoring, which keeps what it knows, instead of the process."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    former = {number: signal.getsignal(number) for number in SIGNALS}
    try:
        for number in SIGNALS:
            signal.signal(number, lambda *_: monitoring.stop())
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


@contextmanager
def _served(
    options: Namespace, monitoring: Monitoring, pushed: PushedSource | None
) -> Iterator[None]:
    """Serve the page while the block runs, if it is asked for."""
    if not (options.open or options.serve):
        yield
        return
    from ecg_anomaly.live.page_service import serve_page

    address = options.host, options.port, options.token_file
    with serve_page(monitoring, *address, pushed) as url:
        print_line(f"page: {url}", sys.stderr)
        if options.open:
            import webbrowser

            webbrowser.open(url)
        yield
