"""One patient of the demonstration: a labelled recording as the messages that an engine publishes.

Beats and their classes are those of the annotations. Ventricular runs in them raise an alarm, and
other alarms are given; nothing is detected.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.live.alarm import ACKNOWLEDGED, ACTIVE, LATCHED, OVER
from ecg_anomaly.records.beat_labels import aami_class, is_beat
from ecg_anomaly.records.record import Record

#: Sampling rate of what the page gets, in Hz, at most.
SHOWN_FS = 120.0

#: Seconds of signal in one message.
STEP_S = 0.2

#: Seconds between two messages on rate and quality, and beats of which the rate is the mean.
STATUS_S, RATE_BEATS = 1.0, 8

#: A decision on a beat comes so long after it, in s.
DECIDED_S = 1.0

#: Seconds that the alarm of a ventricular run stays after its last beat is known.
STAYS_S = 10.0

#: Ventricular beats in a row that raise an alarm.
RUN = 3

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
        self._states: dict[str, str] = {}
        self.beats, self.times = _list_beats(record)
        all_alarms = [*alarms, *_find_runs(self.beats)]
        self.alarms = {f"{name}/{place}": alarm for place, alarm in enumerate(all_alarms)}

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
        past = self.times[(self.times < now_s) & (self.times > now_s - 6)][-RATE_BEATS - 1 :]
        rate = 60 / float(np.diff(past).mean()) if len(past) > 2 else None
        flagged = [b for b in self.beats if b["flagged"] and now_s - 60 < b["time_s"] < now_s]
        beats = "abnormal beat" if len(flagged) == 1 else "abnormal beats"
        finding = f"{len(flagged)} {beats} in a minute" if flagged else ""
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


def _find_runs(beats: list[dict[str, Any]]) -> list[ScriptedAlarm]:
    """Return an alarm for each run of `RUN` ventricular beats or more."""
    alarms = []
    classes = "".join(beat["aami"] for beat in beats)
    for match in re.finditer(f"V{{{RUN},}}", classes):
        times = [beat["time_s"] for beat in beats[match.start() : match.end()]]
        rate = 60 * (len(times) - 1) / (times[-1] - times[0])
        text = f"{len(times)} ventricular beats in a row, {rate:.0f} a minute"
        raised_s, label = times[RUN - 1] + DECIDED_S, "short ventricular run"
        end_s = times[-1] + DECIDED_S + STAYS_S
        alarms.append(
            ScriptedAlarm(times[0], raised_s, end_s, "ventricular_run", label, "high", text)
        )
    return alarms
