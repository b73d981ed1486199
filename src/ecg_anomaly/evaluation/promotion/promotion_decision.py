"""The decision on a challenger, and how it is written down: a few lines and a table."""

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

#: What became of a challenger.
PROMOTED, REFUSED, FORCED = "promoted", "refused", "forced"


@dataclass(frozen=True)
class PromotionDecision:
    """What was decided on a challenger and on what grounds.

    Attributes
    ----------
    result : str
        `PROMOTED`, `REFUSED` or `FORCED`.
    rows : tuple of GateRow
        The comparison; empty when there was none, which only `FORCED` may be.
    protocol : str
        On what it was made, for people; why there was none, where there was none.
    digest : str
        Of the protocol; ``""`` without comparison.
    reason : str
        Of a promotion by force.
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
        Of the metrics and of the speed.
    protocol, digest : str
        See `PromotionDecision`.
    force_reason : str
        Promotes it whatever the rows say, for this reason.
    """
    measured = [row for row in rows if row.result != NOT_MEASURED and row.figure != SLOWDOWN]
    holds = bool(measured) and all(row.result != BROKEN for row in rows)
    result = FORCED if force_reason else PROMOTED if holds else REFUSED
    return PromotionDecision(result, tuple(rows), protocol, digest, force_reason)


def describe_decision(decision: PromotionDecision, challenger: str, champion: str) -> str:
    """Describe a decision as Markdown: what, on what, the table.

    Parameters
    ----------
    decision : PromotionDecision
    challenger, champion : str
        Numbers of the versions; ``""`` where there was no champion.
    """
    against = f" against version {champion}" if champion else ""
    head = f"## Promotion: {decision.result}\n\nVersion {challenger}{against}, {decision.protocol}."
    reason = f"By force: {decision.reason}" if decision.reason else ""
    table = describe_rows(decision.rows) if decision.rows else ""
    return "\n\n".join(part for part in (head, reason, table) if part)


def describe_rows(rows: Sequence[GateRow]) -> str:
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
