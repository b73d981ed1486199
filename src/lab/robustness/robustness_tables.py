"""Render the tables of docs/robustness.md."""

import math
from collections.abc import Sequence

from lab.robustness.noise_stress import StressRow
from lab.robustness.recording_metrics import RecordingMetrics
from lab.robustness.recording_variants import InvarianceRow
from lab.robustness.score_agreement import Parity, PathDifference

STRESS_HEAD = (
    "| noise | dB | AUC | AUC of beats read | AUC from minute 5 | beats lost | beats unreadable "
    "| false alarms/h | where no beat is | S flagged | V flagged |"
)
INVARIANCE_HEAD = (
    "| recording | found again | beats | unreadable | flags that change | flags | AUC | loss |"
)


def tabulate_parity(parity: Parity) -> str:
    """Render the differences between Keras and ONNX."""
    rows = [
        ("beats compared", f"{parity.n_beats:,}", ""),
        ("largest difference of a probability", f"{parity.probability:.1e}", "below 1e-5"),
        ("largest difference of a score (log odds)", f"{parity.score:.1e}", "below 1e-5"),
        ("largest score, without its sign", f"{parity.largest_score:.1f}", ""),
        ("flags that differ", str(parity.n_flags), "0"),
    ]
    return _join("| Keras against ONNX | measured | wanted |", 1, rows)


def tabulate_agreement(
    difference: PathDifference, chunked: RecordingMetrics, whole: RecordingMetrics
) -> str:
    """Render the differences between `score` and the benchmark's path."""
    rows = [
        ("beats found, flagged", f"{difference.n_beats:,}, {difference.n_abnormal:,}"),
        ("beats that one of the two alone finds", str(difference.beats)),
        ("beats that one of the two alone can read", str(difference.unreadable)),
        ("flags that differ", str(difference.flags)),
        ("largest difference of a score (log odds)", f"{difference.score:.1e}"),
        ("AUC, `score` and the benchmark's path", f"{chunked.auc:.6f}, {whole.auc:.6f}"),
        (
            "AP, `score` and the benchmark's path",
            f"{chunked.average_precision:.6f}, {whole.average_precision:.6f}",
        ),
    ]
    return _join("| `score` against the benchmark's path | measured |", 1, rows)


def tabulate_stress(rows: list[StressRow]) -> str:
    """Render a row for each noise and ratio."""
    return _join(STRESS_HEAD, 1, [_stress_cells(row) for row in rows])


def tabulate_invariance(rows: list[InvarianceRow]) -> str:
    """Render a row for each variant; the first one is the unchanged record."""
    return _join(INVARIANCE_HEAD, 1, [_invariance_cells(row, rows[0].metrics.auc) for row in rows])


def _stress_cells(row: StressRow) -> tuple[str, ...]:
    noise, snr_db, noisy = row.condition.noise, row.condition.snr_db, row.noisy
    return (
        noise,
        f"{snr_db:g}" if math.isfinite(snr_db) else "",
        *(_metric(auc) for auc in (noisy.auc, noisy.auc_read, row.scored.auc)),
        _percent(noisy.lost),
        _percent(noisy.unreadable),
        f"{noisy.false_alarms_per_hour:.0f}",
        _percent(noisy.off_beat),
        _percent(noisy.found_s),
        _percent(noisy.found_v),
    )


def _invariance_cells(row: InvarianceRow, plain_auc: float) -> tuple[str, ...]:
    change, both = row.change, max(row.change.n_again, 1)
    return (
        row.name,
        f"{change.n_again / change.n_before:.2%}",
        f"{change.n_after:,}",
        str(change.n_unreadable_after),
        f"{change.n_flags} ({change.n_flags / both:.2%})",
        f"{change.n_flagged_after:,}",
        _metric(row.metrics.auc, 4),
        f"{round(plain_auc - row.metrics.auc, 4) + 0.0:+.4f}",  # never -0
    )


def _metric(value: float, digits: int = 3) -> str:
    return f"{value:.{digits}f}".lstrip("0") if value == value else "-"


def _percent(value: float) -> str:
    return f"{value:.1%}" if value == value else "-"


def _join(head: str, n_text: int, rows: Sequence[tuple[str, ...]]) -> str:
    n_columns = head.count("|") - 1
    rule = "|" + "---|" * n_text + "---:|" * (n_columns - n_text)
    return "\n".join([head, rule, *("| " + " | ".join(row) + " |" for row in rows)])
