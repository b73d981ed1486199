"""One spoilt recording or detector: read, refused, or neither."""

import json
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import numpy as np

from ecg_anomaly.cli.detector_choice import DetectorChoice
from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.detector.engine import score_recording
from ecg_anomaly.detector.package import DIGESTS
from ecg_anomaly.files.digests import file_sha256
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.opening import open_record
from ecg_anomaly.records.record import StoredRecord
from lab.fuzzing.mutations import mutate
from lab.fuzzing.specimens import Specimen

#: No trial may compute for longer, in s.
MAX_SECONDS = 2.0

#: Nor wait for longer: what a busy machine takes to give those seconds.
MAX_WAITING_S = 20.0

#: Samples that are read at a time, and at most: a gap of a month is not read to its end.
CHUNK, MAX_SAMPLES = 1 << 16, 1 << 20

#: Share of the recordings that can be read which are scored as well, and the longest of them.
SCORED_SHARE, MAX_SCORED_S = 0.25, 120.0

READ, REFUSED, SCORED = WELL = "read", "refused", "scored"


class TookTooLongError(BaseException):
    """Raised in a trial after `MAX_SECONDS`; no handler of exceptions may swallow it."""


@dataclass(frozen=True)
class Outcome:
    """What became of a trial.

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
    """Spoil one of `specimens` as `seed` says and read it in `folder`, which is emptied."""
    rng = np.random.default_rng(seed)
    specimen = specimens[int(rng.integers(len(specimens)))]
    _spoil(rng, specimen, folder)
    start = time.process_time()  # the clock on the wall tells how busy the machine is
    try:
        with _time_limit():
            what, said = _use(rng, specimen, detector, folder), ""
    except UserError as error:
        what, said = REFUSED, str(error)
        if len(said.splitlines()) != 1 or not error.where or not error.rule:
            what = "no single line"
    except BaseException as error:  # whatever it is, it is a finding
        if isinstance(error, KeyboardInterrupt):
            raise
        what, said = type(error).__name__, str(error)[:300]
    return Outcome(specimen.kind, what, time.process_time() - start, said)


def _spoil(rng: np.random.Generator, specimen: Specimen, folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()
    names = list(specimen.files)
    spoilt = {names[int(rng.integers(len(names)))] for _ in range(int(rng.integers(1, 3)))}
    for name, content in specimen.files.items():
        if name in spoilt:
            if rng.random() < 0.02:
                continue
            content = mutate(rng, content)
        (folder / name).write_bytes(content)
    if specimen.kind == "detector" and rng.random() < 0.7:
        _fit_digests(folder)


def _fit_digests(folder: Path) -> None:
    """Let the digests fit what was spoilt, so that it is looked at."""
    names = [path.name for path in folder.iterdir() if path.name != DIGESTS]
    digests = {name: file_sha256(folder / name) for name in sorted(names)}
    (folder / DIGESTS).write_text(json.dumps(digests))


def _use(rng: np.random.Generator, specimen: Specimen, detector: Detector, folder: Path) -> str:
    if specimen.kind == "detector":
        DetectorChoice(folder, "fuzzed", false_alarm_rate=0.1).load()
        return READ
    recording = open_record(folder / specimen.target, specimen.fs, specimen.unit)
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
    # Processor time says what a trial costs on a busy machine; what waits for ever is caught too.
    signal.setitimer(signal.ITIMER_PROF, MAX_SECONDS)
    signal.setitimer(signal.ITIMER_REAL, MAX_WAITING_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in zip((signal.SIGPROF, signal.SIGALRM), former, strict=True):
            signal.signal(number, handler)
