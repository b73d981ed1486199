from test_admitted_stream import admit

from ecg_anomaly.live.event_passing import EventPassing
from ecg_anomaly.live.events import Event


class Keeping:
    """A keeper that knows some events already."""

    def __init__(self, known):
        self.known = known

    def keep(self, _stream, events):
        return [e for e in events if e.sample not in self.known]

    def pass_on(self, events, output):
        if events:
            output(events)


EVENTS = [Event("bed 1", k, "beat", k / 100) for k in (1, 2, 3)]


def test_without_a_keeper_all_are_new():
    found = []
    passing = EventPassing(found.extend, None)
    passing.pass_on(admit(), EVENTS)
    passing.pass_on(admit(), [])
    assert found == EVENTS
    assert 'group="beat"} 3' in passing.metrics.to_text()


def test_what_is_known_is_shown_and_neither_printed_nor_counted():
    found, shown = [], []

    class Page:
        def show(self, _patient, _signal, events):
            shown.extend(events)

    passing = EventPassing(found.extend, Keeping({1, 2}))
    passing.display = Page()
    passing.pass_on(admit(), EVENTS)
    assert (found, shown) == (EVENTS[2:], EVENTS)
    assert 'group="beat"} 1' in passing.metrics.to_text()
