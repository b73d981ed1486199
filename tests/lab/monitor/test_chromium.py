import struct
import time

import pytest

from lab.monitor.chromium import Chromium, find_chromium

pytestmark = pytest.mark.skipif(find_chromium() is None, reason="needs Chromium")


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    with Chromium(tmp_path_factory.mktemp("profile"), (640, 480)) as page:
        page.evaluate("document.onkeydown = (event) => { window.key = event.key; }, 0")
        yield page


def test_it_evaluates_expressions_and_promises(page):
    assert page.evaluate("6 * 7") == 42
    assert page.evaluate("Promise.resolve({a: [1, null]})") == {"a": [1, None]}


def test_an_error_of_the_page_is_an_error(page):
    with pytest.raises(RuntimeError, match="nothing is not defined"):
        page.evaluate("nothing")


def test_waiting_ends(page):
    page.evaluate("setTimeout(() => { window.done = 1; }, 100), 0")
    assert page.wait_for("window.done") == 1
    with pytest.raises(TimeoutError, match="did not become true"):
        page.wait_for("false", 0.1)


@pytest.mark.parametrize("key", ["a", "?", "Enter", "Escape", "ArrowLeft"])
def test_keys_arrive(page, key):
    page.press(key)
    assert page.evaluate("window.key") == key


def test_it_measures_how_busy_the_page_is(page):
    idle = page.busy_share(0.3)
    page.evaluate(
        "window.busy = setInterval(() => { for (let i = 0; i < 1e7; i++) Math.sqrt(i); }, 10), 0"
    )
    busy = page.busy_share(0.5)
    page.evaluate("clearInterval(window.busy)")
    assert busy > 2 * idle  # of a machine that is shared, the page may get little


def test_it_takes_pictures_of_the_asked_size(page, tmp_path):
    page.resize(390, 844)
    page.screenshot(tmp_path / "page.png")
    assert struct.unpack(">2I", (tmp_path / "page.png").read_bytes()[16:24]) == (390, 844)


def test_it_pretends_what_the_system_prefers(page):
    for scheme in ("dark", "light"):
        page.prefer(scheme)
        assert page.evaluate(f"matchMedia('(prefers-color-scheme: {scheme})').matches")


def test_a_page_that_sleeps_does_nothing_until_it_wakes(page):  # the last test of this page
    page.evaluate("window.n = 0, window.count = setInterval(() => { window.n += 1; }, 10), 0")
    page.sleep(True)
    before = page.evaluate("window.n")
    time.sleep(0.2)
    assert page.evaluate("window.n") - before <= 2
    page.sleep(False)
    page.wait_for(f"window.n > {before + 5}")
    page.evaluate("clearInterval(window.count)")
