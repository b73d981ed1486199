"""Messages as the engine publishes them, for the tests of the monitor."""

from typing import Any

import numpy as np

FS = 100.0


def patient(name: str = "p1") -> dict[str, Any]:
    about = {"name": f"Bed {name}", "leads": ["I", "II"], "fs": FS, "unit": "mV"}
    return {"type": "patient", "id": name, **about}


def signal(start_s: float, seconds: float = 1.0, name: str = "p1") -> dict[str, Any]:
    """Two leads whose value in microvolts is the number of the sample, modulo 1000."""
    numbers = np.arange(round(start_s * FS), round((start_s + seconds) * FS))
    values = np.stack([numbers % 1000, -(numbers % 1000)]) / 1000
    about = {"sample": int(numbers[0]), "fs": FS, "leads": ["I", "II"]}
    return {"type": "signal", "id": name, **about, "values": values}


def beats(*times_s: float, flagged: bool = True, name: str = "p1") -> dict[str, Any]:
    said = {"aami": "V", "score": 0.9, "flagged": flagged, "reason": "wide", "unreadable": ""}
    return {"type": "beats", "id": name, "beats": [{"time_s": t, **said} for t in times_s]}


def status(rate: float | None = 72.0, name: str = "p1", **changes: Any) -> dict[str, Any]:
    said = {"rate_bpm": rate, "quality": 0.9, "finding": "", "level": "none", "technical": []}
    return {"type": "status", "id": name, **said, **changes}


def alarm(key: str = "a1", state: str = "active", name: str = "p1", **changes: Any) -> dict:
    words = {"kind": "asystole", "label": "asystole", "text": "no beat for 4 s"}
    when = {"priority": "critical", "state": state, "start_s": 1.0, "end_s": None, "sample": 360}
    return {"type": "alarm", "id": name, "alarm": {"key": key, **words, **when, **changes}}
