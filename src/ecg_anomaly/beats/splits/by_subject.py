"""Split beats by subject into a training, a validation and a test split."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_set import BeatSet
from ecg_anomaly.config.pipeline_schema import DatasetConfig, SplitConfig
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.beat_labels import AAMI_CLASSES
from ecg_anomaly.records.named_records import check_known, split_units

SPLITS = ("train", "validation", "test")

#: Random assignments tried; the best balanced one is kept.
N_TRIED = 300


def split_beats(
    beats: BeatSet, dataset: DatasetConfig, without_beats: Mapping[str, str] | None = None
) -> NDArray[np.str_]:
    """Assign each beat to a split.

    Parameters
    ----------
    beats : BeatSet
        All beats.
    dataset : DatasetConfig
        Records that are excluded; how to split: by subject or by beat, which subjects (or records)
        are named for a split, and which fractions of the others are drawn.
    without_beats : mapping of str to str, optional
        Subject of records that are there and that `beats` may lack, such as those that cannot be
        used: they may be named for a split.

    Returns
    -------
    (n,) str
        One of `SPLITS`, or ``""`` for excluded beats.

    Raises
    ------
    UserError
        When a named subject is absent or a split would have no readable beat.
    """
    there = dict(zip(beats.record.tolist(), beats.subject.tolist(), strict=True))
    _check_named(split_units(dataset, {**(without_beats or {}), **there}), dataset.split)
    included = ~np.isin(beats.record, dataset.exclude)
    units = (
        beats.subject
        if dataset.split.unit == "subject"
        else _beat_units(beats, dataset.split.test + dataset.split.validation)
    )
    split = np.full(len(beats), "", dtype="<U10")
    split[included] = _split_units(units[included], beats.anomalous[included], dataset.split)
    for name in SPLITS:
        if not (beats.readable & (split == name)).any():
            rule = f"no readable beat is left for the {name} split"
            raise UserError("dataset.split", rule, "add subjects or change the fractions")
    return split


def summarise_split(beats: BeatSet) -> list[dict[str, object]]:
    """Count the subjects and beats of each split.

    Returns
    -------
    list of dict
        One row per split: ``split`` (its name), ``subjects``, ``beats`` and ``unreadable``
        (numbers of readable and other beats), ``classes`` (readable beats per AAMI class).
    """
    rows: list[dict[str, object]] = []
    for name in SPLITS:
        part = beats.select(beats.split == name)
        readable = part.select(part.readable)
        rows.append(
            {
                "split": name,
                "subjects": sorted(set(part.subject.tolist())),
                "beats": len(readable),
                "unreadable": len(part) - len(readable),
                "classes": {aami: int((readable.aami == aami).sum()) for aami in AAMI_CLASSES},
            }
        )
    return rows


def _beat_units(beats: BeatSet, named: list[str]) -> NDArray[np.str_]:
    """Make every beat a unit of its own, except that records named for a split stay whole."""
    numbered = np.char.add(np.char.add(beats.record, "#"), beats.sample.astype(str))
    return np.where(np.isin(beats.record, named), beats.record, numbered)


def _split_units(
    units: NDArray[np.str_], anomalous: NDArray[np.bool_], config: SplitConfig
) -> NDArray[np.str_]:
    names, inverse = np.unique(units, return_inverse=True)
    split = np.full(len(names), "", dtype="<U10")
    split[np.isin(names, config.test)] = "test"
    split[np.isin(names, config.validation)] = "validation"
    fractions = {
        "test": 0.0 if config.test else config.test_fraction,
        "validation": 0.0 if config.validation else config.validation_fraction,
    }
    free = split == ""
    weight = np.column_stack(
        [np.bincount(inverse, minlength=len(names)), np.bincount(inverse, anomalous, len(names))]
    )[free]
    split[free] = _balanced_splits(weight, fractions, config.seed)
    return split[inverse]


def _check_named(units: set[str], config: SplitConfig) -> None:
    check_known("dataset.split.test", config.test, units)
    check_known("dataset.split.validation", config.validation, units)
    both = sorted(set(config.test) & set(config.validation))
    if both:
        raise UserError("dataset.split", f"{', '.join(both)} in two splits", "keep it in one")


def _balanced_splits(
    weight: NDArray[np.float64], fractions: dict[str, float], seed: int
) -> NDArray[np.str_]:
    """Choose among random assignments the one whose splits come closest to their fractions.

    `weight` (n_units, 2) holds the numbers of all and of anomalous beats of each unit.
    """
    rng = np.random.default_rng(seed)
    share = weight / np.maximum(weight.sum(axis=0), 1)
    best, best_miss = np.full(len(weight), "train", dtype="<U10"), np.inf
    for _ in range(N_TRIED if sum(fractions.values()) else 1):
        split = _random_splits(rng, len(weight), fractions)
        miss = sum(np.abs(share[split == n].sum(axis=0) - f).sum() for n, f in fractions.items())
        if miss < best_miss:
            best, best_miss = split, miss
    return best


def _random_splits(
    rng: np.random.Generator, n: int, fractions: dict[str, float]
) -> NDArray[np.str_]:
    split = np.full(n, "train", dtype="<U10")
    order = rng.permutation(n)
    start = 0
    for name, fraction in fractions.items():
        size = max(1, round(fraction * n)) if fraction else 0
        split[order[start : start + size]] = name
        start += size
    return split
