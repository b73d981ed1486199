"""Measure what a sweep costs, saves and survives; all but the first need `dvc repro features`.

    python src/measure_search.py overhead    storage and tracking, in shares of a 5 s trial
    python src/measure_search.py workers     trials per hour of 2 workers against 1
    python src/measure_search.py pruning     epochs until the best value of an unpruned search
    python src/measure_search.py kills       20 random kills over a sweep of 24 small trainings

Studies are made in a temporary folder. Machines differ and others work on them: the ratios count.
"""

import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import yaml

from ecg_anomaly.config.schema import PipelineConfig, TrackingConfig, TrainingConfig
from ecg_anomaly.config.search_schema import SearchConfig, SearchRunConfig
from ecg_anomaly.search.attempt import Objective
from ecg_anomaly.search.locks import StudyLocks
from ecg_anomaly.search.objective import Epoch
from ecg_anomaly.search.processes import ONE_THREAD, WorkerProcesses, end_with_sweep
from ecg_anomaly.search.slots import fill_slots
from ecg_anomaly.search.space import read_space
from ecg_anomaly.search.storage import find_storage, open_storage, study_folder
from ecg_anomaly.search.study import IDENTITY, begin_study, join_study, load_study, read_trials
from ecg_anomaly.search.sweep import Sweep
from ecg_anomaly.search.sweep_beats import read_sweep_beats
from ecg_anomaly.search.trials import ENDED, OBJECTIVE, SweepTrial, best_trial, count_states
from ecg_anomaly.search.worker import Worker
from ecg_anomaly.tracking.sweep_runs import follow_sweep

ROOT = Path(__file__).resolve().parents[1]
FEATURES = Path("data/features")

#: A trial of 10 epochs of half a second, with as many figures as a training reports.
EPOCHS, EPOCH_S = 10, 0.5

#: Small trainings: what pruning saves is counted in epochs, and they need not be long.
SMALL = TrainingConfig(epochs=9, patience=9, normal_per_record=120, abnormal_per_record=100)
N_UNPRUNED, SEEDS = 20, range(1, 6)

N_KILLS = 20


class BudgetSpentError(BaseException):
    """Ends a search after so many epochs; a worker takes it for its own end."""


def default_space() -> dict[str, Any]:
    """Read the space of conf/search/default.yaml."""
    text = (ROOT / "conf/search/default.yaml").read_text(encoding="utf-8")
    space: dict[str, Any] = yaml.safe_load(text)["space"]
    return space


def configure(folder: Path, training: TrainingConfig, **search: Any) -> SearchRunConfig:
    """Configure a study in a temporary folder, logged to a database beside it."""
    settings = {"space": default_space(), "folder": str(folder), **search}
    tracking = TrackingConfig(uri=f"sqlite:///{folder}/mlflow.db")
    model = replace(PipelineConfig().model, samples_per_step=8, latent_size=32, dropout=0.3)
    return SearchRunConfig(
        model=model, training=training, tracking=tracking, search=SearchConfig(**settings)
    )


def burn(seconds: float) -> float:
    """Keep one core busy for so many seconds of processor time."""
    start = time.process_time()
    while time.process_time() - start < seconds:
        sum(range(1000))
    return time.process_time() - start


class Spending:
    """An objective that burns time and writes how much of it it did not burn: overhead.

    Parameters
    ----------
    folder : Path
        Gets ``spent-PROCESS.json``, written anew before each trial.
    """

    def __init__(self, folder: Path) -> None:
        self.burnt, self.trials = 0.0, 0
        self._path, self._start = folder / f"spent-{os.getpid()}.json", time.process_time()

    def __call__(self, config: PipelineConfig, report: Callable[[Epoch], None]) -> float:
        """Do one trial."""
        rest = time.process_time() - self._start - self.burnt
        self._path.write_text(json.dumps({"rest": rest, "trials": self.trials}))
        self.trials += 1
        for epoch in range(1, EPOCHS + 1):
            self.burnt += burn(EPOCH_S)
            figures = dict.fromkeys(("loss", "validation_loss", "learning_rate"), 1 / epoch)
            report({"epoch": float(epoch), **figures, OBJECTIVE: config.training.noise})
        return config.training.noise


def burning_worker(folder: str, n_workers: str) -> None:
    """Work on a study of `measure_overhead`."""
    end_with_sweep()
    config = overhead_config(Path(folder), int(n_workers))
    axes, storage = read_space(config.search), find_storage(config.search)
    join_study(storage, config, axes, "none")
    Worker(storage, config, axes, Spending(Path(folder))).work()


def overhead_config(folder: Path, n_workers: int) -> SearchRunConfig:
    """Configure the study of `measure_overhead`: nothing is pruned."""
    training = TrainingConfig(epochs=EPOCHS)
    return configure(folder, training, n_trials=12, n_workers=n_workers, pruner="none")


def measure_overhead() -> None:
    """Print the processor time of workers and parent beside the trials themselves."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        config = overhead_config(folder, 2)
        words = [sys.executable, __file__, "burning_worker", temporary, "2"]
        with follow_sweep(config, "warm-up"):
            pass  # MLflow is imported and its database made, once for every sweep
        start = time.process_time()
        run_sweep(config, words, "none")
        parent = time.process_time() - start
        spent = [json.loads(p.read_text()) for p in folder.glob("spent-*.json")]
    worker = sum(s["rest"] for s in spent) / sum(s["trials"] for s in spent)
    trial, trials = EPOCHS * EPOCH_S, config.search.n_trials
    print(f"{trials} trials of {trial:g} s in 2 workers")
    print(f"workers: {1000 * worker:.0f} ms a trial, {worker / trial:.2%}")
    share = parent / trials / trial
    print(f"parent with MLflow: {1000 * parent / trials:.0f} ms a trial, {share:.2%}")


def run_sweep(config: SearchRunConfig, words: list[str], data: str) -> list[SweepTrial]:
    """Run a sweep with MLflow to its end and return its trials."""
    axes, folder = read_space(config.search), study_folder(config.search)
    locks = StudyLocks(folder)
    locks.take_sweep()
    study = begin_study(open_storage(config.search), config, axes, data)
    workers = WorkerProcesses(config.search.n_workers, lambda _: words, folder)
    with follow_sweep(config, study.user_attrs[IDENTITY]) as log:
        sweep = Sweep(study, config, axes, workers, [log.show])
        sweep.prepare(locks)
        sweep.run()
        log.show(read_trials(study), last=True)
    locks.close()
    return read_trials(study)


def training_worker(folder: str, n_workers: str) -> None:
    """Work on a study of `measure_workers`."""
    end_with_sweep()
    config = workers_config(Path(folder), int(n_workers))
    axes, storage = read_space(config.search), find_storage(config.search)
    join_study(storage, config, axes, "small")
    beats = read_sweep_beats(FEATURES, config)
    from ecg_anomaly.search.objective import train_trial

    objective: Objective = lambda c, report: train_trial(beats, c, report)  # noqa: E731
    stamps = []

    def stamped(c: PipelineConfig, report: Callable[[Epoch], None]) -> float:
        stamps.append(time.time())
        value = objective(c, report)
        stamps.append(time.time())
        (Path(folder) / f"stamps-{os.getpid()}.json").write_text(json.dumps(stamps))
        return value

    Worker(storage, config, axes, stamped).work()


def workers_config(folder: Path, n_workers: int) -> SearchRunConfig:
    """Configure trials that cost the same: the noise alone differs."""
    space = {"training": {"noise": default_space()["training"]["noise"]}}
    return configure(
        folder, SMALL, space=space, n_trials=8, n_workers=n_workers, pruner="none", sampler="random"
    )


def measure_workers() -> None:
    """Print the trials per hour of one worker and of two, from first beginning to last end."""
    rates = {}
    for n_workers in (1, 2):
        with tempfile.TemporaryDirectory() as temporary:
            config = workers_config(Path(temporary), n_workers)
            words = [sys.executable, __file__, "training_worker", temporary, str(n_workers)]
            trials = run_sweep(config, words, "small")
            files = Path(temporary).glob("stamps-*.json")
            stamps = [t for p in files for t in json.loads(p.read_text())]
        rates[n_workers] = 3600 * len(trials) / (max(stamps) - min(stamps))
        print(f"{n_workers} workers: {rates[n_workers]:.0f} trials per hour", flush=True)
    print(f"ratio {rates[2] / rates[1]:.2f}")


def measure_pruning() -> None:
    """Print, seed by seed, the epochs that a pruned search needs for the unpruned one's best."""
    os.environ.update(ONE_THREAD)
    from ecg_anomaly.search.objective import train_trial

    beats = read_sweep_beats(FEATURES, configure(Path(), SMALL))
    objective: Objective = lambda c, report: train_trial(beats, c, report)  # noqa: E731
    shares = []
    for seed in SEEDS:
        whole = search(objective, seed, "none", N_UNPRUNED, 10**9)
        budget = sum(len(t.epochs) for t in whole)
        best = best_trial(whole)
        assert best is not None
        assert best.value is not None
        pruned = search(objective, seed, "halving", 3 * N_UNPRUNED, budget // 2)
        epochs, reached = 0, None
        for trial in pruned:
            epochs += len(trial.epochs)
            if reached is None and trial.state == "finished" and (trial.value or 0) >= best.value:
                reached = epochs
        found = best_trial(pruned)
        shares.append(reached / budget if reached else float("inf"))
        value = found.value if found is not None else None
        print(
            f"seed {seed}: unpruned {best.value:.5f} in {budget} epochs; pruned {value} in "
            f"{epochs} epochs of {len(pruned)} trials, reached it after {reached} "
            f"({shares[-1]:.0%})",
            flush=True,
        )
    print(f"median {statistics.median(shares):.0%}")


def search(
    objective: Objective, seed: int, pruner: str, n_trials: int, budget: int
) -> list[SweepTrial]:
    """Search in this process until the trials or the epochs are spent."""
    spent = 0

    def counted(config: PipelineConfig, report: Callable[[Epoch], None]) -> float:
        def count(figures: Epoch) -> None:
            nonlocal spent
            spent += 1
            report(figures)

        if spent >= budget:
            raise BudgetSpentError
        return objective(config, count)

    with tempfile.TemporaryDirectory() as temporary:
        config = configure(
            Path(temporary), SMALL, seed=seed, pruner=pruner, n_trials=n_trials, n_workers=1
        )
        axes, storage = read_space(config.search), open_storage(config.search)
        study = begin_study(storage, config, axes, "small")
        fill_slots(study, config, axes)
        with suppress(BudgetSpentError):
            Worker(storage, config, axes, counted).work()
        return [t for t in read_trials(study) if t.state in ENDED]


def measure_kills() -> None:
    """Kill workers, the sweep, or all of them at random moments, and count what is left."""
    rng, kills, calls = random.Random(1), 0, 1
    with tempfile.TemporaryDirectory() as temporary:
        words = ["search=smoke", "search.n_trials=24", "search.retries=20"]
        words += [f"search.folder={temporary}", f"tracking.uri=sqlite:///{temporary}/mlflow.db"]
        command = [sys.executable, str(ROOT / "src/search_architecture.py"), *words]
        sweep = subprocess.Popen(command)
        while kills < N_KILLS:
            time.sleep(rng.uniform(2, 25))
            if sweep.poll() is not None:
                sweep, calls = subprocess.Popen(command), calls + 1
                continue
            workers = [
                child.pid for child in psutil.Process(sweep.pid).children(recursive=True)
                if any("search_worker" in word for word in child.cmdline())
            ]  # fmt: skip
            victims = rng.choice(([sweep.pid], [sweep.pid, *workers], workers[:1], workers))
            for process in victims:
                os.kill(process, signal.SIGKILL)
            kills += bool(victims)
        sweep.wait(0 if sweep.poll() is not None else None)
        status = subprocess.run(command, check=False).returncode
        settings = SearchConfig(study="smoke", folder=temporary)
        trials = read_trials(load_study(find_storage(settings), settings))
    slots = sorted(t.slot for t in trials if t.state in ENDED)
    count = dict(count_states(trials))
    print(f"{kills} kills, {calls + 1} calls, last status {status}: {count}")
    print(f"every slot ended once: {slots == list(range(24))}")


if __name__ == "__main__":
    known = (measure_overhead, measure_workers, measure_pruning, measure_kills)
    hidden = (burning_worker, training_worker)
    named = {f.__name__.removeprefix("measure_"): f for f in (*known, *hidden)}
    if len(sys.argv) < 2 or sys.argv[1] not in named:
        sys.exit(__doc__)
    named[sys.argv[1]](*sys.argv[2:])
