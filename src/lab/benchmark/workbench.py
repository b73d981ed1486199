"""Prepare inputs and train networks of a protocol, or take the results of an earlier run.

A unit is one training or one preparation of inputs. Its file is named by a digest of everything
that can change its numbers: the configuration and the code of the rooms that it runs through.
"""

import hashlib
import json
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_set import BeatSet
from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.files.atomic import write_arrays
from ecg_anomaly.files.data_files import read_arrays
from ecg_anomaly.files.digests import file_sha256
from ecg_anomaly.tracking.benchmark_runs import BenchmarkLog
from lab.benchmark.benchmark_schema import BenchmarkRunConfig, DetectorConfig
from lab.benchmark.protocol_beats import DescribedBeats
from lab.benchmark.protocol_inputs import Splits, read_splits, write_splits
from lab.benchmark.unit import baseline_unit, leave_out, train_unit, without_noisy_copies

Arrays = dict[str, NDArray[Any]]


SOURCE = Path(__file__).resolve().parents[2]

#: Rooms that recordings pass on the way to inputs, and inputs on the way to scores.
INPUT_ROOMS = ("ecg_anomaly/beats", "ecg_anomaly/features", "ecg_anomaly/records")
SCORE_ROOMS = ("ecg_anomaly/evaluation/baselines.py", "ecg_anomaly/network")

#: Single modules that make what is kept.
INPUT_MODULES = tuple(
    f"lab/benchmark/{name}.py" for name in ("protocol_beats", "reference", "protocol_inputs")
)
SCORE_MODULES = ("lab/benchmark/unit.py",)


def code_digest(parts: Iterable[str]) -> str:
    """Return the SHA256 over the source files of rooms and modules, paths relative to src/.

    Raises
    ------
    FileNotFoundError
        When one does not exist: a digest without it would not change with its code.
    """
    total = hashlib.sha256()
    for part in sorted(parts):
        path = SOURCE / part
        if not path.exists():
            raise FileNotFoundError(path)
        for file in [path] if path.is_file() else sorted(path.rglob("*.py")):
            total.update(f"{file_sha256(file)}  {file.relative_to(SOURCE).as_posix()}\n".encode())
    return total.hexdigest()


def unit_key(content: Mapping[str, Any], parts: Iterable[str]) -> str:
    """Name a unit by its configuration and code: 24 hexadecimal characters."""
    text = json.dumps([content, code_digest(parts)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:24]


class ResultCache:
    """Arrays of finished units in one folder.

    Parameters
    ----------
    folder : Path
        Made when something is kept.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, name: str, key: str, make: Callable[[], Mapping[str, NDArray[Any]]]) -> Arrays:
        """Return the arrays of a unit, made and kept when they are not there yet.

        Parameters
        ----------
        name : str
            What subjects call the unit; begins the name of its file.
        key : str
            From `unit_key`.
        make : callable
            Does the work. Its file appears whole or not at all.
        """
        path = self.folder / f"{name}-{key}.npz"
        if not path.is_file():
            write_arrays(path, {n: np.asarray(a) for n, a in make().items()})
        return read_arrays(path)

    def clear_stale(self, prefix: str, keep: str) -> None:
        """Remove preparations of former code or configurations: they are large.

        Parameters
        ----------
        prefix : str
            Beginning of the names of the folders in question.
        keep : str
            Name of the one that stays.
        """
        for folder in self.folder.glob(f"{prefix}*/"):
            if folder.name != keep:
                shutil.rmtree(folder, ignore_errors=True)


class Workbench:
    """Makes units, or takes those that an earlier run finished.

    Parameters
    ----------
    config : BenchmarkRunConfig
        Everything; ``benchmark.folder`` holds the cache.
    log : BenchmarkLog
        Gets a child run for each training.
    """

    def __init__(self, config: BenchmarkRunConfig, log: BenchmarkLog) -> None:
        self.config, self._log = config, log
        self._cache = ResultCache(Path(config.benchmark.folder) / "cache")
        self._start = time.monotonic()

    def say(self, what: str) -> None:
        """Say on standard error where the benchmark stands."""
        print(f"[{time.monotonic() - self._start:5.0f} s] {what}", file=sys.stderr, flush=True)

    def prepare(
        self,
        fold: str,
        describe: Callable[[], DescribedBeats],
        split: Callable[[BeatSet], NDArray[np.str_]],
    ) -> tuple[Splits, str]:
        """Return the inputs of a fold and the key that names them.

        Parameters
        ----------
        fold : str
            Begins the name of its files.
        describe : callable
            Gives the beats of the protocol; called when the inputs are not kept.
        split : callable
            Gives each beat its split.
        """
        # A fold is another one among others; its name may be the same.
        others = self.config.benchmark.folds, self.config.benchmark.parts
        content = {
            **self._groups("dataset", "preprocess", "features"), "fold": fold, "of": others,
            "noisy_copies": self.config.training.noisy_copies,
        }  # fmt: skip
        key = unit_key(content, (*INPUT_ROOMS, *INPUT_MODULES))
        name = f"inputs-{fold}-{key}"
        folder = self._cache.folder / name
        if not folder.is_dir():
            self.say(f"{fold}: preparing inputs")
            source = describe()
            write_splits(folder, source, split(source.beats.reference), self.config)
        self._cache.clear_stale(f"inputs-{fold}-", name)
        return read_splits(folder), key

    def train(
        self, fold: str, inputs: tuple[Splits, str], name: str, seed: int, number: int = 0
    ) -> Arrays:
        """Train one network of a detector with one seed, or take what was kept of it.

        Parameters
        ----------
        fold : str
            Begins the name of its file.
        inputs : Splits, str
            From `prepare`.
        name : str
            Key of ``benchmark.detectors``.
        seed : int
        number : int
            Number of the network in its detector, from 0; 0 for a detector of one network.
        """
        detector = self.config.benchmark.detectors[name]
        config = configure(self.config, detector, seed)
        known = without_noisy_copies(inputs[0], number)
        splits = leave_out(known, config.features.channels, detector)
        sight = {"channels": detector.channels, "left_out": detector.left_out}
        content = {"inputs": inputs[1], "network": number, **_method(config), **sight}
        key = unit_key(content, (*SCORE_ROOMS, *SCORE_MODULES))
        self.say(f"{fold}, {name}, seed {seed}")
        tags = {"detector": name, "seed": str(seed), "fold": fold}
        with self._log.child(f"{fold} {name} {seed}", tags) as run:
            unit = f"{fold}-{re.sub(r'[^0-9a-z]+', '_', name.lower())}-{seed}"
            return self._cache.get(unit, key, lambda: train_unit(splits, config, run.log_epoch))

    def score_baselines(self, fold: str, inputs: tuple[Splits, str]) -> Arrays:
        """Score the baselines of the same harness, or take what was kept."""
        splits, inputs_key = inputs
        content = {"inputs": inputs_key, **self._groups("baselines")}
        key = unit_key(content, (*SCORE_ROOMS, *SCORE_MODULES))
        self.say(f"{fold}, baselines")
        make = lambda: baseline_unit(splits, self.config.baselines)  # noqa: E731
        return self._cache.get(f"{fold}-baselines", key, make)

    def _groups(self, *names: str) -> dict[str, Any]:
        return {name: asdict(getattr(self.config, name)) for name in names}


def configure(config: PipelineConfig, detector: DetectorConfig, seed: int) -> PipelineConfig:
    """Put a detector's groups and a seed in the place of the configured ones."""
    model, training = detector.trained
    return replace(config, model=model, training=replace(training, seed=seed))


def _method(config: PipelineConfig) -> Mapping[str, Any]:
    return {"model": asdict(config.model), "training": asdict(config.training)}
