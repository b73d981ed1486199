"""Run the alarms of live monitoring over recordings, and note when each alarm was raised."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ecg_anomaly.detector.detector_stream import DetectorStream
from ecg_anomaly.detector.loaded_detector import LoadedDetector
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.live.alarm_settings import AlarmSettings
from ecg_anomaly.live.beat_scorer import push_together
from ecg_anomaly.live.events import ALARM, Event
from ecg_anomaly.live.monitored_patient import TURN_S, MonitoredPatient
from ecg_anomaly.live.sources.source import StreamOpened
from ecg_anomaly.records.record import StreamedRecord


@dataclass(frozen=True)
class SaidAlarm:
    """An alarm that was raised.

    Attributes
    ----------
    kind, priority : str
    start_s : float
        When its condition began.
    said_s : float
        Seconds of signal that had come when it was raised.
    end_s : float
        When its condition was over; infinite while it goes on.
    """

    kind: str
    priority: str
    start_s: float
    said_s: float
    end_s: float = np.inf


@dataclass
class _Run:
    record: StreamedRecord
    patient: MonitoredPatient
    at: int = 0
    said: list[SaidAlarm] = field(default_factory=list)

    def note(self, events: Sequence[Event]) -> None:
        for event in (e for e in events if e.group == ALARM):
            kind, what = event.said["alarm"], event.kind.rpartition(".")[2]
            if what == "raised":
                start_s, now_s = float(event.said["start_s"]), self.patient.now_s
                self.said.append(SaidAlarm(kind, str(event.said["priority"]), start_s, now_s))
            elif what == "ended":
                for row, alarm in enumerate(self.said):
                    if alarm.kind == kind and alarm.end_s == np.inf:
                        self.said[row] = replace(alarm, end_s=event.time_s)


def run_alarms(
    detector: LoadedDetector,
    records: Sequence[StreamedRecord],
    limits: FindingLimits | None = None,
    settings: AlarmSettings | None = None,
) -> list[list[SaidAlarm]]:
    """Monitor recordings side by side, as `ecg_anomaly.live.live_engine` does, as fast as it goes.

    Parameters
    ----------
    detector : LoadedDetector
    records : sequence of StreamedRecord
    limits : FindingLimits, optional
    settings : AlarmSettings, optional

    Returns
    -------
    list of list of SaidAlarm
        Those of each recording, in order.
    """
    limits, settings = limits or FindingLimits(), settings or AlarmSettings()

    def make(fs: float, leads: Sequence[str], name: str) -> DetectorStream:
        return detector.stream(fs, leads, name=name)

    runs = []
    for record in records:
        opened = StreamOpened(record.name, record.fs, tuple(record.leads))
        runs.append(_Run(record, MonitoredPatient(opened, make, limits, settings)))
    going_on = runs
    while going_on:
        _take_turns(going_on)
        for run in going_on:
            if run.at >= run.record.n_samples:
                run.note(run.patient.finish())
        going_on = [run for run in going_on if run.at < run.record.n_samples]
    return [run.said for run in runs]


def _take_turns(runs: list[_Run]) -> None:
    """Take the next turn of each recording; what is less than a turn waits for the end."""
    turns = []
    for run in runs:
        end = min(run.at + max(1, round(TURN_S * run.record.fs)), run.record.n_samples)
        turns += [(run, turn) for turn in run.patient.cut_turns(run.record.read(run.at, end))]
        run.at = end
    found = push_together([(run.patient.beats, turn) for run, turn in turns])
    for (run, turn), made in zip(turns, found, strict=True):
        if isinstance(made, Exception):
            raise made
        run.note(run.patient.complete_turn(turn, made))
