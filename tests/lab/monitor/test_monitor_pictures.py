import pytest
from PIL import Image

from ecg_anomaly.files.errors import UserError
from lab.monitor import monitor_pictures
from lab.monitor.chromium import find_chromium
from lab.monitor.monitor_pictures import SIZE, take_pictures


@pytest.mark.skipif(find_chromium() is None, reason="needs Chromium")
def test_the_pictures_have_few_colours_and_are_of_both_views(tmp_path, monkeypatch):
    monkeypatch.setattr(monitor_pictures, "simulate_patients", few_patients)
    monkeypatch.setattr(monitor_pictures, "play", play_at_once)
    wall, one = take_pictures(tmp_path, 0.5)
    for path in (wall, one):
        with Image.open(path) as image:
            assert image.size == SIZE
            assert image.mode == "P"
    assert wall.read_bytes() != one.read_bytes()


def few_patients(n, seconds):
    return real_simulate(8, 30.0)


def play_at_once(feed, patients, seconds, stop):
    real_play(feed, patients, 27.0, stop, float("inf"))


real_simulate = monitor_pictures.simulate_patients
real_play = monitor_pictures.play


def test_without_a_browser_it_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(monitor_pictures, "find_chromium", lambda: None)
    with pytest.raises(UserError, match="chromium: is not on the PATH; install it"):
        take_pictures(tmp_path)
