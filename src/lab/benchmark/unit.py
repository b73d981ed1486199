"""Train one network, or fit the baselines, on what a detector may see, and score every split."""

import fnmatch
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.config.pipeline_schema import BaselinesConfig, PipelineConfig
from ecg_anomaly.evaluation.baselines import fit_baselines, score_rules
from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.features.selection import FeatureTransform
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.files.progress import track
from lab.benchmark.benchmark_schema import DetectorConfig
from lab.benchmark.protocol_inputs import Splits

Arrays = dict[str, NDArray[Any]]

#: Stands for the log odds by the RR intervals alone where a detector leaves features out.
INTERVAL_ODDS = "interval_odds"


def evaluated_splits(splits: Splits) -> dict[str, BeatInputs]:
    """Return the recorded beats that are scored: those of validation, then each test split."""
    validation = splits.validation.select(splits.validation.recorded)
    return {"validation": validation, **splits.tests}


def train_unit(
    splits: Splits, config: PipelineConfig, report: Callable[[dict[str, float]], None]
) -> Arrays:
    """Train one network with the configured seed and score.

    Parameters
    ----------
    splits : Splits
        Inputs.
    config : PipelineConfig
        Model and training.
    report : callable
        Receives each epoch.

    Returns
    -------
    dict
        ``SPLIT.score`` (n,) and, where the network gives one, ``SPLIT.probability`` (n, 5), for
        ``validation`` and each test split; ``epochs`` and ``seconds``, one number each.
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
        ``SPLIT.NAME`` (n,) for ``validation`` and each test split.
    """
    fitted = fit_baselines(splits.train.select(splits.train.presumed_normal), config)
    scores: Arrays = {}
    for split, inputs in track(evaluated_splits(splits).items(), "score baselines"):
        rules = score_rules(inputs.rule, config.rhythm_weight)
        scores |= {f"{split}.{name}": score for name, score in rules.items()}
        scores |= {f"{split}.{name}": score(inputs) for name, score in fitted.items()}
    return scores


def without_noisy_copies(splits: Splits, number: int) -> Splits:
    """Take away the noisy copies that a network of a detector does not learn from.

    Parameters
    ----------
    splits : Splits
        Inputs with everything.
    number : int
        Number of the network, see `ecg_anomaly.network.training.targets.beats_of_network`.
    """
    from ecg_anomaly.network.training.targets import beats_of_network

    train, validation = (beats_of_network(b, number) for b in (splits.train, splits.validation))
    return replace(splits, train=train, validation=validation)


def hide_inputs(splits: Splits, channels: Sequence[str], detector: DetectorConfig) -> Splits:
    """Take away the channels and features that a detector does not see.

    Parameters
    ----------
    splits : Splits
        Inputs with everything.
    channels : sequence of str
        Names of the groups of channels in them, ``features.channels``.
    detector : DetectorConfig
        Channels that it sees, and patterns of the names of features that it does not.

    Raises
    ------
    UserError
        When it wants a channel that is not there, or a pattern fits no feature: the network would
        be the usual one under another name.
    """
    if not detector.channels and not detector.left_out:
        return splits
    columns = _columns(channels, detector.channels, splits.train.sequence.shape[2])
    patterns = [pattern for pattern in detector.left_out if pattern != INTERVAL_ODDS]
    kept = _kept_features(splits.transform.names, patterns)

    def cut(inputs: BeatInputs) -> BeatInputs:
        known = np.zeros_like(inputs.odds) if INTERVAL_ODDS in detector.left_out else inputs.odds
        return replace(
            inputs,
            sequence=inputs.sequence[:, :, columns],
            features=inputs.features[:, kept],
            odds=known,
        )

    return replace(
        splits,
        train=cut(splits.train),
        validation=cut(splits.validation),
        tests={name: cut(split) for name, split in splits.tests.items()},
        transform=_cut_transform(splits.transform, kept),
    )


def _columns(present: Sequence[str], wanted: Sequence[str], n_columns: int) -> NDArray[np.intp]:
    absent = sorted(set(wanted) - set(present))
    if absent:
        rule = f"{absent[0]} is none of {list(present)}"
        raise UserError("channels of benchmark.detectors", rule, "name one of features.channels")
    groups = np.arange(n_columns).reshape(len(present), -1)
    places = [present.index(name) for name in wanted or present]
    return groups[places].ravel()


def _kept_features(names: Sequence[str], patterns: Sequence[str]) -> NDArray[np.intp]:
    gone: set[str] = set()
    for pattern in patterns:
        found = fnmatch.filter(names, pattern)
        if not found:
            rule = f"no feature is named like {pattern!r}"
            raise UserError("left_out of benchmark.detectors", rule, f"there are {list(names)}")
        gone.update(found)
    return np.array([i for i, name in enumerate(names) if name not in gone], dtype=np.intp)


def _cut_transform(transform: FeatureTransform, kept: NDArray[np.intp]) -> FeatureTransform:
    return FeatureTransform(
        tuple(transform.names[i] for i in kept),
        transform.columns[kept],
        transform.mean[kept],
        transform.scale[kept],
    )
