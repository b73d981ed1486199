"""Draw the missed beats and false alarms farthest from the threshold: docs/worst-beats.md.

    ECG_ANOMALY_DATA=FOLDER dvc exp run -S dataset=mitdb_inter_patient
    python -m lab.worst_beats [--root FOLDER] [--docs FOLDER]

Shows on which test beats the detector of `--root`/data is most wrong, with the reasons that it
could give for them. The page is written between its two marks; the text around them stays.
"""

from pathlib import Path
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ecg_anomaly.beats.beat_window import PARTS
from ecg_anomaly.config.hydra_entry import run_reporting_errors
from ecg_anomaly.config.params_file import read_params
from ecg_anomaly.detector.explanation.wording import join_reasons
from ecg_anomaly.evaluation.report.plot_style import ABNORMAL, MUTED, NORMAL, new_figure
from ecg_anomaly.files.array_tables import read_array_table
from ecg_anomaly.files.data_files import read_json
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.network.beat_scores import BeatScores
from ecg_anomaly.records.record_archive import RecordArchive
from lab.doc_pages import page_options, write_between, write_plot
from lab.worst_beat_choice import (
    AFTER_S,
    BEFORE_S,
    WorstBeat,
    choose_false_alarms,
    choose_misses,
    look_at_beats,
)

PAGE, PLOTS = "worst-beats.md", "pictures/worst"
BEGIN = "<!-- worst beats: written by python -m lab.worst_beats -->"
END = "<!-- end of worst beats -->"

#: Beats of each kind, and how many stand side by side.
N_BEATS, COLUMNS = 20, 4

#: Lines of a large square of ECG paper: 0.2 s and 0.5 mV.
SQUARE_S, SQUARE_MV, PAPER = 0.2, 0.5, "#f0c9c4"

#: Distance between two leads in mV, and the amplitude at which a lead is cut off.
ROOM_MV, REACH_MV = 0.6, 3.5

#: Shaded when the reason is the whole beat, in s from the R peak.
WHOLE_BEAT_S = (-0.30, 0.45)

#: Letters of a line under a beat.
LINE = 62


def draw_worst_beats(root: Path, docs: Path) -> None:
    """Choose the worst beats of each kind, draw them, and write their tables into the page.

    Raises
    ------
    UserError
        When the test beats have no labels.
    """
    config = read_params(root)
    scores = read_array_table(root / "data/report/test_scores.npz", BeatScores)
    threshold = float(read_json(root / "data/threshold/threshold.json")["value"])
    if not scores.labelled.any():
        rule = "run the pipeline on a labelled data set"
        raise UserError(root / "data/report", "no labels", rule)
    chosen = {
        "misses": choose_misses(scores, threshold, N_BEATS),
        "false-alarms": choose_false_alarms(scores, threshold, N_BEATS),
    }
    sections = [f"Threshold {threshold:.3f}, data set `{config.dataset.name}`."]
    for name, rows in chosen.items():
        beats = look_at_beats(scores, rows, RecordArchive(root / "data/records"), config)
        title = f"The {len(beats)} worst {name.replace('-', ' ')}"
        figure = draw_sheet(beats, f"{title}: what the shade marks sets the beat apart most")
        write_plot(figure, docs / PLOTS / f"{name}.png", dpi=90, n_colours=48)
        plot = f"![{title}]({PLOTS}/{name}.png)"
        sections += [f"### {title}", plot, tabulate_beats(beats)]
    write_between(docs / PAGE, BEGIN, END, lambda: "\n\n".join(sections))


def draw_sheet(beats: list[WorstBeat], title: str) -> Figure:
    """Draw beats, four to a line, in the order given.

    Parameters
    ----------
    beats : list of WorstBeat
        Under each stands its number, its score and its reasons.
    title : str
        Above all of them.
    """
    lines = max(1, -(-len(beats) // COLUMNS))
    figure = new_figure(4.1 * COLUMNS, 3.1 * lines + 0.5)
    panels = figure.subplots(lines, COLUMNS, squeeze=False).ravel()
    for axes in panels[len(beats) :]:
        axes.set_visible(False)
    for number, (axes, beat) in enumerate(zip(panels, beats, strict=False), start=1):
        _draw_beat(axes, beat)
        head = (
            f"{number}.  {beat.record}  {describe_time(beat.time_s)}  {beat.symbol} ({beat.aami})"
        )
        axes.set_title(f"{head}  score {beat.score:.2f}", fontsize=9, parse_math=False)
        axes.set_xlabel(fill(join_reasons(beat.reasons), LINE), fontsize=7.5, parse_math=False)
    figure.suptitle(title, fontsize=11, x=0.01, ha="left")
    return figure


def tabulate_beats(beats: list[WorstBeat]) -> str:
    """Write the beats of a sheet as a table in Markdown."""
    rows = ["| | record | time | code | class | score | what sets it apart |"]
    rows.append("|---|---|---|---|---|---|---|")
    for number, beat in enumerate(beats, start=1):
        cells = [
            beat.record,
            describe_time(beat.time_s),
            beat.symbol,
            beat.aami,
            f"{beat.score:.2f}",
        ]
        words = [cell.replace("|", "\\|") for cell in (*cells, join_reasons(beat.reasons))]
        rows.append(f"| {number} | {' | '.join(words)} |")
    return "\n".join(rows)


def describe_time(time_s: float) -> str:
    """Write a moment of a recording as ``mm:ss.s``."""
    minutes, seconds = divmod(round(time_s, 1), 60)
    return f"{int(minutes):02d}:{seconds:04.1f}"


def _draw_beat(axes: Axes, beat: WorstBeat) -> None:
    at = np.arange(len(beat.signal)) / beat.fs - BEFORE_S
    foot = ROOM_MV
    for place, (name, colour) in enumerate(zip(beat.leads, (NORMAL, ABNORMAL), strict=False)):
        lead = beat.signal[:, place] - np.nanmedian(beat.signal[:, place])
        lead = np.clip(lead, -REACH_MV, REACH_MV)
        middle = foot - ROOM_MV - float(np.nanmax(lead))
        foot = middle + float(np.nanmin(lead))
        axes.plot(at, lead + middle, color=colour, linewidth=0.9)
        axes.text(
            -BEFORE_S + 0.05, middle + 0.4, name, fontsize=7, color=colour, weight="bold",
            parse_math=False, bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.3},
        )  # fmt: skip
    _shade(axes, beat)
    _name_neighbours(axes, beat)
    _draw_paper(axes)


def _shade(axes: Axes, beat: WorstBeat) -> None:
    """Shade the parts behind the reasons, the intervals in another colour."""
    parts = {reason.part for reason in beat.reasons}
    times = [time_s for time_s, _ in beat.neighbours]
    before = max((t for t in times if t < 0), default=-BEFORE_S)
    after = min((t for t in times if t > 0), default=AFTER_S)
    for part, span_s in (("rr_before", (before, 0.0)), ("rr_after", (0.0, after))):
        if part in parts:
            axes.axvspan(*span_s, color="#7A1F5C", alpha=0.10, linewidth=0)
    for part in sorted(parts - {"rr_before", "rr_after"}):
        axes.axvspan(*PARTS.get(part, WHOLE_BEAT_S), color="#F0A830", alpha=0.28, linewidth=0)


def _name_neighbours(axes: Axes, beat: WorstBeat) -> None:
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + 0.5)
    for time_s, symbol in beat.neighbours:
        mine = time_s == 0
        axes.text(
            time_s, high + 0.1, symbol, fontsize=9 if mine else 8, ha="center", parse_math=False,
            weight="bold" if mine else "normal", color=ABNORMAL if mine else MUTED,
        )  # fmt: skip


def _draw_paper(axes: Axes) -> None:
    low, high = axes.get_ylim()
    axes.set_xlim(-BEFORE_S, AFTER_S)
    axes.set_xticks(np.arange(-BEFORE_S, AFTER_S + 0.01, SQUARE_S), [])
    axes.set_yticks(np.arange(np.ceil(low / SQUARE_MV) * SQUARE_MV, high, SQUARE_MV), [])
    axes.grid(color=PAPER, linewidth=0.5, alpha=1.0)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


if __name__ == "__main__":
    options = page_options(__doc__).parse_args()
    run_reporting_errors(lambda: draw_worst_beats(options.root, options.docs))
