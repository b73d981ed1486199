"""The plots of docs/what-is-an-lstm.md: gates and cells, reconstruction, scores."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from numpy.typing import NDArray

from ecg_anomaly.evaluation.report.plot_style import ABNORMAL, ACCENT, NORMAL, new_figure
from ecg_anomaly.evaluation.threshold.thresholds import decide
from ecg_anomaly.network.beat_scores import BeatScores
from ecg_anomaly.records.beat_labels import SYMBOL_MEANINGS
from lab.teaching.gates import GateTrace

AMPLITUDE = "amplitude, 1 = height of\nthe person's usual beat"


@dataclass(frozen=True)
class DrawnBeats:
    """Beats to draw side by side.

    Attributes
    ----------
    leads : (n, samples, n_leads) float
        The signal alone, in units of the subject's usual peak-to-peak amplitude.
    symbol : (n,) str
    score : (n,) float64
    fs : float
        Hz.
    """

    leads: NDArray[np.floating]
    symbol: NDArray[np.str_]
    score: NDArray[np.float64]
    fs: float

    @property
    def duration_s(self) -> float:
        """Length of the window in s."""
        return self.leads.shape[1] / self.fs

    def name(self, row: int) -> str:
        """Return the meaning of a beat's annotation code."""
        symbol = str(self.symbol[row])
        return SYMBOL_MEANINGS.get(symbol, f"beat labelled {symbol}")

    def title(self, row: int) -> str:
        """Return the meaning of a beat's code, and its score."""
        return f"{self.name(row).capitalize()}, score {self.score[row]:.1f}"


def draw_cells(beats: DrawnBeats, trace: GateTrace) -> Figure:
    """Draw beats and, below each, the forget gate and the state of every cell of the layer.

    Parameters
    ----------
    beats : DrawnBeats
        Two in docs/.
    trace : GateTrace
        Of the same beats. Cells are sorted by the step of their largest state during the first
        beat.
    """
    order = np.argsort(np.abs(trace.cell[0]).argmax(axis=0), kind="stable")
    forget, cell = trace.forget_gate[:, :, order], trace.cell[:, :, order]
    most = float(np.quantile(np.abs(cell), 0.95))
    figure = new_figure(4.6 * len(beats.leads), 7.2)
    rows = figure.subplots(
        3, len(beats.leads), sharex=True, sharey="row", squeeze=False, height_ratios=(2, 3, 3)
    )
    for place, axes in enumerate(rows[0]):
        _draw_leads(axes, beats, place)
    kept = _draw_maps(rows[1], forget, beats, "viridis", forget.min(), forget.max())
    held = _draw_maps(rows[2], cell, beats, "RdBu_r", -most, most)
    figure.colorbar(kept, ax=rows[1], label="forget gate\n(share kept of the step before)")
    figure.colorbar(held, ax=rows[2], label="cell state\n(what the cell holds)", extend="both")
    for axes in rows[2]:
        axes.set_xlabel("time in the window, s")
    rows[0, 0].legend(loc="upper left", fontsize=8)
    return figure


def draw_reconstruction(beats: DrawnBeats, reconstructed: NDArray[np.floating]) -> Figure:
    """Draw the first lead of beats and its reconstruction by the autoencoder, the error shaded.

    Parameters
    ----------
    beats : DrawnBeats
        Two in docs/.
    reconstructed : (n, samples, n_leads or more) float
        The reconstruction; its first channel is drawn.
    """
    figure = new_figure(4.6 * len(beats.leads), 3.9)
    all_axes = figure.subplots(1, len(beats.leads), sharey=True, squeeze=False)[0]
    at = np.arange(beats.leads.shape[1]) / beats.fs
    for place, axes in enumerate(all_axes):
        drawn, again = beats.leads[place, :, 0], reconstructed[place, :, 0]
        axes.fill_between(at, drawn, again, color=ABNORMAL, alpha=0.3, linewidth=0, label="error")
        axes.plot(at, drawn, color=NORMAL, linewidth=1.6, label="the beat, first lead")
        axes.plot(at, again, color="black", linewidth=1.2, linestyle="--", label="reconstruction")
        error = float(np.abs(drawn - again).mean())
        axes.set_title(f"{beats.title(place)}\nmean error {error:.3f}", fontsize=10)
        axes.set_xlabel("time in the window, s")
    all_axes[0].set_ylabel(AMPLITUDE)
    all_axes[0].legend(loc="upper left", fontsize=8)
    return figure


def draw_scores(scores: BeatScores, threshold: float, beats: DrawnBeats) -> Figure:
    """Draw the scores of normal and abnormal beats, the threshold, and where `beats` lie.

    Parameters
    ----------
    scores : BeatScores
        Labelled beats of both kinds.
    threshold : float
        Beats that score more are flagged.
    beats : DrawnBeats
        Named under the axis.
    """
    figure = new_figure(9.2, 4.2)
    axes = figure.subplots()
    edges = np.linspace(scores.score.min(), scores.score.max(), 61).tolist()
    for name, rows, colour in (
        ("normal", ~scores.anomalous, NORMAL),
        ("abnormal", scores.anomalous, ABNORMAL),
    ):
        flagged = int(decide(scores.score[rows], threshold).sum())
        label = f"{rows.sum()} {name} beats, {flagged} flagged"
        share = np.full(rows.sum(), 1 / rows.sum())
        axes.hist(scores.score[rows], edges, weights=share, color=colour, alpha=0.55, label=label)
    axes.axvline(threshold, color="black", linestyle="--", label=f"threshold {threshold:.1f}")
    _point_at(axes, beats)
    axes.set(xlabel="score", ylabel="share of the beats of its kind")
    axes.set_title("Test beats: left of the threshold unflagged, right of it flagged")
    figure.legend(loc="outside lower center", ncols=3, fontsize=9)
    return figure


def _draw_leads(axes: Axes, beats: DrawnBeats, place: int) -> None:
    at = np.arange(beats.leads.shape[1]) / beats.fs
    for lead, colour in zip(range(beats.leads.shape[2]), (NORMAL, ABNORMAL, ACCENT), strict=False):
        axes.plot(at, beats.leads[place, :, lead], color=colour, label=f"lead {lead + 1}")
    axes.set_title(beats.title(place))
    if place == 0:
        axes.set_ylabel(AMPLITUDE)


def _draw_maps(
    all_axes: Sequence[Axes],
    values: NDArray[np.float64],
    beats: DrawnBeats,
    colours: str,
    low: float,
    high: float,
) -> AxesImage:
    """Draw one heat map per beat: a column for each step, a row for each cell."""
    extent = (0.0, beats.duration_s, values.shape[2] + 0.5, 0.5)
    for axes, beat in zip(all_axes, values, strict=True):
        image = axes.imshow(
            beat.T, aspect="auto", interpolation="nearest", extent=extent, cmap=colours,
            vmin=low, vmax=high,
        )  # fmt: skip
    all_axes[0].set_ylabel("cell")
    return image


def _point_at(axes: Axes, beats: DrawnBeats) -> None:
    top = axes.get_ylim()[1]
    for place, score in enumerate(beats.score):
        axes.annotate(
            beats.name(place), (score, 0), (score, 0.3 * top),
            ha="center", fontsize=9, arrowprops={"arrowstyle": "->"},
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1.5},
        )  # fmt: skip
