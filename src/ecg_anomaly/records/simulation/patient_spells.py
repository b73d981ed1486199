"""Draw the spells of a recording: times during which rhythm or conduction is another one."""

from dataclasses import dataclass

import numpy as np

#: Mean length of a spell in s; spells and what lies between them have exponential lengths.
MEAN_SPELL_S = 40.0


@dataclass(frozen=True)
class Spells:
    """Spells of one kind, which never overlap.

    Attributes
    ----------
    edges_s : tuple of float
        Ascending: the start of the first spell, its end, the start of the next one, and so on.
    """

    edges_s: tuple[float, ...] = ()

    def hold(self, time_s: float) -> bool:
        """Tell whether a moment lies in a spell."""
        return bool(np.searchsorted(self.edges_s, time_s, side="right") % 2)


def draw_spells(share: float, start_s: float, stop_s: float, rng: np.random.Generator) -> Spells:
    """Draw spells that take up a share of the time.

    Parameters
    ----------
    share : float
        0 for none, 1 for a single spell of the whole recording.
    start_s, stop_s : float
        The recording in s; the last spell may end later.
    rng : numpy.random.Generator
        Source of chance; not used where `share` is 0 or 1.
    """
    if share <= 0:
        return Spells()
    if share >= 1:
        return Spells((start_s,))
    between_s = MEAN_SPELL_S * (1 - share) / share
    edges = [start_s] if rng.random() < share else [start_s + rng.exponential(between_s)]
    while edges[-1] < stop_s:
        in_spell = len(edges) % 2 == 1
        edges.append(edges[-1] + rng.exponential(MEAN_SPELL_S if in_spell else between_s))
    return Spells(tuple(edges))
