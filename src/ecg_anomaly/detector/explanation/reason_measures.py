"""One kind of reason, measured on many beats at once."""

from dataclasses import dataclass, field
from itertools import compress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.detector.explanation.wording import WORDINGS, Reason, name_leads, say_reason

#: A reason is named from so many of the person's own spreads on.
NAMED_FROM = 3.0


@dataclass(frozen=True)
class Finding:
    """One kind of reason, measured on n beats.

    Attributes
    ----------
    kind : str
        Key of `wording.WORDINGS`.
    strength : (n,) float64
        How far each beat is from what is usual, in spreads; below `NAMED_FROM` it is not said.
    numbers : dict of str to (n,) array
        What the words ask for.
    leads : (n, n_leads) bool or None
        Leads it shows in; None for the rhythm.
    """

    kind: str
    strength: NDArray[np.float64]
    numbers: dict[str, NDArray[Any]] = field(default_factory=dict)
    leads: NDArray[np.bool_] | None = None

    def say(self, row: int, lead_names: tuple[str, ...]) -> Reason:
        """Put what was found in one beat into words."""
        leads: tuple[str, ...] = ()
        if self.leads is not None:
            leads = tuple(n for n, shown in zip(lead_names, self.leads[row], strict=True) if shown)
        numbers = {name: values[row].item() for name, values in self.numbers.items()}
        return say_reason(self.kind, float(self.strength[row]), leads, **numbers)

    def say_texts(self, rows: NDArray[np.intp], lead_names: tuple[str, ...]) -> list[str]:
        """Put what was found in some beats into words, the texts of `say` in less time."""
        say = WORDINGS[self.kind].template.format
        shown = np.zeros((len(rows), 0), bool) if self.leads is None else self.leads[rows]
        patterns = list(map(tuple, shown.tolist()))
        where = {p: name_leads(tuple(compress(lead_names, p))) for p in set(patterns)}
        columns = [values[rows].tolist() for values in self.numbers.values()]
        names = tuple(self.numbers)
        return [
            say(leads=where[pattern], **dict(zip(names, numbers, strict=True)))
            for pattern, *numbers in zip(patterns, *columns, strict=True)
        ]


def only_where(condition: NDArray[np.bool_], strength: NDArray[np.float64]) -> NDArray[np.float64]:
    """Strength where a condition holds, and none elsewhere."""
    return np.where(condition, strength, 0.0)


def find_over_leads(kind: str, strength: NDArray[np.float64]) -> Finding:
    """Take the lead in which a reason is strongest, and name all in which it shows.

    Parameters
    ----------
    kind : str
        Key of `wording.WORDINGS`.
    strength : (n, n_leads) float64
        In spreads.
    """
    strongest = strength.max(axis=1, initial=0.0)
    return Finding(kind, strongest, leads=strength >= NAMED_FROM)
