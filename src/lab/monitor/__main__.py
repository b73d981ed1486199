"""Show the monitor with simulated patients, or take its pictures for README and docs.

    python -m lab.monitor [--patients N] [--port N]
    python -m lab.monitor --pictures [FOLDER]

No detector runs: beats and alarms are those of the simulation. It ends with Ctrl-C.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from ecg_anomaly.config.hydra_entry import run_reporting_errors
from ecg_anomaly.live.monitor.feed import MonitorFeed
from ecg_anomaly.live.monitor.monitor_server import MonitorServer
from lab.layout import ROOT
from lab.monitor.demo_feed import play, simulate_patients
from lab.monitor.monitor_pictures import take_pictures

PICTURES = ROOT / "docs/pictures"


def show_patients(n: int, port: int, seconds: float) -> None:
    """Serve the page with so many simulated patients for so many seconds."""
    feed = MonitorFeed()
    patients = simulate_patients(n, seconds)
    with MonitorServer(feed, port=port) as server:
        print(server.url, flush=True)
        try:
            play(feed, patients, seconds)
        except KeyboardInterrupt:
            print("stopped")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--patients", type=int, default=64, help="how many (%(default)s)")
    parser.add_argument("--port", type=int, default=8765, help="of the page (%(default)s)")
    parser.add_argument("--seconds", type=float, default=1200.0, help="how long (%(default)s)")
    parser.add_argument(
        "--pictures", type=Path, nargs="?", const=PICTURES, help="take pictures into this folder"
    )
    options = parser.parse_args(arguments)
    if options.pictures is None:
        show_patients(options.patients, options.port, options.seconds)
    else:
        for path in take_pictures(options.pictures):
            print(path)


if __name__ == "__main__":
    run_reporting_errors(main)
