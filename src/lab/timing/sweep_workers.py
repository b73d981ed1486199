"""How much faster two workers are than one."""

import json
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.config.search_schema import SearchRunConfig
from ecg_anomaly.network.training.epoch_log import Epoch
from ecg_anomaly.search.objective import train_trial
from ecg_anomaly.search.trial_beats import read_trial_beats
from lab.timing.timed_studies import (
    SMALL,
    configure_study,
    default_search,
    number_worker,
    run_sweep,
    work_on,
)

FEATURES = Path("data/features")

#: One worker and two in turn, so often: what else the machine does meets both.
ROUNDS = 2

#: Trials of each worker; the first one of each, which warms it up, is left out.
TRIALS = 5


@dataclass(frozen=True)
class Span:
    """When a trial ran.

    Attributes
    ----------
    worker : int
        Number of the process.
    begin, end : float
        Seconds of the clock.
    cpu : float
        Seconds of processor time of all threads.
    """

    worker: int
    begin: float
    end: float
    cpu: float


def busy_rate(spans: list[Span]) -> float:
    """Trials per hour in the time in which every worker was at work.

    A worker that begins later or has no trial left at the end says nothing of how fast two are:
    with a trial or two in an hour more or less a long sweep does not notice it. A trial that
    reaches beyond that time counts with the part within.
    """
    workers = {span.worker for span in spans}
    mine = {w: [s for s in spans if s.worker == w] for w in workers}
    begin = max(min(s.begin for s in found) for found in mine.values())
    end = min(max(s.end for s in found) for found in mine.values())
    parts = [max(0.0, min(s.end, end) - max(s.begin, begin)) / (s.end - s.begin) for s in spans]
    return 3600 * sum(parts) / (end - begin)


def measure_workers(command: list[str]) -> None:
    """Print trials per hour and processor time of one worker and of two, and their ratio.

    Parameters
    ----------
    command : list of str
        Command line of `training_worker`, without its arguments.
    """
    found: dict[int, list[Span]] = {1: [], 2: []}
    rates: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(ROUNDS):
        for n_workers, spans in found.items():
            fresh = _time_sweep(command, n_workers)
            spans += fresh
            rates[n_workers].append(busy_rate(fresh))
            cpu = sum(s.cpu for s in fresh) / len(fresh)
            share = sum(s.cpu for s in fresh) / sum(s.end - s.begin for s in fresh)
            print(
                f"{n_workers} workers: {rates[n_workers][-1]:.0f} trials per hour, {cpu:.2f} s of "
                f"processor time a trial, {share:.2f} cores a worker",
                flush=True,
            )
    one, two = (sum(rates[n]) / ROUNDS for n in (1, 2))
    print(f"ratio {two / one:.2f}")


def training_worker(folder: str, n_workers: str, number: str) -> None:
    """Work on the study of `measure_workers` and write when each trial ran."""
    config = number_worker(_configure(Path(folder), int(n_workers)), number)
    beats, spans = read_trial_beats(FEATURES, config.search.objective_beats), []

    def timed(c: PipelineConfig, report: Callable[[Epoch], None]) -> float:
        begin, cpu = time.time(), time.process_time()
        value = train_trial(beats, c, report)
        spans.append(Span(os.getpid(), begin, time.time(), time.process_time() - cpu))
        path = Path(folder) / f"spans-{os.getpid()}.json"
        path.write_text(json.dumps([asdict(span) for span in spans]))
        return value

    work_on(config, timed)


def _time_sweep(command: list[str], n_workers: int) -> list[Span]:
    """Run one sweep; return its trials but for the first one of each worker."""
    with tempfile.TemporaryDirectory() as temporary:
        run_sweep(_configure(Path(temporary), n_workers), [*command, temporary, str(n_workers)])
        files = sorted(Path(temporary).glob("spans-*.json"))
        return [Span(**row) for path in files for row in json.loads(path.read_text())[1:]]


def _configure(folder: Path, n_workers: int) -> SearchRunConfig:
    """Configure trials that cost the same: the noise alone differs."""
    space = {"training": {"noise": default_search()["space"]["training"]["noise"]}}
    settings = {"n_trials": TRIALS * n_workers, "n_workers": n_workers, "pruner": "none"}
    return configure_study(folder, SMALL, space=space, sampler="random", **settings)
