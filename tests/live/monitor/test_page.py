"""The page in a real browser."""

import threading
import time
from collections.abc import Iterator

import pytest
import toy_messages as toy

from ecg_anomaly.live.monitor.feed import MonitorFeed
from ecg_anomaly.live.monitor.monitor_server import MonitorServer
from lab.monitor.chromium import Chromium, find_chromium
from lab.monitor.demo_feed import STEP_S, DemoPatient, simulate_patients

pytestmark = pytest.mark.skipif(find_chromium() is None, reason="needs Chromium")

#: Number of the columns of a canvas that hold the trace, and a sum that changes when it moves.
PIXELS = """(() => {
  const canvas = document.querySelector('%s');
  const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  let sum = 0;
  for (let i = 3; i < data.length; i += 4) if (data[i]) sum = (sum * 31 + i) %% 1000003;
  return sum;
})()"""


class Player:
    """Plays patients in real time until it is told to stop; ahead of the clock by some seconds."""

    def __init__(self, feed: MonitorFeed, patients: list[DemoPatient], start_s: float) -> None:
        self.feed, self.patients, self.now_s = feed, patients, start_s
        self._stop = threading.Event()
        for patient in patients:
            feed.publish(patient.opening())
            for message in patient.messages(0.0, start_s):
                feed.publish(message)
        feed.on_acknowledge = self.acknowledge
        self.acknowledged: list[str] = []
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Player":
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(STEP_S):
            for patient in self.patients:
                for message in patient.messages(self.now_s, self.now_s + STEP_S):
                    self.feed.publish(message)
            self.now_s = round(self.now_s + STEP_S, 3)

    def acknowledge(self, key: str) -> None:
        self.acknowledged.append(key)
        for patient in self.patients:
            for message in patient.acknowledge(key, self.now_s):
                self.feed.publish(message)


@pytest.fixture(scope="module")
def browser(tmp_path_factory) -> Iterator[Chromium]:
    with Chromium(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture(scope="module")
def patients() -> list[DemoPatient]:
    return simulate_patients(64, 60)


@pytest.fixture
def feed() -> MonitorFeed:
    return MonitorFeed()


def text(selector: str) -> str:
    return f"(document.querySelector('{selector}')?.textContent ?? '')"


#: Draws a wave as the page does, after an artefact of 12 s; returns the gains, and of some seconds
#: after it how high the trace is before the pen and after it, in points.
HEIGHTS = """(async () => {
  const { SignalBuffer } = await import('/static/signal_buffer.js');
  const { %(kind)s } = await import('/static/%(file)s.js');
  const buffer = new SignalBuffer(100, ['II']);
  const playout = { advance: () => buffer.next - 1 };
  const patient = { id: 'a', buffer, playout, beats: [], judged: {}, status: {} };
  const shown = new %(kind)s(patient, () => {});
  document.body.append(shown.node);
  Object.assign(shown.canvas.style, { position: 'fixed', width: '400px', height: '200px' });
  const tall = (from, to) => {
    const { canvas, context } = shown.strip;
    const pixels = context.getImageData(from, 0, to - from, canvas.height).data;
    const rows = [...pixels.keys()].filter((i) => i %% 4 === 3 && pixels[i] > 128);
    const [top, bottom] = [rows[0], rows.at(-1)].map((i) => Math.floor(i / 4 / (to - from)));
    return bottom - top;
  };
  const [gains, heights] = [[], []];
  for (let second = 0; second < 30; second++) {
    const microvolts = second < 12 ? 3000 : 400;
    const wave = [...Array(100).keys()].map((i) => microvolts * Math.sin(i / 4));
    buffer.push({ sample: 100 * second, values: [wave] });
    shown.draw(%(arguments)s);
    gains.push(shown.gain);
    const pen = Math.round(shown.strip.xOf(shown.strip.drawn / 100));
    if (second > 16 && pen > 40 && pen < 200) heights.push([tall(0, pen), tall(240, 300)]);
  }
  shown.node.remove();
  return [gains, heights];
})()"""


@pytest.mark.parametrize(
    ("kind", "file", "arguments"),
    [("Tile", "tile", "1, 'black'"), ("LargeStrip", "large_strip", "patient, 1")],
)
def test_the_whole_strip_has_one_gain(browser, feed, kind, file, arguments):
    with MonitorServer(feed, port=0) as server:
        browser.open(server.url)
        words = {"kind": kind, "file": file, "arguments": arguments}
        gains, heights = browser.evaluate(HEIGHTS % words)
    assert gains[11] < gains[-1]  # it is larger when the artefact is over
    assert len(heights) >= 3
    assert all(abs(new - old) <= 3 for new, old in heights)


def test_an_alarm_comes_up_first_is_shown_large_and_is_acknowledged(browser, feed, patients):
    with Player(feed, patients[:6], 23.0) as player, MonitorServer(feed, port=0) as server:
        browser.open(server.url)
        browser.wait_for("document.querySelectorAll('.tile').length === 6")
        before = browser.wait_for(PIXELS % ".tile-strip")
        browser.wait_for(f"{PIXELS % '.tile-strip'} !== {before}")
        browser.wait_for("document.querySelector('.tile')?.dataset.level === 'critical'")
        first = "document.querySelector('.tile')"
        assert browser.evaluate(f"{first}.dataset.id") == "Bed 3"
        assert browser.evaluate(f"{first}.getAttribute('aria-label')").endswith(
            "critical: asystole, not acknowledged, signal good"
        )
        browser.press("a")  # on the wall this does nothing
        browser.press("ArrowRight")
        browser.press("Enter")
        browser.wait_for("!document.querySelector('#detail').hidden")
        assert browser.evaluate(text(".detail h2")) == "Bed 3"
        browser.wait_for(PIXELS % ".large-strip .trace")
        browser.wait_for("document.querySelector('.alarm .still')?.clientWidth > 100")
        assert player.acknowledged == []
        browser.press("a")
        browser.wait_for(f"{text('.alarm .soft')}.startsWith('acknowledged')")
        assert player.acknowledged == ["Bed 3/0"]
        browser.wait_for("document.querySelector('.acknowledge').hidden")
        browser.resize(844, 390)
        browser.press("Escape")
        browser.wait_for("!document.querySelector('#wall').hidden")
        assert browser.evaluate("document.querySelector('.tile').clientHeight") > 75
        browser.resize(1280, 800)
        assert browser.evaluate("document.activeElement.dataset.id") == "Bed 3"


def test_a_lost_connection_is_said_and_found_again(browser, feed, patients):
    with Player(feed, patients[:3], 30.0):
        with MonitorServer(feed, port=0) as server:
            browser.open(server.url)
            browser.wait_for("document.querySelector('#link').dataset.state === 'connected'")
            port = int(server.url.rpartition(":")[2].strip("/"))
        browser.wait_for("!document.querySelector('#lost').hidden")
        assert "Connection lost at" in browser.evaluate(text("#lost"))
        feed.publish(toy.alarm("new", name="Bed 1"))
        with MonitorServer(feed, port=port):
            browser.wait_for("document.querySelector('#link').dataset.state === 'connected'")
            browser.wait_for("document.querySelector('[data-id=\"Bed 1\"]').dataset.answer")
            assert browser.evaluate("document.querySelector('#lost').hidden")


def test_a_page_that_slept_shows_the_alarms_of_meanwhile(tmp_path, feed, patients):
    with (
        Player(feed, patients[:2], 30.0),
        MonitorServer(feed, port=0) as server,
        Chromium(tmp_path / "profile") as browser,
    ):
        browser.open(server.url)
        browser.wait_for("document.querySelectorAll('.tile').length === 2")
        browser.sleep(True)
        for n in range(300):  # more than a page that sleeps could be sent one by one
            feed.publish(toy.alarm(f"short {n}", "over", name="Bed 1", start_s=float(n)))
        feed.publish(toy.alarm("new", name="Bed 1"))
        time.sleep(0.5)
        browser.sleep(False)
        browser.wait_for("document.querySelector('.tile').dataset.answer === 'true'")
        assert browser.evaluate("document.querySelector('.tile').dataset.id") == "Bed 1"


def test_names_are_text(browser, feed):
    name = "<img src=x onerror=\"document.title='stolen'\">"
    feed.publish({**toy.patient(), "name": name})
    feed.publish(toy.signal(0))
    feed.publish(toy.status(finding=name))
    feed.publish(toy.beats(0.5))
    feed.publish(toy.alarm(label=name, text=name))
    with MonitorServer(feed, port=0) as server:
        browser.open(server.url + "#patient=p1")
        browser.wait_for(f"{text('.alarm-text')}.length > 0")
        assert browser.evaluate(text(".detail h2")) == name
        assert browser.evaluate("document.querySelectorAll('main img').length") == 0
        assert "stolen" not in browser.evaluate("document.title")


def test_an_alarm_that_is_over_and_nobody_acknowledged_says_so(browser, feed):
    feed.publish(toy.patient())
    feed.publish(toy.alarm("vt", "latched", end_s=9.0))
    with MonitorServer(feed, port=0) as server:
        browser.open(server.url)
        browser.wait_for(f"{text('.tile-finding')} === 'asystole, over'")
        assert browser.evaluate("document.querySelector('.tile').dataset.over") == "true"


def test_64_patients_move_and_leave_the_browser_time(browser, feed, patients):
    with Player(feed, patients, 12.0), MonitorServer(feed, port=0) as server:
        browser.resize(1920, 1080)
        browser.open(server.url)
        browser.wait_for("document.querySelectorAll('.tile').length === 64")
        tiles = "[...document.querySelectorAll('.tile')].map((t) => t.getBoundingClientRect())"
        assert browser.evaluate(f"Math.max(...{tiles}.map((box) => box.bottom))") < 1080
        before = browser.wait_for(PIXELS % ".tile:last-child .tile-strip")
        assert browser.busy_share(2.0) < 0.6
        assert browser.evaluate(PIXELS % ".tile:last-child .tile-strip") != before
        browser.resize(1280, 800)
