"""Simulated recordings in which the heart does something critical, at a moment that is known."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.records.record import Record
from ecg_anomaly.records.simulation.beat_table import BeatBuilder, BeatTable
from ecg_anomaly.records.simulation.patient_rhythm import SinusSeries, draw_sinus_series
from ecg_anomaly.records.simulation.patients import (
    CONDUCTED_FORM,
    FIRST_FOCUS,
    SINUS_P,
    Patient,
    draw_patient,
)
from ecg_anomaly.records.simulation.simulated_beats import draw_beats
from ecg_anomaly.records.simulation.simulated_noise import NoiseSource
from ecg_anomaly.records.simulation.waveform import draw_gains, iterate_clean
from ecg_anomaly.records.simulation.waves import LEADS

#: What the heart does, and the rates a minute of it, where it beats.
KINDS = {
    "asystole": (0.0, 0.0),
    "ventricular_fibrillation": (0.0, 0.0),
    "ventricular_tachycardia": (110.0, 180.0),
    "extreme_bradycardia": (22.0, 37.0),
    "extreme_tachycardia": (150.0, 190.0),
}

#: Seconds before it begins, of the whole, and of beats before the first sample.
BEFORE_S, LENGTH_S, LEAD_IN_S = 45.0, 85.0, 8.0

#: A ventricular beat is whole so many s after its R peak: its class depends on its T wave.
WHOLE_S = 0.45

#: What there is of each beat in a table.
COLUMNS = ("time_s", "symbol", "form", "p_time_s", "p_form")

#: Swings of the fibrillation a second, and their size in mV.
SWINGS_HZ, SWING_MV = (3.5, 6.5), (0.25, 0.7)


@dataclass(frozen=True)
class CriticalRecording:
    """A recording and its truth.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
    record : Record
    start_s : float
        Where it begins: the last beat before an asystole, the first swing or beat of another.
    limit_s : float
        When the limit of the findings is reached: after so many seconds, at the R peak of the last
        beat that it asks for, or when that is whole, where its class is asked for.
    """

    kind: str
    record: Record
    start_s: float
    limit_s: float


def make_critical(
    kind: str, number: int, fs: float = 250.0, limits: FindingLimits | None = None
) -> CriticalRecording:
    """Simulate a patient of two leads whose heart does something critical until the end.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    number : int
        Which patient, and which rate.
    fs : float
        Sampling rate in Hz.
    limits : FindingLimits, optional
    """
    limits, rng = limits or FindingLimits(), np.random.default_rng([77, number])
    patient = draw_patient(number, rng, difficult=False)
    sinus = draw_sinus_series(patient.sinus, -LEAD_IN_S, LENGTH_S + 4, rng)
    beats = _cut(draw_beats(patient, sinus, BEFORE_S, rng), BEFORE_S + rng.uniform(0, 1))
    last_s, bpm = float(beats.time_s[-1]), rng.uniform(*KINDS[kind])
    if bpm:
        beats = _add_beats(beats, kind, last_s, 60 / bpm, rng)
    signal = _render(patient, beats, sinus, fs, rng)
    if kind == "ventricular_fibrillation":
        start_s = last_s + 0.35
        signal[round(start_s * fs) :] += _fibrillate(len(signal) - round(start_s * fs), fs, rng)
    elif kind == "asystole":
        start_s = last_s
    else:
        start_s = float(beats.time_s[np.searchsorted(beats.time_s, last_s, "right")])
    record = Record(f"{kind}-{number}", f"{kind}-{number}", signal.astype(np.float32), fs, LEADS)
    return CriticalRecording(kind, record, start_s, find_limit(kind, beats, start_s, limits))


def find_limit(kind: str, beats: BeatTable, start_s: float, limits: FindingLimits) -> float:
    """Return when the limit of a kind is reached, by the beats of a simulated heart."""
    if kind == "asystole":
        return start_s + limits.asystole_s
    if kind == "ventricular_fibrillation":
        return start_s + limits.vf_s
    times, rr_s = beats.time_s, np.diff(beats.time_s)
    if kind == "extreme_bradycardia":
        holds = np.append(False, rr_s > 60 / limits.brady_bpm)
        n = limits.brady_beats - 1
        row = next(k for k in range(n, len(times)) if holds[k - n + 1 : k + 1].all())
    elif kind == "extreme_tachycardia":
        n = limits.tachy_beats - 1
        row = n + int((times[n:] - times[:-n] < n * 60 / limits.tachy_bpm).argmax())
    else:
        return float(times[np.searchsorted(times, start_s) + limits.vt_beats - 1]) + WHOLE_S
    return float(times[row])


def _cut(beats: BeatTable, stop_s: float) -> BeatTable:
    n = int(np.searchsorted(beats.time_s, stop_s))
    return replace(beats, **{name: getattr(beats, name)[:n] for name in COLUMNS})


def _add_beats(
    beats: BeatTable, kind: str, last_s: float, rr_s: float, rng: np.random.Generator
) -> BeatTable:
    builder, at_s = BeatBuilder(), last_s
    while at_s < LENGTH_S + 2:
        at_s += rr_s * rng.uniform(0.98, 1.02)
        if kind == "ventricular_tachycardia":
            builder.add(at_s, "V", FIRST_FOCUS)
        else:
            builder.add(at_s, "N", CONDUCTED_FORM, at_s - min(0.16, 0.4 * rr_s), SINUS_P)
    more = builder.build()
    joined: dict[str, Any] = {
        c: np.concatenate([getattr(beats, c), getattr(more, c)]) for c in COLUMNS
    }
    return replace(beats, **joined)


def _render(
    patient: Patient, beats: BeatTable, sinus: SinusSeries, fs: float, rng: np.random.Generator
) -> NDArray[np.float64]:
    n = round(LENGTH_S * fs)
    edges = np.array([-round(LEAD_IN_S * fs), 0, n], np.int64)
    gains = draw_gains(patient, beats, sinus, rng)
    *_, clean = iterate_clean(patient, beats, gains, sinus, fs, edges)
    quiet = replace(patient.noise, muscle_per_minute=0.0, motion_per_minute=0.0)
    return clean + NoiseSource(quiet, LENGTH_S, fs, rng).draw(n)


def _fibrillate(n: int, fs: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Swings whose rate and size wander, (n, 2) in mV."""
    slow = np.cumsum(rng.normal(0, 0.03, n // round(fs / 4) + 2))
    wander = np.interp(np.arange(n), np.arange(len(slow)) * round(fs / 4), slow)
    hz = np.clip(rng.uniform(*SWINGS_HZ) * np.exp(wander), 3.0, 7.5)
    phase = 2 * np.pi * np.cumsum(hz) / fs
    size = rng.uniform(*SWING_MV) * (1 + 0.35 * np.sin(2 * np.pi * 0.4 * np.arange(n) / fs))
    leads = [np.sin(phase + lag) + 0.25 * np.sin(1.7 * phase + 2 * lag) for lag in (0.0, 1.1)]
    return np.stack([size * lead for lead in leads], axis=1)
