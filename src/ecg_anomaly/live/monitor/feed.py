"""The feed of the monitor: takes messages of the engine, gives each browser what is new to it.

There is no queue per browser. The feed keeps the state of every patient in bounded memory, changes
are numbered, and a browser has a cursor: the last change that it knows and the last sample of each
strip that it shows. A browser that is slow or asleep has an old cursor and costs nothing: it loses
signal that is older than what is kept, never an alarm, since the alarms are part of the state.
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import Any

from ecg_anomaly.live.monitor.patient_view import PatientView

#: Patients that are kept, and those whose strips one browser may ask for.
MOST_PATIENTS, MOST_WATCHED = 4096, 200

#: A patient is watched for so many s after a browser asked for new signal, which each does ten
#: times a second.
WATCHED_S = 2.0


@dataclass
class Cursor:
    """What one browser knows, and what it wants to see.

    Attributes
    ----------
    seen : int
        Number of the last change that it has been sent; 0 for a new browser.
    watched : tuple of str
        Patients whose tiles are on its screen.
    detail : str
        The patient whom it shows large, ``""`` for none.
    next_sample : dict of str to int
        First sample of each watched patient that it does not have.
    detail_seen : int
        As `seen`, for what is sent of the large patient alone.
    trend_s : float
        End of the trend that it has of the large patient.
    """

    seen: int = 0
    watched: tuple[str, ...] = ()
    detail: str = ""
    next_sample: dict[str, int] = field(default_factory=dict)
    detail_seen: int = 0
    trend_s: float = 0.0

    def watch(self, watched: tuple[str, ...], detail: str) -> None:
        """Change what the browser wants to see; strips that it has go on where they are."""
        if detail != self.detail:
            for shown in (detail, self.detail):  # all leads instead of one, or the reverse
                self.next_sample.pop(shown, None)
            self.detail, self.detail_seen, self.trend_s = detail, 0, 0.0
        self.watched = watched[:MOST_WATCHED]
        wanted = {*self.watched, detail}
        self.next_sample = {k: v for k, v in self.next_sample.items() if k in wanted}


class MonitorFeed:
    """State of all patients for the page; every method may be called from any thread.

    Parameters
    ----------
    on_acknowledge : callable, optional
        Called with the key of an alarm that a person has acknowledged, on the server's thread. The
        page shows the alarm as acknowledged when the engine publishes it so.

    Examples
    --------
    >>> feed = MonitorFeed()
    >>> feed.publish({"type": "patient", "id": "p1", "name": "Bed 1"})
    >>> feed.snapshot()["patients"]
    [{'id': 'p1', 'info': {'name': 'Bed 1'}, 'status': {}, 'alarms': []}]
    """

    def __init__(self, on_acknowledge: Callable[[str], None] | None = None) -> None:
        self.on_acknowledge = on_acknowledge
        self._lock = Lock()
        self._change = 0
        self._counter = itertools.count(1)
        self._patients: dict[str, PatientView] = {}
        self._removed = 0  # number of the last change that removed a patient

    def publish(self, message: dict[str, Any]) -> None:
        """Take a message of the engine.

        Parameters
        ----------
        message : dict
            ``type`` is one of these, ``id`` the patient:

            - ``patient``: ``name``, ``leads``, ``fs`` in Hz, ``unit``;
            - ``signal``: ``sample`` (of the first value, counted at ``fs``), ``fs``, ``leads``,
              ``values`` in mV, (n_leads, n), NaN or None where nothing was recorded;
            - ``beats``: ``beats``, each with ``time_s``, ``aami``, ``score``, ``flagged``,
              ``reason``, ``unreadable``;
            - ``status``: ``rate_bpm`` or None, ``quality`` from 0 to 1 or None, ``finding``,
              ``level``, ``technical`` (list of texts), ``ended`` (that, and why, its stream is
              over), if it is;
            - ``alarm``: ``alarm`` with ``key``, ``kind``, ``label``, ``priority``, ``state``
              (of `ecg_anomaly.live.alarm`), ``start_s``, ``end_s``, ``text``;
            - ``removed``: the patient is not monitored any more.

        Raises
        ------
        ValueError
            For another type, or signal that a page cannot show.
        """
        kind, patient_id = message["type"], str(message["id"])
        if kind not in ("patient", "signal", "beats", "status", "alarm", "removed"):
            raise ValueError(f"unknown type of message {kind!r}")
        with self._lock:
            if kind == "removed":
                if self._patients.pop(patient_id, None) is not None:
                    self._removed = self._next_change()
                return
            getattr(self._view(patient_id), f"take_{kind}")(message)

    def is_watched(self, patient_id: str) -> bool:
        """Tell whether a browser shows the signal of a patient."""
        view = self._patients.get(patient_id)
        return view is not None and monotonic() - view.asked_s < WATCHED_S

    def watched(self) -> frozenset[str]:
        """Return the patients whose signal a browser shows."""
        with self._lock:
            return frozenset(name for name in self._patients if self.is_watched(name))

    def _next_change(self) -> int:
        self._change = next(self._counter)
        return self._change

    def _view(self, patient_id: str) -> PatientView:
        if patient_id not in self._patients:
            if len(self._patients) >= MOST_PATIENTS:
                self._drop_patient()
            self._patients[patient_id] = PatientView(patient_id, self._next_change)
        return self._patients[patient_id]

    def _drop_patient(self) -> None:
        """Drop the patient who came first among those without an open alarm, or else the first."""
        quiet = (k for k, view in self._patients.items() if not view.alarms.any_open)
        del self._patients[next(quiet, next(iter(self._patients)))]
        self._removed = self._next_change()

    def news(self, cursor: Cursor) -> dict[str, Any]:
        """Return what is new to a browser, and move its cursor.

        Returns
        -------
        dict
            ``patients``: a list of the parts that are new, by patient; those without news are left
            out. ``ids``, when a patient was removed or the browser is new: all that there are.
        """
        with self._lock:
            seen, cursor.seen = cursor.seen, self._change
            update: dict[str, Any] = {"type": "update", "patients": []}
            for patient_id, view in self._patients.items():
                parts = view.news(seen)
                if patient_id == cursor.detail:
                    parts |= self._detail_news(view, cursor)
                if patient_id == cursor.detail or patient_id in cursor.watched:
                    parts |= self._signal_news(patient_id, view, cursor)
                if parts:
                    update["patients"].append({"id": patient_id, **parts})
            if not seen or self._removed > seen:
                update["ids"] = list(self._patients)
            return update

    def _detail_news(self, view: PatientView, cursor: Cursor) -> dict[str, Any]:
        found = view.detail_news(cursor.detail_seen, cursor.trend_s)
        cursor.detail_seen = self._change
        if trend := found.get("trend"):
            cursor.trend_s = trend["start_s"] + trend["step_s"] * len(trend["rate_bpm"])
        return found

    def _signal_news(self, patient_id: str, view: PatientView, cursor: Cursor) -> dict[str, Any]:
        view.asked_s = monotonic()
        start = cursor.next_sample.get(patient_id, 0)
        found = view.signal_news(start, large=patient_id == cursor.detail)
        if found is None:
            return {}
        cursor.next_sample[patient_id] = found["sample"] + len(found["values"][0])
        return {"signal": found}

    def snapshot(self) -> dict[str, Any]:
        """Return what a browser gets that connects now and shows no strip yet."""
        return self.news(Cursor())

    def acknowledge(self, key: str) -> bool:
        """Pass on that a person has acknowledged an alarm; tell whether there is such an alarm."""
        with self._lock:
            known = any(key in view.alarms for view in self._patients.values())
        if known and self.on_acknowledge is not None:
            self.on_acknowledge(key)
        return known
