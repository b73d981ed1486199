"""Plots of a study: values over time, learning curves, tried values, importance of parameters."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from matplotlib.figure import Figure
from optuna.distributions import BaseDistribution, CategoricalDistribution
from optuna.trial import create_trial

from ecg_anomaly.evaluation.report.plot_style import (
    ABNORMAL,
    ACCENT,
    MUTED,
    NORMAL,
    new_figure,
    save_figure,
)
from ecg_anomaly.search.trials import ENDED, OBJECTIVE, SweepTrial, best_trial

METRIC = "average precision by subject"

#: Trials that importances need at least.
LEAST = 4


def write_plots(study: optuna.Study, trials: Sequence[SweepTrial], folder: Path) -> list[Path]:
    """Draw a study.

    Parameters
    ----------
    study : optuna.Study
        For the limits of the space.
    trials : sequence of SweepTrial
        What is drawn; trials without an epoch are left out.
    folder : Path
        Gets ``history.png``, ``intermediate_values.png``, ``parallel_coordinates.png`` and, with
        `LEAST` trials or more, ``importances.png``.

    Returns
    -------
    list of Path
        The plots.
    """
    shown = [t for t in trials if t.state in ENDED and t.epochs]
    if not shown:
        return []
    space = read_search_ranges(study)
    drawn = {
        "history": draw_history(shown),
        "intermediate_values": draw_curves(shown),
        "parallel_coordinates": draw_parallel_coordinates(shown, space),
    }
    if len(shown) >= LEAST:
        drawn["importances"] = draw_importances(shown, space)
    folder.mkdir(parents=True, exist_ok=True)
    for name, figure in drawn.items():
        save_figure(figure, folder / f"{name}.png")
    return [folder / f"{name}.png" for name in drawn]


def read_search_ranges(study: optuna.Study) -> dict[str, BaseDistribution]:
    """Read the limits of every searched name from the trials."""
    limits: dict[str, BaseDistribution] = {}
    for frozen in study.get_trials(deepcopy=False):
        limits |= frozen.distributions
    return limits


def draw_history(trials: Sequence[SweepTrial]) -> Figure:
    """Draw the value of every trial and the best so far."""
    figure = new_figure()
    axes = figure.subplots()
    for state, colour in (("finished", NORMAL), ("pruned", MUTED)):
        mine = [t for t in trials if t.state == state and t.value is not None]
        values = [t.value or 0.0 for t in mine]
        axes.plot([t.number for t in mine], values, "o", c=colour, label=state)
    done = [t for t in trials if t.state == "finished"]
    best = np.maximum.accumulate(np.array([t.value or 0.0 for t in done]))
    axes.step([t.number for t in done], best, where="post", c=ACCENT, label="best so far")
    axes.set(xlabel="trial", ylabel=METRIC, title="History")
    axes.legend()
    return figure


def draw_curves(trials: Sequence[SweepTrial]) -> Figure:
    """Draw every trial epoch by epoch, the best one on top."""
    figure = new_figure()
    axes = figure.subplots()
    best = best_trial(trials)
    for trial in trials:
        curve = [epoch[OBJECTIVE] for epoch in trial.epochs]
        style: dict[str, Any] = {"c": NORMAL if trial.state == "finished" else MUTED, "alpha": 0.6}
        if best is not None and trial.number == best.number:
            style = {"c": ABNORMAL, "lw": 2.5, "zorder": 5, "label": f"best: trial {best.number}"}
        marker = "." if trial.state == "pruned" else ""
        axes.plot(range(1, len(curve) + 1), curve, marker=marker, markevery=[-1], **style)
    axes.set(xlabel="epoch", ylabel=METRIC, title="Every trial, epoch by epoch; a dot: pruned")
    if best is not None:
        axes.legend(loc="lower right")
    return figure


def draw_parallel_coordinates(
    trials: Sequence[SweepTrial], space: dict[str, BaseDistribution]
) -> Figure:
    """Draw every trial as a line through its values, coloured by how well it did."""
    names = [n for n in space if any(n in t.params for t in trials)]
    trials = [t for t in trials if all(n in t.params for n in names) and t.value is not None]
    figure = new_figure(1.1 * len(names) + 2, 4.4)
    axes = figure.subplots()
    order = sorted(trials, key=lambda t: t.value or 0.0)
    for place, trial in enumerate(order):
        shade = (place + 1) / len(order)
        heights = [_height(space[n], trial.params[n]) for n in names]
        line: dict[str, Any] = {"c": NORMAL, "alpha": 0.1 + 0.5 * shade, "lw": 0.8}
        if place == len(order) - 1:
            line = {"c": ABNORMAL, "lw": 2.5, "label": f"best: trial {trial.number}"}
        axes.plot(range(len(names)), heights, **line)
    labels = [f"{n.partition('.')[2]}\n{_ends(space[n])}" for n in names]
    axes.set_xticks(range(len(names)), labels, fontsize=7, rotation=30)
    axes.set(yticks=[], title="Values of every trial, lowest to highest; darker is better")
    if order:
        axes.legend(loc="upper right")
    return figure


def draw_importances(trials: Sequence[SweepTrial], space: dict[str, BaseDistribution]) -> Figure:
    """Draw the importances after the last epoch that all trials have, pruned ones too."""
    epoch = min(len(t.epochs) for t in trials)
    shares = measure_importances(trials, space, epoch)
    figure = new_figure()
    axes = figure.subplots()
    names = sorted(shares, key=lambda name: shares[name])
    axes.barh([n.partition(".")[2] for n in names], [shares[n] for n in names], color=NORMAL)
    axes.set(xlabel="share of the differences between trials", xlim=(0, 1))
    axes.set_title(f"What mattered after epoch {epoch} (fANOVA, {len(trials)} trials)")
    return figure


def measure_importances(
    trials: Sequence[SweepTrial], space: dict[str, BaseDistribution], epoch: int
) -> dict[str, float]:
    """Measure the share of each name in how well trials did after an epoch.

    Hutter et al. 2014 (functional analysis of variance of a random forest).
    """
    study = optuna.create_study(direction="maximize")
    for trial in trials:
        known = {n: v for n, v in trial.params.items() if n in space}
        limits = {n: space[n] for n in known}
        value = trial.epochs[epoch - 1][OBJECTIVE]
        study.add_trial(create_trial(params=known, distributions=limits, value=value))
    evaluator = optuna.importance.FanovaImportanceEvaluator(seed=0)
    shares = optuna.importance.get_param_importances(study, evaluator=evaluator)
    return {name: float(share) for name, share in shares.items()}


def _height(limits: BaseDistribution, value: Any) -> float:
    """Where a value lies between the limits, in [0, 1]; in the middle where there is one only."""
    if isinstance(limits, CategoricalDistribution):
        places = len(limits.choices)
        return limits.to_internal_repr(value) / (places - 1) if places > 1 else 0.5
    low, high = float(limits.low), float(limits.high)  # type: ignore[attr-defined]
    if low == high:
        return 0.5
    if limits.log:  # type: ignore[attr-defined]
        return float((np.log(value) - np.log(low)) / (np.log(high) - np.log(low)))
    return float((value - low) / (high - low))


def _ends(limits: BaseDistribution) -> str:
    if isinstance(limits, CategoricalDistribution):
        return f"{limits.choices[0]} … {limits.choices[-1]}"
    return f"{limits.low:g} … {limits.high:g}"  # type: ignore[attr-defined]
