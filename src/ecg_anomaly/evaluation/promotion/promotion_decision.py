"""Decide whether a challenger is promoted, and write the decision as Markdown and for JSON."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ecg_anomaly.evaluation.promotion.gate import (
    BROKEN,
    FALSE_ALARMS,
    NOT_MEASURED,
    SLOWDOWN,
    GateRow,
)

#: Results of a decision.
PROMOTED, REFUSED, FORCED = "promoted", "refused", "forced"


@dataclass(frozen=True)
class PromotionDecision:
    """The decision on a challenger, and its grounds.

    Attributes
    ----------
    result : str
        `PROMOTED`, `REFUSED` or `FORCED`.
    rows : tuple of GateRow
        The comparison; empty when there was none, as only a `FORCED` decision allows.
    protocol : str
        In words, the recordings it was made on, or why there was no comparison.
    digest : str
        SHA256 of the protocol; ``""`` without comparison.
    reason : str
        The user's reason for a forced promotion, else ``""``.
    """

    result: str
    rows: tuple[GateRow, ...]
    protocol: str
    digest: str
    reason: str = ""

    @property
    def promotes(self) -> bool:
        """Whether the challenger becomes champion."""
        return self.result != REFUSED

    @property
    def broken(self) -> list[str]:
        """Figures whose margin does not hold."""
        return [row.figure for row in self.rows if row.result == BROKEN]


def decide_promotion(
    rows: Sequence[GateRow], protocol: str, digest: str, force_reason: str = ""
) -> PromotionDecision:
    """Promote a challenger when no row breaks its margin and a metric of beats was measured.

    Parameters
    ----------
    rows : sequence of GateRow
        Comparison of the metrics and of the computing time.
    protocol, digest : str
        See `PromotionDecision`.
    force_reason : str
        When not empty, the challenger is promoted whatever the rows are.
    """
    measured = [row for row in rows if row.result != NOT_MEASURED and row.figure != SLOWDOWN]
    holds = bool(measured) and all(row.result != BROKEN for row in rows)
    result = FORCED if force_reason else PROMOTED if holds else REFUSED
    return PromotionDecision(result, tuple(rows), protocol, digest, force_reason)


def describe_decision(decision: PromotionDecision, challenger: str, champion: str) -> str:
    """Describe a decision as Markdown: result, protocol, and the table of the comparison.

    Parameters
    ----------
    decision : PromotionDecision
    challenger, champion : str
        Version numbers in the model registry; ``""`` where there was no champion.
    """
    against = f" against version {champion}" if champion else ""
    head = f"## Promotion: {decision.result}\n\nVersion {challenger}{against}, {decision.protocol}."
    reason = f"By force: {decision.reason}" if decision.reason else ""
    table = _describe_rows(decision.rows) if decision.rows else ""
    return "\n\n".join(part for part in (head, reason, table) if part)


def _describe_rows(rows: Sequence[GateRow]) -> str:
    """Draw the rows as a Markdown table."""
    lines = [
        "| figure | champion | challenger | interval of the difference | allowed | result |",
        "| --- | --- | --- | --- | --- | --- |",
        *map(_describe_row, rows),
    ]
    return "\n".join(lines)


def list_rows(rows: Sequence[GateRow]) -> list[dict[str, Any]]:
    """List the rows for JSON, rounded, None where a number is undefined."""
    return [
        {key: _plain(value) if isinstance(value, float) else value for key, value in found.items()}
        for found in map(asdict, rows)
    ]


def _describe_row(row: GateRow) -> str:
    if row.figure == SLOWDOWN:
        numbers = [f"{row.champion:.2f}", f"{row.challenger:.2f}", f"x {row.low:.2f}"]
        cells = ["seconds of computing", *numbers, f"x {row.margin:.2f}"]
    else:
        sign = "+" if row.figure == FALSE_ALARMS else "-"
        interval = "-" if np.isnan(row.low) else f"{row.low:+.3f} to {row.high:+.3f}"
        numbers = [_number(row.champion), _number(row.challenger), interval]
        cells = [_name(row.figure), *numbers, f"{sign}{row.margin:.3f}"]
    return f"| {' | '.join([*cells, row.result])} |"


def _name(figure: str) -> str:
    """Write the name of a metric in words."""
    words = figure.split("_")
    return " ".join(w.upper() if w in ("f1", "veb", "sveb") else w for w in words)


def _number(value: float) -> str:
    return "-" if np.isnan(value) else f"{value:.3f}"


def _plain(value: float) -> float | None:
    return None if np.isnan(value) else round(value, 5)
