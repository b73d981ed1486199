"""Feed the monitor with simulated patients, without a detector: to work on it and to test it."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from ecg_anomaly.config.pipeline_schema import SimulationConfig
from ecg_anomaly.live.monitor.feed import MonitorFeed
from ecg_anomaly.records.record import Record
from ecg_anomaly.records.simulation.simulated_records import simulate_record
from lab.monitor.demo_patient import SHOWN_FS, STEP_S, DemoPatient, ScriptedAlarm

#: Patients that differ from each other.
DIFFERENT = 16

#: Seconds of a simulated recording at least.
SHORTEST_S = 10.0

#: What is said of the heart that stops.
ASYSTOLE = ScriptedAlarm(
    20.0, 24.5, 1e9, "asystole", "asystole", "critical", "no beat for 4 s, signal present"
)


def simulate_patients(n: int, seconds: float, seed: int = 7) -> list[DemoPatient]:
    """Simulate patients; the third has no heartbeat from 20 s on.

    After `DIFFERENT` patients the same ones come again, under other names.
    """
    config = SimulationConfig(
        n_subjects=n, duration_s=max(seconds, SHORTEST_S), fs=SHOWN_FS, seed=seed, difficult=False
    )
    records = [simulate_record(config, index) for index in range(min(n, DIFFERENT))]
    patients = []
    for index in range(n):
        record = records[index % DIFFERENT]
        alarms: list[ScriptedAlarm] = []
        if index == 2:
            record, alarms = _stop_heart(record, 20.0), [ASYSTOLE]
        patients.append(DemoPatient(record, f"Bed {index + 1}", alarms))
    return patients


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
