"""Score many simulated patients at real pace, as a ward's worth of monitors would send them."""

import multiprocessing
import resource
import time
from collections.abc import Callable
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.cli.live_setup import settled_process
from ecg_anomaly.config.data_schema import SimulationConfig
from ecg_anomaly.detector.engine import score_recording
from ecg_anomaly.detector.loaded_detector import LoadedDetector
from ecg_anomaly.detector.loading import load_detector
from ecg_anomaly.detector.stream_pool import StreamPool
from ecg_anomaly.records.record import Record
from ecg_anomaly.records.simulation.simulated_records import simulate_records
from lab.live.load_figures import Clock, LoadResult, LoadSettings

#: Different patients; streams take them in turn, their samples out of step.
N_PATIENTS, FS = 6, 360.0

#: Streams of a patient have begun at so many moments, a second apart: what a stream renews every
#: 12 s is due at any time then, as on a ward.
N_STARTS = 12


#: Measures a share of the streams, after all is ready and the call that it is given returns.
MeasureShare = Callable[[LoadSettings, int, Callable[[], object]], LoadResult]


def measure_load(
    settings: LoadSettings, processes: int, measure: MeasureShare | None = None
) -> LoadResult:
    """Run the load, shared between some processes.

    Parameters
    ----------
    settings : LoadSettings
    processes : int
        Each has an equal share of the streams.
    measure : callable, optional
        A function of a module; by default `measure_share`.
    """
    shares = [len(part) for part in np.array_split(np.arange(settings.streams), processes)]
    context = multiprocessing.get_context("spawn")
    gate, results = context.Barrier(processes), context.Queue()
    workers = [
        context.Process(
            target=_send_share,
            args=(measure or measure_share, settings, share, gate, results),
            daemon=True,
        )
        for share in shares
    ]
    for worker in workers:
        worker.start()
    found: list[LoadResult] = [results.get() for _ in workers]
    for worker in workers:
        worker.join()
    hour = 3600 / (settings.streams * settings.seconds)
    return LoadResult(
        settings.streams, processes, settings.seconds,
        np.concatenate([part.latency_s for part in found]),
        max(part.behind_s for part in found),
        sum(part.cpu_s for part in found) * hour,
        float(np.mean([part.score_cpu_s for part in found])),
        max(part.open_s for part in found),
        sum(part.stream_bytes for part in found) / settings.streams,
        found[0].push_s,
    )  # fmt: skip


def _send_share(
    measure: MeasureShare, settings: LoadSettings, share: int, gate: Barrier, results: Queue
) -> None:
    with settled_process():
        results.put(measure(settings, share, gate.wait))


def measure_share(
    settings: LoadSettings, share: int, wait: Callable[[], object] = lambda: None
) -> LoadResult:
    """Run `share` of the streams in this process.

    Parameters
    ----------
    settings : LoadSettings
    share : int
    wait : callable
        Called when all is ready: it may wait for other processes.
    """
    detector, records = load_detector(settings.detector), make_records(settings)
    score_cpu_s = time_score(detector, records)
    past = warm_streams(detector, records, settings)
    push_s = _time_pushes(detector, records[0], past[0], settings)
    before, start = resident_bytes(), time.monotonic()
    pool = StreamPool(detector)
    for number in range(share):
        patient = number % N_PATIENTS
        snapshot = past[number % len(past)]
        pool.open(str(number), FS, records[patient].leads, snapshot=snapshot)
    open_s = time.monotonic() - start
    wait()
    cpu = time.process_time()
    latency_s, behind_s = _run(pool, records, settings)
    cpu_s, grown = time.process_time() - cpu, resident_bytes() - before
    return LoadResult(
        share, 1, settings.seconds, latency_s, behind_s, cpu_s, score_cpu_s, open_s, grown, push_s
    )


def make_records(settings: LoadSettings) -> list[Record]:
    """Simulate the patients, as long as their past and the load take."""
    duration_s = settings.warm_s + len(start_samples(settings)) - 1 + settings.seconds
    config = SimulationConfig(
        n_subjects=N_PATIENTS, duration_s=duration_s, fs=FS, seed=5, difficult=False
    )
    return list(simulate_records(config))


def time_score(detector: LoadedDetector, records: list[Record]) -> float:
    """Measure the CPU seconds that `score` takes for an hour of signal."""
    start = time.process_time()
    for record in records:
        score_recording(detector, record, 1)
    return (time.process_time() - start) * 3600 / sum(r.duration_s for r in records)


def start_samples(settings: LoadSettings) -> list[int]:
    """Return how many samples of the past streams have, those that began at one moment each."""
    n_starts = 1 if settings.at_once else N_STARTS
    return [round((settings.warm_s + second) * FS) for second in range(n_starts)]


def warm_streams(
    detector: LoadedDetector, records: list[Record], settings: LoadSettings
) -> list[bytes]:
    """Return snapshots of streams with a past: of each patient in turn, then a second older."""
    streams = [detector.stream(FS, record.leads) for record in records]
    found = []
    for end in start_samples(settings):
        for stream, record in zip(streams, records, strict=True):
            stream.push(record.signal[stream.n_samples : end])
            found.append(stream.snapshot())
    return found


def _time_pushes(
    detector: LoadedDetector, record: Record, past: bytes, settings: LoadSettings
) -> NDArray[np.float64]:
    stream, took = detector.stream(FS, record.leads), []
    stream.restore(past)
    size, signal = round(settings.push_s * FS), record.signal[stream.n_samples :]
    for start in range(0, round(settings.seconds * FS), size):
        began = time.thread_time()
        stream.push(signal[start : start + size])
        took.append(time.thread_time() - began)
    return np.array(took)


def _run(
    pool: StreamPool, records: list[Record], settings: LoadSettings
) -> tuple[NDArray[np.float64], float]:
    """Push at real pace; return the latencies, and how far a stream was behind at most."""
    n, size = len(pool), round(settings.push_s * FS)
    first = [pool[str(k)].n_samples for k in range(n)]
    every, done = int(settings.seconds / settings.push_s), np.zeros(n, int)
    # Streams are out of step: in each moment as many pieces arrive as in any other.
    clock = Clock(settings.real_pace)
    start_s = clock.now_s() + settings.push_s * (np.arange(n) * 0.618 % 1)
    latency, behind_s = [], 0.0
    while (done < every).any():
        began = clock.now_s()
        arrived = np.minimum(((began - start_s) / settings.push_s).astype(int), every)
        due = np.flatnonzero(arrived > done)
        signals = {
            str(k): records[k % N_PATIENTS].signal[first[k] + done[k] * size : first[k] + a * size]
            for k, a in zip(due.tolist(), arrived[due].tolist(), strict=True)
        }
        found = pool.push(signals).decisions
        decided = [k for k in due.tolist() if len(found[str(k)])]
        late = clock.now_s() - (start_s + (done + 1) * settings.push_s)
        latency.append(late[decided])
        behind_s = max(behind_s, float(late[due].max(initial=0)))
        done[due] = arrived[due]
        clock.sleep(began + settings.tick_s)
    return np.concatenate(latency), behind_s


def resident_bytes() -> int:
    """Memory of this process."""
    pages = Path("/proc/self/statm").read_text().split()[1]
    return int(pages) * resource.getpagesize()
