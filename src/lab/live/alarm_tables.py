"""Tables of alarms: how soon they are raised after the onset, and how many of them are false."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from ecg_anomaly.detector.loaded_detector import LoadedDetector
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.live.alarm_settings import CRITICAL, HIGH, TECHNICAL
from ecg_anomaly.records.opening import open_record
from lab.findings.reference_rhythms import ReferenceRhythms, read_reference_rhythms
from lab.live.alarm_runs import SaidAlarm, run_alarms
from lab.live.critical_recordings import KINDS, CriticalRecording, make_critical

#: Seconds after the limit within which an alarm is on time, and simulated patients of each kind.
ON_TIME_S, N_PATIENTS = 0.5, 20

#: Seconds after the start of an episode within which alarms are counted.
WITHIN_S = (4.5, 6.0, 8.0, 10.0, 15.0)

#: Recordings that are monitored side by side.
TOGETHER = 48


def tabulate_onsets(detector: LoadedDetector, n: int = N_PATIENTS) -> Iterator[str]:
    """Yield the lines of a table: simulated recordings, and when their alarms came.

    Parameters
    ----------
    detector : LoadedDetector
    n : int
        Patients of each kind.
    """
    yield "| simulated | alarms | on time | delay after the limit: 50 %, 90 %, 100 % of them |"
    yield "|---|---:|---:|---:|"
    for kind in KINDS:
        made = [make_critical(kind, number) for number in range(n)]
        runs = run_alarms(detector, [each.record for each in made])
        late = [measure_delay(each, said) for each, said in zip(made, runs, strict=True)]
        known = np.array([s for s in late if s is not None])
        in_time = int((known <= ON_TIME_S).sum())
        spread = _list_s(np.quantile(known, (0.5, 0.9, 1)).tolist()) if len(known) else "-"
        label = kind.replace("_", " ")
        yield f"| {label} | {len(known)} of {n} | {in_time} of {n} | {spread} |"


def measure_delay(made: CriticalRecording, said: Sequence[SaidAlarm]) -> float | None:
    """Return how many s after its limit the alarm came that a recording was made for, or None.

    An alarm that began before the onset is none of it.
    """
    fits = [a for a in said if a.kind == made.kind and a.said_s >= made.start_s]
    return min(a.said_s for a in fits) - made.limit_s if fits else None


def tabulate_folder(detector: LoadedDetector, folder: Path) -> Iterator[str]:
    """Yield the lines of a table: the alarms of the records of a folder with a reference.

    Parameters
    ----------
    detector : LoadedDetector
    folder : Path
        With WFDB records and their annotations ``.atr``.
    """
    limits, calm, all_of = FindingLimits(), [], []
    delays: list[float | None] = []
    headers = sorted(folder.glob("*.hea"))
    for at in range(0, len(headers), TOGETHER):
        opened = [open_record(path.with_suffix("")) for path in headers[at : at + TOGETHER]]
        for record, said in zip(opened, run_alarms(detector, opened), strict=True):
            path = folder / f"{Path(record.name).name}.atr"
            duration_s = record.n_samples / record.fs
            reference = read_reference_rhythms(path, record.fs, duration_s, limits)
            all_of.append((record.name, said, duration_s))
            calm += [] if reference.critical else [(record.name, said, duration_s)]
            delays += _measure_episodes(reference, said, limits)
    yield f"| {folder.name} | |"
    yield "|---|---:|"
    yield f"| records, hours | {len(all_of)}, {_hours(all_of):.1f} |"
    for name, of in (("critical", CRITICAL), ("high", HIGH), ("technical", TECHNICAL)):
        yield f"| {name} alarms an hour | {_count(all_of, of) / _hours(all_of):.2f} |"
    if calm:
        wrong = sorted({n for n, said, _ in calm if any(a.priority == CRITICAL for a in said)})
        rate = f"{_count(calm, CRITICAL) / _hours(calm):.2f}"
        yield f"| records without anything critical, hours | {len(calm)}, {_hours(calm):.1f} |"
        names = f" ({', '.join(wrong)})" if wrong else ""
        yield f"| critical alarms an hour in them | {rate}{names} |"
    if delays:
        found = [s for s in delays if s is not None]
        spread = _list_s(np.quantile(found, (0.5, 0.9, 1)).tolist()) if found else "-"
        yield f"| episodes of VF and VT with an alarm | {len(found)} of {len(delays)} |"
        yield f"| after their start: half, nine of ten, all | {spread} |"
        counts = ", ".join(str(sum(s <= most_s for s in found)) for most_s in WITHIN_S)
        yield f"| alarms within {', '.join(f'{s:g}' for s in WITHIN_S)} s of it | {counts} |"


Monitored = tuple[str, list[SaidAlarm], float]


def _measure_episodes(
    reference: ReferenceRhythms, said: Sequence[SaidAlarm], limits: FindingLimits
) -> list[float | None]:
    """Return how long after its start each episode had an alarm; 0 if it was raised before."""
    delays: list[float | None] = []
    critical = [alarm for alarm in said if alarm.priority == CRITICAL]
    for start_s, end_s in reference.episodes:
        if end_s - start_s < limits.vf_s:
            continue
        inside = [a for a in critical if a.said_s <= end_s + limits.vf_s and a.end_s >= start_s]
        delays.append(max(0.0, min(a.said_s for a in inside) - start_s) if inside else None)
    return delays


def _hours(monitored: Sequence[Monitored]) -> float:
    return sum(duration_s for _, _, duration_s in monitored) / 3600


def _count(monitored: Sequence[Monitored], priority: str) -> int:
    return sum(alarm.priority == priority for _, said, _ in monitored for alarm in said)


def _list_s(values: Sequence[float]) -> str:
    return ", ".join(f"{value:.1f}" for value in values) + " s"
