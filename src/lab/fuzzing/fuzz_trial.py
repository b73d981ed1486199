"""Read one damaged recording or detector and say whether it was read, refused, or neither."""

import json
import resource
import signal
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType

import numpy as np
import psutil

from ecg_anomaly.cli.detector_choice import DetectorChoice
from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.detector.engine import score_recording
from ecg_anomaly.detector.loading import DIGESTS, load_detector
from ecg_anomaly.files.digests import file_sha256
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.opening import open_record
from ecg_anomaly.records.record import StoredRecord
from lab.fuzzing.mutations import mutate
from lab.fuzzing.specimens import Specimen

#: Limit of the processor time of a trial, in s.
MAX_SECONDS = 2.0

#: Limit of the time of a trial on the clock, in s; a busy machine gives the above within it.
MAX_WAITING_S = 20.0

#: Samples that are read at a time, and in all: a gap of a month is not read to its end.
CHUNK, MAX_SAMPLES = 1 << 16, 1 << 20

#: Share of the readable recordings that are also scored, and the longest of them in s.
SCORED_SHARE, MAX_SCORED_S = 0.25, 120.0

#: Bytes of memory that a process may allocate beyond what it has after its first trials.
MAX_BYTES = 512 << 20

#: Trials after which the limit on memory is set: by then every library is loaded.
WARM_UP = 40

#: Sent by a process before its first trial.
READY = "ready"

READ, REFUSED, SCORED = WELL = "read", "refused", "scored"


class TookTooLongError(BaseException):
    """Raised in a trial after `MAX_SECONDS`; no handler of exceptions may swallow it."""


@dataclass(frozen=True)
class Outcome:
    """Outcome of a trial.

    Attributes
    ----------
    kind : str
        Format of the specimen.
    what : str
        ``"read"``, ``"scored"``, ``"refused"``, or the name of a failure.
    seconds : float
        Processor time it took.
    said : str
        The line a user would see, or the failure's message.
    """

    kind: str
    what: str
    seconds: float
    said: str = ""

    @property
    def failed(self) -> bool:
        """Whether it was neither read nor refused."""
        return self.what not in WELL


def run_trial(seed: int, specimens: list[Specimen], detector: Detector, folder: Path) -> Outcome:
    """Damage one of `specimens` as `seed` says and read it in `folder`, which is emptied."""
    rng = np.random.default_rng(seed)
    specimen = specimens[int(rng.integers(len(specimens)))]
    _damage(rng, specimen, folder)
    start = time.process_time()  # independent of how busy the machine is
    try:
        with _time_limit():
            what, said = _use(rng, specimen, detector, folder), ""
    except UserError as error:
        what, said = REFUSED, str(error)
        if len(said.splitlines()) != 1 or not error.where or not error.rule:
            what = "no single line"
    except BaseException as error:  # any other exception is a failure of the readers
        if isinstance(error, KeyboardInterrupt):
            raise
        what, said = type(error).__name__, str(error)[:300]
    return Outcome(specimen.kind, what, time.process_time() - start, said)


def run_trials(
    sender: Connection, seed: int, end: int, folder: Path, specimens: list[Specimen]
) -> None:
    """Run the trials `seed` to `end` - 1 in this process, with a limit on its memory.

    Sends `READY`, then the `Outcome` of each trial.
    """
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


def _damage(rng: np.random.Generator, specimen: Specimen, folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()
    names = list(specimen.files)
    damaged = {names[int(rng.integers(len(names)))] for _ in range(int(rng.integers(1, 3)))}
    for name, content in specimen.files.items():
        if name in damaged:
            if rng.random() < 0.02:
                continue
            content = mutate(rng, content)
        (folder / name).write_bytes(content)
    if specimen.kind == "detector" and rng.random() < 0.7:
        _fit_digests(folder)


def _fit_digests(folder: Path) -> None:
    """Write the digests of the damaged files, so that they are read and not only refused."""
    names = [path.name for path in folder.iterdir() if path.name != DIGESTS]
    digests = {name: file_sha256(folder / name) for name in sorted(names)}
    (folder / DIGESTS).write_text(json.dumps(digests))


def _use(rng: np.random.Generator, specimen: Specimen, detector: Detector, folder: Path) -> str:
    if specimen.kind == "detector":
        DetectorChoice(folder, "fuzzed", false_alarm_rate=0.1).load()
        return READ
    recording = open_record(folder / specimen.target, options=specimen.options)
    last = min(recording.n_samples, MAX_SAMPLES)
    for start in range(0, last, CHUNK):
        _check_chunk(recording, start, min(start + CHUNK, last))
    _check_chunk(recording, max(0, recording.n_samples - 1000), recording.n_samples)
    if recording.n_samples > MAX_SCORED_S * recording.fs or rng.random() > SCORED_SHARE:
        return READ
    decisions = score_recording(detector, recording)
    if np.isnan(decisions.score[decisions.unreadable == ""]).any():
        raise AssertionError("a readable beat without a score")
    return SCORED


def _check_chunk(recording: StoredRecord, start: int, stop: int) -> None:
    found = recording.read(start, stop)
    if found.shape != (stop - start, len(recording.leads)) or found.dtype != np.float32:
        raise AssertionError(f"{found.shape} {found.dtype} for samples {start} to {stop}")
    if np.isinf(found).any():
        raise AssertionError("infinite amplitude")


@contextmanager
def _time_limit() -> Iterator[None]:
    def stop(_number: int, _frame: FrameType | None) -> None:
        raise TookTooLongError(f"more than {MAX_SECONDS:g} s")

    former = [signal.signal(s, stop) for s in (signal.SIGPROF, signal.SIGALRM)]
    # Processor time does not depend on other processes; the clock stops a trial that waits.
    signal.setitimer(signal.ITIMER_PROF, MAX_SECONDS)
    signal.setitimer(signal.ITIMER_REAL, MAX_WAITING_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in zip((signal.SIGPROF, signal.SIGALRM), former, strict=True):
            signal.signal(number, handler)
