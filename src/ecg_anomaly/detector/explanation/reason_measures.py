"""The strength of one kind of reason, measured on many beats at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.detector.explanation.wording import WORDINGS, Reason, describe_reason, name_leads

#: A reason is given from this strength on, in spreads of the subject.
NAMED_FROM = 3.0


@dataclass(frozen=True)
class ReasonMeasure:
    """One kind of reason, measured on n beats.

    Attributes
    ----------
    kind : str
        Key of `wording.WORDINGS`.
    strength : (n,) float64
        Distance of each beat from the template, or from the recent rhythm, in spreads; a reason
        weaker than `NAMED_FROM` is not given.
    numbers : dict of str to (n,) array
        What the text of the kind asks for.
    leads : (n, n_leads) bool or None
        In which it shows; None for reasons of rhythm.
    """

    kind: str
    strength: NDArray[np.float64]
    numbers: dict[str, NDArray[Any]] = field(default_factory=dict)
    leads: NDArray[np.bool_] | None = None

    def describe(self, row: int, lead_names: tuple[str, ...]) -> Reason:
        """Make the reason for one beat."""
        leads: tuple[str, ...] = ()
        if self.leads is not None:
            leads = tuple(n for n, shown in zip(lead_names, self.leads[row], strict=True) if shown)
        numbers = {name: values[row].item() for name, values in self.numbers.items()}
        return describe_reason(self.kind, float(self.strength[row]), leads, **numbers)

    def describe_all(self, rows: Sequence[int], lead_names: Sequence[tuple[str, ...]]) -> list[str]:
        """Return the texts for the beats `rows`, with the names of the leads of each.

        They are those of `describe`, in less time.
        """
        say = WORDINGS[self.kind].template.format
        patterns: list[tuple[Any, ...]] = [()] * len(rows)
        if self.leads is not None:
            shown = map(tuple, self.leads[rows].tolist())
            patterns = list(zip(lead_names, shown, strict=True))
        where = {p: name_leads(tuple(compress(*p))) if p else "" for p in set(patterns)}
        columns = [values[rows].tolist() for values in self.numbers.values()]
        names = tuple(self.numbers)
        return [
            say(leads=where[pattern], **dict(zip(names, numbers, strict=True)))
            for pattern, *numbers in zip(patterns, *columns, strict=True)
        ]


def only_where(condition: NDArray[np.bool_], strength: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the strength where a condition, of the same shape, holds, and 0 elsewhere."""
    return np.where(condition, strength, 0.0)


def find_over_leads(kind: str, strength: NDArray[np.float64]) -> ReasonMeasure:
    """Make a measure from strengths in each lead: the largest counts, and all strong ones show.

    Parameters
    ----------
    kind : str
        Key of `wording.WORDINGS`.
    strength : (n, n_leads) float64
        In spreads.
    """
    strongest = strength.max(axis=1, initial=0.0)
    return ReasonMeasure(kind, strongest, leads=strength >= NAMED_FROM)
