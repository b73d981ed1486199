from test_admitted_stream import admit

from ecg_anomaly.live.event_passing import EventPassing
from ecg_anomaly.live.events import Event


class Keeping:
    """A keeper that knows some events already."""

    def __init__(self, known):
        self.known = known

    def keep(self, made):
        return [e for _, events in made for e in events if e.sample not in self.known]

    def pass_on(self, events, output):
        if events:
            output(events)


class Page:
    """A page that writes down what it is to show."""

    def __init__(self):
        self.said = []

    def __getattr__(self, what):
        return lambda *words: self.said.append((what, *words[1:]))


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
        def show(self, _patient, events):
            shown.extend(events)

    passing = EventPassing(found.extend, Keeping({1, 2}))
    passing.display = Page()
    passing.pass_on(admit(), EVENTS)
    assert (found, shown) == (EVENTS[2:], EVENTS)
    assert 'group="beat"} 1' in passing.metrics.to_text()


def test_the_page_is_told_when_a_stream_comes_ends_and_goes():
    stream, passing = admit(), EventPassing(lambda _: None, None)
    passing.display = page = Page()
    passing.open(stream)
    passing.end(stream, EVENTS, "it sends nonsense")
    stream.over = True
    passing.pass_on(stream, EVENTS[:1])  # of a stream that is over, its alarms alone are shown
    passing.remove("bed 1")
    said = [what for what, *_ in page.said]
    assert said == [
        "open",
        "show",
        "show",
        "end",
        "show_alarms",
        "remove",
    ]  # that it was opened, too
    assert "ecg_anomaly_live_closed_total 1" in passing.metrics.to_text()


def test_a_stream_that_comes_again_is_shown_with_the_open_alarms_of_its_last_run():
    former, passing = admit(), EventPassing(lambda _: None, None)
    former.lose_link("no answer")
    passing.display = page = Page()
    passing.open(admit(), [former])
    assert [event.kind for event in page.said[1][1]] == ["alarm.link_lost.active"]
