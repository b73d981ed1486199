"""What the page shows of one patient, kept in bounded memory, and what of it a browser lacks."""

import math
from collections import deque
from collections.abc import Callable
from typing import Any

import numpy as np

from ecg_anomaly.live.monitor.alarm_list import AlarmList
from ecg_anomaly.live.monitor.rate_trend import RateTrend
from ecg_anomaly.live.monitor.recent_signal import (
    MOST_LEADS,
    SPAN_S,
    RecentSignal,
    to_json_values,
)

#: Beats that are kept: of the seconds of signal that are kept at 240 beats per minute, twice; and
#: the flagged ones that the page lists.
MOST_BEATS, MOST_FLAGGED = 160, 40

#: Characters of a text that are shown: names and texts come from outside.
LONGEST_TEXT = 400

#: Seconds of signal that a tile of the wall can show.
TILE_S = 8.0


class PatientView:
    """The state of one patient on the page.

    Parameters
    ----------
    number : callable
        Returns the number of the next change: changes of all patients are counted together, so
        that a browser needs to remember one number to know what is new to it.

    Attributes
    ----------
    changed : dict of str to int
        Number of the last change of each part.
    asked_s : float
        When a browser last asked for signal, by `time.monotonic`.
    """

    def __init__(self, patient_id: str, number: Callable[[], int]) -> None:
        self._number = number
        # A browser that knows another patient of this name forgets status and alarms of that one.
        self.changed = dict.fromkeys(("info", "status", "alarms"), number())
        self.info: dict[str, Any] = {"name": patient_id}
        self.status: dict[str, Any] = {}
        self.asked_s = -math.inf
        self.signal: RecentSignal | None = None
        self.alarms = AlarmList()
        self.trend = RateTrend()
        self._beats: deque[tuple[int, dict[str, Any]]] = deque(maxlen=MOST_BEATS)
        self._flagged: deque[tuple[int, dict[str, Any]]] = deque(maxlen=MOST_FLAGGED)

    @property
    def time_s(self) -> float:
        """Seconds of the recording that have come, 0 before the first sample."""
        return self.signal.next_sample / self.signal.fs if self.signal else 0.0

    def take_patient(self, message: dict[str, Any]) -> None:
        """Take over name, leads, sampling rate and unit."""
        names = ("name", "leads", "fs", "unit")
        self.info = {key: to_plain(message[key]) for key in names if key in message}
        self.changed["info"] = self._number()

    def take_signal(self, message: dict[str, Any]) -> None:
        """Add signal of the first `MOST_LEADS` leads; a change of leads or rate starts anew."""
        fs, leads = float(message["fs"]), tuple(message["leads"][:MOST_LEADS])
        if self.signal is None or (self.signal.fs, self.signal.leads) != (fs, leads):
            self.signal = RecentSignal(fs, leads)
        self.signal.append(int(message["sample"]), message["values"][:MOST_LEADS])
        if self.alarms.filling and self.alarms.fill_strips(self.signal):
            self.changed["strips"] = self._number()

    def take_beats(self, message: dict[str, Any]) -> None:
        """Add beats, each with the number of its change."""
        for beat in message["beats"]:
            numbered = (self._number(), to_plain(beat))
            self._beats.append(numbered)
            if beat.get("flagged"):
                self._flagged.append(numbered)

    def take_status(self, message: dict[str, Any]) -> None:
        """Take over rate, quality and finding; the rate goes into the trend too."""
        self.status = to_plain({k: v for k, v in message.items() if k not in ("type", "id")})
        self.changed["status"] = self._number()
        rate = self.status.get("rate_bpm")
        if rate is not None:
            self.trend.add(self.time_s, float(rate))

    def take_alarm(self, message: dict[str, Any]) -> None:
        """Add or renew an alarm."""
        self.alarms.update(to_plain(message["alarm"]), self.signal)
        self.changed["alarms"] = self.changed["strips"] = self._number()

    def news(self, seen: int) -> dict[str, Any]:
        """Return what every browser gets: the parts that changed after change number `seen`."""
        parts = {
            "info": lambda: self.info,
            "status": lambda: self.status,
            "alarms": self.alarms.to_message,
        }
        return {name: parts[name]() for name in parts if self.changed.get(name, 0) > seen}

    def detail_news(self, seen: int, trend_s: float) -> dict[str, Any]:
        """Return what a browser gets of the patient that it shows large.

        Parameters
        ----------
        seen : int
            Number of the last change that the browser knows; 0 for all.
        trend_s : float
            Moment of the trend that it has; the trend is sent again when a step is complete.
        """
        beats = sorted({n: b for n, b in [*self._flagged, *self._beats] if n > seen}.items())
        found: dict[str, Any] = {"beats": [beat for _, beat in beats]} if beats else {}
        if self.changed.get("strips", 0) > seen:
            found["strips"] = self.alarms.strips_to_message()
        trend = self.trend.to_message()
        if trend["start_s"] + trend["step_s"] * len(trend["rate_bpm"]) > trend_s:
            found["trend"] = trend
        return found

    def signal_news(self, start: int, large: bool) -> dict[str, Any] | None:
        """Return the signal from sample `start` on, of all leads or of one for a tile.

        Parameters
        ----------
        start : int
            First sample that the browser does not have; older ones than are kept are left out.
        large : bool
            True for all leads and all seconds that are kept.

        Returns
        -------
        dict or None
            None when nothing is new.
        """
        signal = self.signal
        if signal is None or start == signal.next_sample:
            return None
        if start > signal.next_sample:  # the recording has started again
            start = 0
        span = int((SPAN_S if large else TILE_S) * signal.fs)
        first = max(start, signal.first_sample, signal.next_sample - span)
        block, leads = signal.read(first, signal.next_sample), signal.leads
        if not large:
            shown = signal.shown_lead()
            block, leads = block[shown : shown + 1], leads[shown : shown + 1]
        values = to_json_values(block)
        return {"sample": first, "fs": signal.fs, "leads": leads, "values": values}


def to_plain(value: Any) -> Any:
    """Return a value that JSON and the page can hold: no NaN, no NumPy, no text without end.

    Examples
    --------
    >>> to_plain({"rate_bpm": np.float32("nan"), "technical": ("lead V1 is off",)})
    {'rate_bpm': None, 'technical': ['lead V1 is off']}
    """
    if isinstance(value, dict):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_plain(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value[:LONGEST_TEXT] if isinstance(value, str) else value
