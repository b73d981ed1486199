"""Prepare inputs and train networks of a protocol, or take the results of an earlier run.

Results are kept by `lab.benchmark.result_cache`.
"""

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
from lab.benchmark.protocol_beats import DescribedBeats
from lab.benchmark.protocol_inputs import Splits, read_splits, write_splits
from lab.benchmark.result_cache import (
    INPUT_FOLDERS,
    INPUT_MODULES,
    SCORE_FOLDERS,
    SCORE_MODULES,
    Arrays,
    ResultCache,
    unit_key,
)
from lab.benchmark.unit import baseline_unit, hide_inputs, train_unit, without_noisy_copies


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
        key = unit_key(content, (*INPUT_FOLDERS, *INPUT_MODULES))
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
        config = configure_training(self.config, detector, seed)
        known = without_noisy_copies(inputs[0], number)
        splits = hide_inputs(known, config.features.channels, detector)
        sight = {"channels": detector.channels, "left_out": detector.left_out}
        content = {"inputs": inputs[1], "network": number, **_method(config), **sight}
        key = unit_key(content, (*SCORE_FOLDERS, *SCORE_MODULES))
        self.say(f"{fold}, {name}, seed {seed}")
        tags = {"detector": name, "seed": str(seed), "fold": fold}
        with self._log.child(f"{fold} {name} {seed}", tags) as run:
            unit = f"{fold}-{re.sub(r'[^0-9a-z]+', '_', name.lower())}-{seed}"
            return self._cache.get(unit, key, lambda: train_unit(splits, config, run.log_epoch))

    def score_baselines(self, fold: str, inputs: tuple[Splits, str]) -> Arrays:
        """Score the baselines of the same harness, or take what was kept."""
        splits, inputs_key = inputs
        content = {"inputs": inputs_key, **self._groups("baselines")}
        key = unit_key(content, (*SCORE_FOLDERS, *SCORE_MODULES))
        self.say(f"{fold}, baselines")
        make = lambda: baseline_unit(splits, self.config.baselines)  # noqa: E731
        return self._cache.get(f"{fold}-baselines", key, make)

    def _groups(self, *names: str) -> dict[str, Any]:
        return {name: asdict(getattr(self.config, name)) for name in names}


def configure_training(
    config: PipelineConfig, detector: DetectorConfig, seed: int
) -> PipelineConfig:
    """Put a detector's groups and a seed in the place of the configured ones."""
    model, training = detector.trained
    return replace(config, model=model, training=replace(training, seed=seed))


def _method(config: PipelineConfig) -> Mapping[str, Any]:
    return {"model": asdict(config.model), "training": asdict(config.training)}
