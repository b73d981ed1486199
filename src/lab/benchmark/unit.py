"""One unit of work: a network trained and its word on every side, or the baselines'."""

import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.config.pipeline_schema import BaselinesConfig, PipelineConfig
from ecg_anomaly.evaluation.baselines import fit_baselines, score_rules
from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.files.progress import track
from lab.benchmark.protocol_inputs import Splits

Arrays = dict[str, NDArray[Any]]


def evaluated_splits(splits: Splits) -> dict[str, BeatInputs]:
    """Return the recorded beats that are scored: those of validation, then each test side."""
    validation = splits.validation.select(splits.validation.recorded)
    return {"validation": validation, **splits.tests}


def train_unit(
    splits: Splits, config: PipelineConfig, report: Callable[[dict[str, float]], None]
) -> Arrays:
    """Train one network with the configured seed and score.

    Parameters
    ----------
    sides : Sides
        Inputs.
    config : PipelineConfig
        Model and training.
    report : callable
        Receives each epoch.

    Returns
    -------
    dict
        ``SIDE.score`` (n,) and, where the network gives one, ``SIDE.probability`` (n, 5), for
        ``validation`` and each test side; ``epochs`` and ``seconds``, one number each.
    """
    from ecg_anomaly.network.training.session import (
        train_scorer,  # 10 s of imports: not for a cached unit
    )

    start, epochs = time.monotonic(), [0.0]

    def count(metrics: dict[str, float]) -> None:
        epochs[0] = metrics["epoch"]
        shown = ", ".join(f"{k} {v:.4g}" for k, v in metrics.items())
        print(f"  {shown}", file=sys.stderr, flush=True)
        report(metrics)

    arrays: Arrays = {}
    with tempfile.TemporaryDirectory() as folder:
        scorer = train_scorer(
            splits.train, splits.validation, splits.transform, config, folder, count
        )
        for name, inputs in evaluated_splits(splits).items():
            arrays[f"{name}.score"] = scorer.score(inputs)
            outputs = scorer.explain(inputs)
            if "probability" in outputs:
                arrays[f"{name}.probability"] = outputs["probability"]
    arrays["epochs"] = np.array(epochs[0])
    arrays["seconds"] = np.array(round(time.monotonic() - start, 1))
    return arrays


def baseline_unit(splits: Splits, config: BaselinesConfig) -> Arrays:
    """Score with the rules and with classical detectors fitted on normal training beats.

    Returns
    -------
    dict
        ``SIDE.NAME`` (n,) for ``validation`` and each test side.
    """
    fitted = fit_baselines(splits.train.select(splits.train.presumed_normal), config)
    scores: Arrays = {}
    for split, inputs in track(evaluated_splits(splits).items(), "score baselines"):
        rules = score_rules(inputs.rule, config.rhythm_weight)
        scores |= {f"{split}.{name}": score for name, score in rules.items()}
        scores |= {f"{split}.{name}": score(inputs) for name, score in fitted.items()}
    return scores
