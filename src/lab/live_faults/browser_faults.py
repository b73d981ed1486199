"""A browser that sleeps while alarms come: it is told of all of them when it wakes up."""

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from websockets.sync.client import connect

from ecg_anomaly.detector.detector_stream import DetectorStream
from ecg_anomaly.detector.loading import load_detector
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.live.alarm_settings import AlarmSettings
from ecg_anomaly.live.display import Display
from ecg_anomaly.live.events import ALARM, Event
from ecg_anomaly.live.live_engine import LiveEngine
from ecg_anomaly.live.monitor.feed import MonitorFeed
from ecg_anomaly.live.monitor.monitor_server import MonitorServer
from ecg_anomaly.records.record import Record
from lab.live_faults.fault_runs import FaultResult, ListSource, list_deliveries

#: Messages that wait in the sleeping browser, after which it takes no more; seconds of silence
#: after which it has been told everything.
MOST_WAITING, SILENCE_S = 2, 1.5


def sleep_browser(record: Record, folder: Path, detector: Path | None) -> FaultResult:
    """Let a browser read nothing while a recording is monitored, and then all that there is."""
    del folder
    loaded, events, feed = load_detector(detector), list[Event](), MonitorFeed()

    def make(fs: float, leads: Sequence[str], name: str) -> DetectorStream:
        return loaded.stream(fs, leads, name=name)

    source = ListSource(list_deliveries(record))
    engine = LiveEngine([source], make, FindingLimits(), AlarmSettings(), events.extend)
    engine.passing.display = Display(feed)
    with MonitorServer(feed, port=0) as server:
        address = server.url.replace("http", "ws") + "ws"
        origin: Any = server.url.strip("/")
        with connect(address, origin=origin, max_queue=MOST_WAITING) as link:
            watch = {"type": "watch", "patients": [], "detail": record.name}
            link.send(json.dumps(watch))
            engine.run()
            told = _read_alarms(link)
    wanted = {e.said["key"] for e in events if e.group == ALARM and e.kind.endswith(".raised")}
    lost, more = wanted - told.keys(), told.keys() - wanted
    over = sum(state == "over" for state in told.values())
    said = f"{len(told)} alarms, {over} of them over by then"
    return FaultResult("a browser that sleeps (alarms)", len(wanted), len(lost), len(more), said)


def _read_alarms(link: Any) -> dict[str, str]:
    """Read until nothing new comes; return the state of each alarm."""
    told: dict[str, str] = {}
    news_s = time.monotonic()
    while time.monotonic() - news_s < SILENCE_S:
        try:
            update = json.loads(link.recv(timeout=SILENCE_S))
        except TimeoutError:
            break
        for alarm in (a for patient in update["patients"] for a in patient.get("alarms", [])):
            told[alarm["key"]] = alarm["state"]
        news_s = time.monotonic() if update["patients"] else news_s
    return told
