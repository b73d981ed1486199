"""Which abnormal beats a patient has, and how often."""

from dataclasses import dataclass

import numpy as np

from ecg_anomaly.records.simulation.profiles import Profile


@dataclass(frozen=True)
class Ectopy:
    """Abnormal beats of one patient; rates are events per sinus beat.

    Attributes
    ----------
    atrial, ventricular, fusion, junctional, escape : float
        Rate of A, V, F, j and E events.
    prematurity : (low, high)
        How much earlier than due an atrial beat comes, as a fraction of the RR interval.
    coupling : float
        Interval from the sinus beat to a ventricular one, as a fraction of the RR interval.
    coupling_sd : float
        Its variation: small for a focus that re-enters.
    bigeminy, couplet, run : float
        Probabilities, as in `Profile`.
    escape_interval_s : float
        How long the ventricles wait before they beat by themselves.
    retrograde_p : bool
        Whether junctional beats are followed by an upside-down P wave.
    n_foci : int
        Number of shapes of V.
    """

    atrial: float
    ventricular: float
    fusion: float
    junctional: float
    escape: float
    prematurity: tuple[float, float]
    coupling: float
    coupling_sd: float
    bigeminy: float
    couplet: float
    run: float
    escape_interval_s: float
    retrograde_p: bool
    n_foci: int


def draw_ectopy(profile: Profile, rng: np.random.Generator) -> Ectopy:
    """Draw the abnormal beats of a patient of this profile."""
    kinds = ("atrial", "ventricular", "fusion", "junctional", "escape")
    rates = {kind: rng.uniform(*getattr(profile, kind)) for kind in kinds}
    earliest = rng.uniform(0.18, 0.35)
    interval = rng.uniform(1.6, 2.0) if rates["escape"] else rng.uniform(1.2, 1.5)
    return Ectopy(
        **rates,
        prematurity=(max(0.10, earliest - 0.15), earliest),
        coupling=rng.uniform(0.55, 0.85),
        coupling_sd=rng.uniform(0.01, 0.04),
        bigeminy=profile.bigeminy,
        couplet=profile.couplet,
        run=profile.run,
        escape_interval_s=interval,
        retrograde_p=bool(rng.random() < 0.4),
        n_foci=profile.n_foci,
    )
