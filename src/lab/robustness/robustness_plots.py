"""The picture of docs/robustness.md: three figures against the noise."""

from pathlib import Path
from typing import Any

from ecg_anomaly.evaluation.report.plot_style import ABNORMAL, ACCENT, MUTED, NORMAL, new_figure
from ecg_anomaly.files.atomic import replace_file
from lab.robustness.stress import CLEAN, StressRow

TITLES = {
    "auc": "AUC, lost beats ranked last",
    "auc_read": "AUC of the beats that were read",
    "false_alarms_per_hour": "False alarms per hour",
    "lost": "Share of beats lost (dashed: unreadable)",
}

LABELS = {
    "bw": "baseline wander (bw)",
    "ma": "muscle (ma)",
    "em": "electrode motion, record 118",
}
COLOURS = {"bw": NORMAL, "ma": ABNORMAL, "em": ACCENT}


def draw_stress(rows: list[StressRow], path: Path) -> None:
    """Draw figures of the noisy minutes against the ratio, worse to the right.

    Parameters
    ----------
    rows : list of StressRow
        One of them without noise; a level that the others are compared with.
    path : Path
        A PNG file.
    """
    figure = new_figure(9.6, 6.8)
    for axes, name in zip(figure.subplots(2, 2, sharex=True).flat, TITLES, strict=True):
        _draw_panel(axes, rows, name)
    figure.axes[0].invert_xaxis()  # for all four
    figure.axes[0].legend(loc="lower left")
    for axes in figure.axes[2:]:
        axes.set_xlabel("signal to noise, dB (EC57)")
    with replace_file(path) as temporary:
        figure.savefig(temporary, format="png", metadata={"Software": None})


def _draw_panel(axes: Any, rows: list[StressRow], name: str) -> None:
    for noise, colour in COLOURS.items():
        mine = [row for row in rows if row.condition.noise == noise]
        snr_db = [row.condition.snr_db for row in mine]
        style = {"color": colour, "marker": "s" if noise == "em" else "o"}
        values = [getattr(row.noisy, name) for row in mine]
        axes.plot(snr_db, values, label=LABELS[noise], **style)
        if name == "lost":
            unreadable = [row.noisy.unreadable for row in mine]
            axes.plot(snr_db, unreadable, linestyle="--", **style)
    for row in rows:
        if row.condition.noise == CLEAN:
            axes.axhline(getattr(row.noisy, name), color=MUTED, linestyle=":", label="no noise")
    axes.set_title(TITLES[name])
    axes.grid(True)
