"""Score records under noise of increasing power, evaluate them and draw the result."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.detector.engine import score_recording
from ecg_anomaly.evaluation.report.plot_style import ABNORMAL, ACCENT, MUTED, NORMAL, new_figure
from ecg_anomaly.records.added_noise import CLEAN_S, add_stress_noise, noisy_spans
from ecg_anomaly.records.record import Record
from lab.doc_pages import write_plot
from lab.robustness.recording_metrics import RecordingMetrics, ScoredRecording, evaluate_recordings

#: Ratios of signal to noise in dB, as in the Noise Stress Test Database.
SNR_DB = (24.0, 18.0, 12.0, 6.0, 0.0, -6.0)

#: Name of the condition without noise.
CLEAN = "none"


@dataclass(frozen=True, order=True)
class NoiseCondition:
    """A noise recording and the signal to noise ratio in dB, infinite without noise."""

    noise: str
    snr_db: float


@dataclass(frozen=True)
class StressRow:
    """Metrics under noise of one kind and ratio.

    Attributes
    ----------
    condition : NoiseCondition
    noisy : RecordingMetrics
        Of the noisy minutes; of the same minutes for records without noise.
    scored : RecordingMetrics
        Of everything after the first five minutes, as EC57 scores.
    """

    condition: NoiseCondition
    noisy: RecordingMetrics
    scored: RecordingMetrics


def score_record(record: Record, detector: Detector) -> ScoredRecording:
    """Score an annotated record, to be evaluated in its noisy minutes."""
    decisions = score_recording(detector, record, threads=1)
    return ScoredRecording.of(record, decisions, noisy_spans(record.duration_s))


def stress_record(
    record: Record, noises: Mapping[str, NDArray[np.floating]], detector: Detector
) -> Iterator[tuple[NoiseCondition, ScoredRecording]]:
    """Score a record without noise, then with each noise at each ratio of `SNR_DB`."""
    yield NoiseCondition(CLEAN, math.inf), score_record(record, detector)
    for name, noise in noises.items():
        for snr_db in SNR_DB:
            noisy = add_stress_noise(record, noise, snr_db)
            yield NoiseCondition(name, snr_db), score_record(noisy, detector)


def evaluate_stress(
    condition: NoiseCondition, scored: list[ScoredRecording], threshold: float
) -> StressRow:
    """Evaluate the records of one condition together."""
    later = [replace(one, spans=_after_learning(one)) for one in scored]
    return StressRow(
        condition, evaluate_recordings(scored, threshold), evaluate_recordings(later, threshold)
    )


def _after_learning(one: ScoredRecording) -> list[tuple[float, float]]:
    return [(CLEAN_S, one.duration_s)] if one.duration_s > CLEAN_S else []


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
    """Draw four metrics of the noisy minutes against the ratio, more noise to the right.

    Parameters
    ----------
    rows : list of StressRow
        The row without noise is drawn as a horizontal line.
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
    write_plot(figure, path)


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
