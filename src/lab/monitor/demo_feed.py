"""Feed the monitor from recordings without a detector: to work on the page, and for its tests.

Beats and their classes are those of the reference annotations; alarms are given, not found.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.config.pipeline_schema import SimulationConfig
from ecg_anomaly.live.alarm import ACKNOWLEDGED, ACTIVE, LATCHED, OVER
from ecg_anomaly.live.monitor.feed import MonitorFeed
from ecg_anomaly.records.beat_labels import aami_class, is_beat
from ecg_anomaly.records.record import Record
from ecg_anomaly.records.simulation.simulated_records import simulate_record

#: Sampling rate of what the page gets, in Hz, at most.
SHOWN_FS = 120.0

#: Seconds of signal in one message.
STEP_S = 0.2

#: Seconds between two messages on rate and quality, and beats of which the rate is the mean.
STATUS_S, RATE_BEATS = 1.0, 8

#: A decision on a beat comes so long after it, in s.
DECIDED_S = 1.0

#: Patients that differ from each other.
DIFFERENT = 16

#: What the demonstration says of a flagged beat.
REASONS = {
    "V": "wide QRS complex: 156 ms, usually 92 ms; premature by 31 %",
    "S": "premature by 28 % (RR 0.58 s, usual 0.81 s)",
    "F": "shape between the usual beat and a ventricular one",
}


@dataclass(frozen=True)
class ScriptedAlarm:
    """An alarm that the demonstration raises.

    Attributes
    ----------
    start_s, end_s : float
        Of what it is about.
    raised_s : float
        When it comes.
    kind, label, priority, text : str
        As in the feed.
    """

    start_s: float
    raised_s: float
    end_s: float
    kind: str
    label: str
    priority: str
    text: str


class DemoPatient:
    """Turns a recording into the messages of the engine.

    Parameters
    ----------
    record : Record
        With annotations, if beats are to be marked.
    name : str
        Identifier and name of the patient.
    alarms : sequence of ScriptedAlarm
    quality : float
        Of the signal, from 0 to 1.
    """

    def __init__(
        self,
        record: Record,
        name: str,
        alarms: Sequence[ScriptedAlarm] = (),
        quality: float = 0.9,
    ) -> None:
        step = max(1, int(np.ceil(record.fs / SHOWN_FS)))
        n = len(record.signal) // step
        self.fs = record.fs / step
        self.signal: NDArray[np.float32] = (
            record.signal[: n * step].reshape(n, step, -1).mean(axis=1).T
        )
        self.leads, self.name, self.quality = record.leads, name, quality
        self.alarms = {f"{name}/{place}": alarm for place, alarm in enumerate(alarms)}
        self._states: dict[str, str] = {}
        self.beats, self.times = _list_beats(record)

    def opening(self) -> dict[str, Any]:
        """Return the message that introduces the patient."""
        about = {"name": self.name, "leads": list(self.leads), "fs": self.fs, "unit": "mV"}
        return {"type": "patient", "id": self.name, **about}

    def messages(self, start_s: float, end_s: float) -> Iterable[dict[str, Any]]:
        """Return what the engine would say from one moment of the recording to the next."""
        first, end = round(start_s * self.fs), round(end_s * self.fs)
        about = {"sample": first, "fs": self.fs, "leads": list(self.leads)}
        values = self.signal[:, first:end]
        yield {"type": "signal", "id": self.name, **about, "values": values}
        decided = [b for b in self.beats if start_s <= b["time_s"] + DECIDED_S < end_s]
        if decided:
            yield {"type": "beats", "id": self.name, "beats": decided}
        if start_s // STATUS_S != end_s // STATUS_S or not start_s:
            yield self._status(end_s)
        for key, alarm in self.alarms.items():
            state = self._states.get(key, self._state(alarm, end_s))
            if start_s <= alarm.raised_s < end_s or start_s <= alarm.end_s < end_s:
                yield self._alarm(key, state, end_s)

    def acknowledge(self, key: str, now_s: float) -> list[dict[str, Any]]:
        """Return the message that a person has acknowledged an alarm, if it is one of these."""
        if key not in self.alarms:
            return []
        over = now_s >= self.alarms[key].end_s
        self._states[key] = OVER if over else ACKNOWLEDGED
        return [self._alarm(key, self._states[key], now_s)]

    def _state(self, alarm: ScriptedAlarm, now_s: float) -> str:
        if now_s < alarm.end_s:
            return ACTIVE
        return LATCHED if alarm.priority == "critical" else OVER

    def _alarm(self, key: str, state: str, now_s: float) -> dict[str, Any]:
        alarm = self.alarms[key]
        words = {"kind": alarm.kind, "label": alarm.label, "text": alarm.text}
        end_s = alarm.end_s if now_s >= alarm.end_s else None
        when = {"start_s": alarm.start_s, "end_s": end_s, "sample": round(alarm.start_s * self.fs)}
        said = {"key": key, **words, "priority": alarm.priority, "state": state, **when}
        return {"type": "alarm", "id": self.name, "alarm": said}

    def _status(self, now_s: float) -> dict[str, Any]:
        past = self.times[(self.times < now_s) & (self.times > now_s - 10)][-RATE_BEATS - 1 :]
        rate = 60 / float(np.diff(past).mean()) if len(past) > 2 else None
        flagged = [b for b in self.beats if b["flagged"] and now_s - 60 < b["time_s"] < now_s]
        finding = f"{len(flagged)} abnormal beats in a minute" if flagged else ""
        level = "review" if flagged else "none"
        said = {"rate_bpm": rate, "quality": self.quality, "finding": finding, "level": level}
        return {"type": "status", "id": self.name, **said, "technical": []}


def _list_beats(record: Record) -> tuple[list[dict[str, Any]], NDArray[np.float64]]:
    """Return the beats of a recording as the page gets them, and their times in s."""
    marks = record.annotations
    if marks is None:
        return [], np.empty(0)
    beats = is_beat(marks.symbol)
    times, classes = marks.sample[beats] / record.fs, aami_class(marks.symbol[beats])
    listed = [
        {
            "sample": int(sample),
            "time_s": float(time_s),
            "aami": str(kind),
            "score": 0.12 if kind == "N" else 0.87,
            "flagged": bool(kind != "N"),
            "reason": REASONS.get(str(kind), ""),
            "unreadable": "",
        }
        for sample, time_s, kind in zip(marks.sample[beats], times, classes, strict=True)
    ]
    return listed, times


def simulate_patients(
    n: int, seconds: float, seed: int = 7, names: str = "Bed {}"
) -> list[DemoPatient]:
    """Simulate patients; the third has no heartbeat from 20 s on, the sixth a ventricular run.

    After `DIFFERENT` patients the same ones come again, under other names.
    """
    config = SimulationConfig(
        n_subjects=n, duration_s=seconds, fs=120.0, seed=seed, difficult=False
    )
    records = [simulate_record(config, index) for index in range(min(n, DIFFERENT))]
    patients = []
    for index in range(n):
        record = records[index % DIFFERENT]
        alarms: list[ScriptedAlarm] = []
        if index == 2:
            record, alarms = _stop_heart(record, 20.0), [ASYSTOLE]
        if index == 5:
            alarms = [RUN]
        patients.append(DemoPatient(record, names.format(index + 1), alarms))
    return patients


ASYSTOLE = ScriptedAlarm(
    20.0, 24.5, 1e9, "asystole", "asystole", "critical", "no beat for 4 s, signal present"
)
RUN = ScriptedAlarm(
    15.0, 18.0, 22.0, "ventricular_run", "short ventricular run", "high", "4 beats, 132 per minute"
)


def _stop_heart(record: Record, at_s: float) -> Record:
    """Replace the signal from a moment on by a flat line with a little noise."""
    signal, start = record.signal.copy(), round(at_s * record.fs)
    noise = np.random.default_rng(1).normal(0, 0.012, signal[start:].shape)
    wander = 0.05 * np.sin(np.arange(len(signal) - start) / record.fs * 1.6)[:, None]
    signal[start:] = signal[start - 1] + noise + wander
    marks = record.annotations
    if marks is not None:
        known = marks.sample < start
        marks = replace(marks, sample=marks.sample[known], symbol=marks.symbol[known])
    return replace(record, signal=signal, annotations=marks)


def play(
    feed: MonitorFeed,
    patients: Sequence[DemoPatient],
    seconds: float,
    stop: Callable[[], bool] = lambda: False,
    pace: float = 1.0,
) -> None:
    """Publish recordings as if they came from patients now.

    Parameters
    ----------
    feed : MonitorFeed
        Its ``on_acknowledge`` is set.
    patients : sequence of DemoPatient
    seconds : float
        Of the recordings.
    stop : callable
        Asked before each step whether to end.
    pace : float
        How many times as fast as it was recorded; ``inf`` does not wait.
    """
    now_s = 0.0

    def acknowledge(key: str) -> None:
        for patient in patients:
            for message in patient.acknowledge(key, now_s):
                feed.publish(message)

    feed.on_acknowledge = acknowledge
    for patient in patients:
        feed.publish(patient.opening())
    began = time.monotonic()
    for step in range(round(seconds / STEP_S)):
        if stop():
            return
        for patient in patients:
            for message in patient.messages(step * STEP_S, (step + 1) * STEP_S):
                feed.publish(message)
        now_s = (step + 1) * STEP_S
        time.sleep(max(0.0, began + now_s / pace - time.monotonic()))
