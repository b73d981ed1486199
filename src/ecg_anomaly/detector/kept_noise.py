"""Keep what was measured of the last beats of a recording in progress, for the beat after them."""

from typing import NamedTuple

from ecg_anomaly.beats.readability import Values


class KeptNoise(NamedTuple):
    """What the noise at the next beat depends on of the beats before it.

    It is a cache: it can be measured again, so that no snapshot holds it. Only for the beat just
    after `newest` is it of any use.

    Attributes
    ----------
    newest : int
        R peak of the last of the beats, in samples of the recording.
    leads : tuple of int
        Leads that were measured.
    past : (n_leads, k) float32
        From `ecg_anomaly.beats.next_beat_noise.measure_next`.
    """

    newest: int
    leads: tuple[int, ...]
    past: Values

    def after(self, last_cut: int | None, leads: tuple[int, ...]) -> Values | None:
        """Return what the beat after some R peak depends on, on some leads; None if not known."""
        return self.past if (self.newest, self.leads) == (last_cut, leads) else None
