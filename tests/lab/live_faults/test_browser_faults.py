"""A browser that sleeps is told of every alarm."""

from lab.live_faults import browser_faults
from lab.live_faults.browser_faults import sleep_browser


def test_a_browser_that_sleeps_is_told_of_every_alarm(folder, stopped, tmp_path, monkeypatch):
    monkeypatch.setattr(browser_faults, "SILENCE_S", 0.6)
    found = sleep_browser(stopped, tmp_path, folder)
    assert found.right, found
