"""A synthetic patient: everything about a subject that does not change during a recording."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.records.simulation.ectopy import Ectopy, draw_ectopy
from ecg_anomaly.records.simulation.noise_levels import NoiseLevels, draw_noise_levels
from ecg_anomaly.records.simulation.profiles import NONE, Profile, find_profile
from ecg_anomaly.records.simulation.sinus_rhythm import SinusRhythm
from ecg_anomaly.records.simulation.wave_shapes import (
    draw_conducted,
    draw_ectopic_p,
    draw_sinus_p,
    draw_ventricular,
    fuse_waves,
)
from ecg_anomaly.records.simulation.waves import LEADS, Waves

FUSION_SHARES = (0.35, 0.5, 0.65)
# Positions in `Patient.forms`; ventricular foci follow from FIRST_FOCUS on.
CONDUCTED_FORM, ESCAPE_FORM, FIRST_FUSION = 0, 1, 2
FIRST_FOCUS = FIRST_FUSION + len(FUSION_SHARES)
SINUS_P, ECTOPIC_P = 0, 1


@dataclass(frozen=True)
class Patient:
    """Rhythm, shapes and recording conditions of one subject.

    Attributes
    ----------
    sinus_symbol : {"N", "L", "R"}
        Annotation of a sinus beat.
    sinus : SinusRhythm
        Heart rate and variability.
    ectopy : Ectopy
        Abnormal beats.
    forms : tuple of Waves
        QRS-T shapes: conducted, escape, fusions, ventricular foci.
    p_waves : tuple of Waves
        P of the sinus node and of the atrial focus, centred on time zero.
    pr_s : float
        From the middle of P to the R peak, in seconds, at one second RR.
    respiration_gain : (n_leads,) float64
        Change of amplitude with one SD of respiration, as a fraction.
    gain_sd : float
        Random change of amplitude from beat to beat, as a fraction.
    noise : NoiseLevels
        Recording conditions.
    """

    sinus_symbol: str
    sinus: SinusRhythm
    ectopy: Ectopy
    forms: tuple[Waves, ...]
    p_waves: tuple[Waves, Waves]
    pr_s: float
    respiration_gain: NDArray[np.float64]
    gain_sd: float
    noise: NoiseLevels


def draw_patient(index: int, rng: np.random.Generator) -> Patient:
    """Draw subject `index` (from 0): its kind is fixed by the cohort, the rest by `rng`."""
    profile, bundle = find_profile(index)
    forms = _draw_forms(profile, bundle, rng)
    return Patient(
        sinus_symbol=bundle,
        sinus=_draw_sinus(profile, rng),
        ectopy=draw_ectopy(profile, rng),
        forms=forms,
        p_waves=(draw_sinus_p(rng), draw_ectopic_p(rng)),
        pr_s=rng.uniform(0.135, 0.175) + (0.0 if bundle == "N" else 0.02),
        respiration_gain=rng.uniform(-0.06, 0.06, len(LEADS)),
        gain_sd=rng.uniform(0.008, 0.025),
        noise=draw_noise_levels(rng),
    )


def _draw_forms(profile: Profile, bundle: str, rng: np.random.Generator) -> tuple[Waves, ...]:
    conducted = draw_conducted(bundle, rng)
    # Fusion with a focus of opposite polarity can cancel the R peak, which then has no place.
    upright = str(rng.choice(["outflow", "left base"])) if profile.fusion != NONE else None
    foci = [draw_ventricular(rng, upright)]
    foci += [draw_ventricular(rng) for _ in range(1, profile.n_foci)]
    fusions = [fuse_waves(conducted, foci[0], share) for share in FUSION_SHARES]
    return (conducted, draw_ventricular(rng).scaled(0.8), *fusions, *foci)


def _draw_sinus(profile: Profile, rng: np.random.Generator) -> SinusRhythm:
    return SinusRhythm(
        mean_rr_s=60 / rng.uniform(*profile.heart_rate_bpm),
        lf_hz=rng.uniform(0.085, 0.115),
        hf_hz=rng.uniform(0.2, 0.32),
        lf_sd=rng.uniform(0.01, 0.03),
        hf_sd=rng.uniform(*profile.hf_sd),
        slow_sd=rng.uniform(0.01, 0.03),
    )
