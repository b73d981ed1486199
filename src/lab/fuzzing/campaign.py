"""Many trials in a process of their own, with a limit on its memory."""

import multiprocessing
import resource
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

import psutil

from ecg_anomaly.detector.package import load_detector
from lab.fuzzing.fuzz_trial import Outcome, run_trial
from lab.fuzzing.specimens import Specimen, make_specimens, read_folder

#: Bytes that a process may take beyond what it has after its first trials.
MAX_BYTES = 512 << 20

#: Trials after which the limit on memory is set: by then every library is loaded.
WARM_UP = 40

#: What a process says before its first trial.
READY = "ready"

#: Failures that are kept with their messages.
MOST_FAILURES = 200


@dataclass
class Tally:
    """What became of the trials of a campaign.

    Attributes
    ----------
    counts : Counter
        Trials by format and outcome.
    failures : list of (int, Outcome)
        Seed and outcome of trials that were neither read nor refused.
    slowest : (int, Outcome) or None
        The trial that took longest.
    """

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    failures: list[tuple[int, Outcome]] = field(default_factory=list)
    slowest: tuple[int, Outcome] | None = None

    def add(self, seed: int, outcome: Outcome) -> None:
        """Count a trial."""
        self.counts[outcome.kind, outcome.what] += 1
        if outcome.failed and len(self.failures) < MOST_FAILURES:
            self.failures.append((seed, outcome))
        if self.slowest is None or outcome.seconds > self.slowest[1].seconds:
            self.slowest = seed, outcome


def run_campaign(first_seed: int, n_trials: int, detector: Path) -> Iterator[tuple[int, Outcome]]:
    """Run trials `first_seed`, `first_seed` + 1 ...; yield each with its seed.

    A process that dies is a finding of the trial it died in; another one goes on after it.

    Raises
    ------
    RuntimeError
        When a process dies before its first trial.
    """
    with tempfile.TemporaryDirectory() as work:
        packaged = Specimen("detector", read_folder(detector), ".")
        specimens = [*make_specimens(Path(work)), packaged, packaged]
    seed, end = first_seed, first_seed + n_trials
    context = multiprocessing.get_context("spawn")
    while seed < end:
        receiver, sender = context.Pipe(duplex=False)
        arguments = (sender, seed, end, detector, specimens)
        process = context.Process(target=_run_trials, args=arguments)
        process.start()
        sender.close()
        messages = _receive(receiver)
        if next(messages, None) != READY:
            raise RuntimeError("the process of the trials cannot start, see above")
        for outcome in messages:
            assert isinstance(outcome, Outcome)
            yield seed, outcome
            seed += 1
        process.join()
        if seed < end:
            yield seed, Outcome("unknown", f"process died ({process.exitcode})", 0.0)
            seed += 1


def _receive(receiver: Connection) -> Iterator[Outcome | str]:
    try:
        while True:
            yield receiver.recv()
    except EOFError:
        return


def _run_trials(
    sender: Connection, seed: int, end: int, folder: Path, specimens: list[Specimen]
) -> None:
    warnings.simplefilter("ignore")
    detector = load_detector(folder)
    with tempfile.TemporaryDirectory() as work:
        for warm in range(WARM_UP):
            run_trial(warm, specimens, detector, Path(work))
        limit = psutil.Process().memory_info().vms + MAX_BYTES
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        sender.send(READY)
        for number in range(seed, end):
            sender.send(run_trial(number, specimens, detector, Path(work)))
