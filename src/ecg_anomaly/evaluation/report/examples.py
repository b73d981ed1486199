"""Plot the highest-scored beats over their reconstruction or the subject's template beat."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from ecg_anomaly.evaluation.report.plot_style import ABNORMAL, NORMAL, new_figure
from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.network.scorer import BeatScorer

COLUMNS = 4


def choose_examples(
    score: NDArray[np.float64], record: NDArray[np.str_], n: int
) -> NDArray[np.intp]:
    """Choose the highest-scored beats, at most a quarter of them from one record.

    Parameters
    ----------
    score : (n_beats,) float64
        Larger is more anomalous.
    record : (n_beats,) str
        Record of each beat.
    n : int
        Most beats to choose.

    Returns
    -------
    (m,) int
        Rows, highest score first; fewer than `n` when records are few.
    """
    most = max(1, n // 4)
    taken: dict[str, int] = {}
    rows = []
    for row in np.argsort(-score, kind="stable"):
        name = str(record[row])
        if taken.get(name, 0) < most:
            taken[name] = taken.get(name, 0) + 1
            rows.append(row)
        if len(rows) == n:
            break
    return np.array(rows, dtype=np.intp)


def draw_examples(
    inputs: BeatInputs, score: NDArray[np.float64], scorer: BeatScorer, fs: float, n_leads: int
) -> Figure:
    """Plot beats with their reconstruction, or with the subject's template beat, as dashed lines.

    Parameters
    ----------
    inputs : BeatInputs
        The chosen beats.
    score : (n,) float64
        Their scores.
    scorer : BeatScorer
        Gives the reconstruction, when its network is an autoencoder.
    fs : float
        Sampling rate of the window in Hz.
    n_leads : int
        Number of leads; the first `n_leads` channels are the signal.
    """
    compared, words = _comparison(inputs, scorer, n_leads)
    lines = -(-len(score) // COLUMNS)
    figure = new_figure(3.0 * COLUMNS, 2.2 * lines + 0.6)
    all_axes = figure.subplots(lines, COLUMNS, squeeze=False, sharex=True).ravel()
    for row, axes in enumerate(all_axes):
        axes.set_visible(row < len(score))
        if row < len(score):
            beside = compared[row] if compared is not None else None
            _plot_beat(axes, inputs.sequence[row], beside, fs, n_leads)
            label = str(inputs.symbol[row]) or "no label"
            axes.set_title(f"{inputs.record[row]}  {label}  score {score[row]:.3g}", fontsize=9)
    figure.suptitle(
        f"Highest-scored test beats (blue first lead, orange second{words}; "
        "record, reference code, score)",
        fontsize=10,
    )
    return figure


def _comparison(
    inputs: BeatInputs, scorer: BeatScorer, n_leads: int
) -> tuple[NDArray[np.float32] | None, str]:
    """Return the dashed lines, (n, window, n_leads), or None, and words for them in the title."""
    if scorer.kind == "lstm_autoencoder":
        return scorer.explain(inputs)["reconstruction"], ", dashed: reconstruction by the network"
    if inputs.sequence.shape[2] < 2 * n_leads:
        return None, ""
    signal, difference = inputs.sequence[:, :, :n_leads], inputs.sequence[:, :, n_leads:]
    return signal - difference[:, :, :n_leads], ", dashed: template beat of the subject"


def _plot_beat(
    axes: Axes,
    beat: NDArray[np.float32],
    compared: NDArray[np.float32] | None,
    fs: float,
    n_leads: int,
) -> None:
    at = np.arange(len(beat)) / fs
    for lead, colour in zip(range(n_leads), (NORMAL, ABNORMAL), strict=False):
        axes.plot(at, beat[:, lead], color=colour, linewidth=1.2)
        if compared is not None:
            axes.plot(at, compared[:, lead], color=colour, linewidth=1.0, linestyle="--", alpha=0.8)
    axes.tick_params(labelsize=7)
    axes.set_xlabel("s", fontsize=7, labelpad=0)
