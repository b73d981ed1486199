"""Where the units of a protocol are made, kept, said and logged."""

import re
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_set import BeatSet
from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.tracking.benchmark_runs import BenchmarkLog
from lab.benchmark.benchmark_schema import BenchmarkRunConfig, DetectorConfig
from lab.benchmark.cache import (
    INPUT_MODULES,
    INPUT_ROOMS,
    SCORE_MODULES,
    SCORE_ROOMS,
    ResultCache,
    unit_key,
)
from lab.benchmark.described import DescribedBeats
from lab.benchmark.left_out import leave_out
from lab.benchmark.protocol_inputs import Splits, read_splits, write_splits
from lab.benchmark.unit import baseline_unit, train_unit

Arrays = dict[str, NDArray[Any]]


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
            Gives each beat its side.
        """
        content = {**self._groups("dataset", "preprocess", "features"), "fold": fold}
        key = unit_key(content, (*INPUT_ROOMS, *INPUT_MODULES))
        name = f"inputs-{fold}-{key}"
        folder = self._cache.folder / name
        if not folder.is_dir():
            self.say(f"{fold}: preparing inputs")
            source = describe()
            write_splits(folder, source, split(source.beats.reference), self.config)
        self._cache.clear_stale(f"inputs-{fold}-", name)
        return read_splits(folder), key

    def train(self, fold: str, inputs: tuple[Splits, str], name: str, seed: int) -> Arrays:
        """Train one detector of the protocol with one seed, or take what was kept of it."""
        detector = self.config.benchmark.detectors[name]
        config = configure(self.config, detector, seed)
        splits = leave_out(inputs[0], config.features.channels, detector)
        sight = {"channels": detector.channels, "left_out": detector.left_out}
        content = {"inputs": inputs[1], **_method(config), **sight}
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
    training = replace(detector.training, seed=seed)
    return replace(config, model=detector.model, training=training)


def _method(config: PipelineConfig) -> Mapping[str, Any]:
    return {"model": asdict(config.model), "training": asdict(config.training)}
