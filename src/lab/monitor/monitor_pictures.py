"""Take the pictures of the monitor for the docs: simulated patients in a headless Chromium."""

import tempfile
import threading
import time
from pathlib import Path

from PIL import Image

from ecg_anomaly.files.atomic import replace_file
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.live.monitor.feed import MonitorFeed
from ecg_anomaly.live.monitor.monitor_server import MonitorServer
from lab.monitor.chromium import Chromium, find_chromium
from lab.monitor.demo_feed import play, simulate_patients

#: Patients on the wall, seconds of their recordings, and the moment of the pictures: after the
#: alarm of the third patient has come.
N_PATIENTS, LENGTH_S, WHEN_S = 24, 60.0, 27.0

#: Colours in a picture: text and lines need few, and the file is a third as large.
N_COLOURS = 192

SIZE = (1280, 800)


def take_pictures(folder: Path, when_s: float = WHEN_S) -> list[Path]:
    """Write the wall in dark and one patient in light colours.

    Parameters
    ----------
    folder : Path
        Exists; gets ``monitor-wall.png`` and ``monitor-patient.png``.
    when_s : float
        Seconds after the start of the recordings.

    Raises
    ------
    UserError
        If there is no Chromium.
    """
    if find_chromium() is None:
        raise UserError("chromium", "is not on the PATH", "install it")
    stop, feed = threading.Event(), MonitorFeed()
    patients = simulate_patients(N_PATIENTS, LENGTH_S)
    playing = threading.Thread(target=play, args=(feed, patients, LENGTH_S, stop.is_set))
    with (
        MonitorServer(feed, port=0) as server,
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile,
        Chromium(Path(profile), SIZE) as page,
    ):
        page.prefer("dark")
        page.open(server.url)
        playing.start()
        time.sleep(when_s)
        wall = _take(page, folder / "monitor-wall.png")
        page.prefer("light")
        page.open(server.url + "#patient=Bed%208")
        page.wait_for("document.querySelector('.detail h2').textContent === 'Bed 8'")
        time.sleep(2)
        one = _take(page, folder / "monitor-patient.png")
        stop.set()
        playing.join()
    return [wall, one]


def _take(page: Chromium, path: Path) -> Path:
    """Write what the page shows, in few colours."""
    with replace_file(path) as temporary:
        page.screenshot(temporary)
        with Image.open(temporary) as image:
            few = image.convert("RGB").quantize(N_COLOURS, dither=Image.Dither.NONE)
        few.save(temporary, "PNG", optimize=True)
    return path
