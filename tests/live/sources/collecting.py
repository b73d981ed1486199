"""Run a source in a thread and collect what it delivers, for tests of sources."""

import threading
import time
from contextlib import contextmanager

import numpy as np

from ecg_anomaly.live.sources.source import SampleBlock


class Collected(list):
    """Deliveries, in the order in which they came."""

    def wait_for(self, enough, patience_s=15.0):
        """Wait until `enough` of them says so."""
        deadline = time.monotonic() + patience_s
        while not enough(self):
            assert time.monotonic() < deadline, list(self)[-5:]
            time.sleep(0.02)

    def of(self, kind):
        return [delivery for delivery in self if isinstance(delivery, kind)]

    @property
    def n_samples(self):
        return sum(len(block.values) for block in self.of(SampleBlock))

    @property
    def signal(self):
        return np.concatenate([block.values for block in self.of(SampleBlock)])


@contextmanager
def collecting(source, resume=""):
    """Collect the deliveries of a source while the block runs."""
    found, stop, errors = Collected(), threading.Event(), []

    def run():
        try:
            source.run(found.append, lambda _: resume, stop)
        except Exception as error:
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        found.errors, found.thread = errors, thread
        yield found
    finally:
        stop.set()
        thread.join(10)
        assert not thread.is_alive()
