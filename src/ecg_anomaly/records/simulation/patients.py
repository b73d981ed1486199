"""Draw simulated patients: all properties that do not change during a recording."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.records.simulation.patient_profiles import NONE, Ectopy, Profile, find_profile
from ecg_anomaly.records.simulation.patient_rhythm import SinusRhythm
from ecg_anomaly.records.simulation.simulated_noise import NoiseLevels, draw_noise_levels
from ecg_anomaly.records.simulation.waves import (
    LEADS,
    Waves,
    draw_conducted,
    draw_ectopic_p,
    draw_sinus_p,
    draw_ventricular,
    fuse_waves,
)

# Share of the ventricular beat in a fusion.
FUSION_SHARES = (0.35, 0.5, 0.65)
# Positions in `Patient.forms`; ventricular foci follow from FIRST_FOCUS on.
CONDUCTED_FORM, ESCAPE_FORM, BLOCK_FORM, FIRST_FUSION = 0, 1, 2, 3
FIRST_FOCUS = FIRST_FUSION + len(FUSION_SHARES)
SINUS_P, ECTOPIC_P = 0, 1

# Where the cohort is difficult: atrial beats come later by this share of the RR interval, this
# share of their P wave is that of the sinus node (a focus near it), and at most this share of a
# ventricular beat is as conducted (a focus near the bundle branches).
LATER, SINUS_SHARE, CONDUCTED_SHARE = 0.14, 0.8, 0.8


@dataclass(frozen=True)
class Patient:
    """Rhythm, wave shapes and recording conditions of one subject.

    Attributes
    ----------
    sinus_symbol : {"N", "L", "R"}
        Annotation of a sinus beat.
    sinus : SinusRhythm
        Heart rate and variability.
    ectopy : Ectopy
        Abnormal beats.
    block_symbol : {"N", "L", "R"}
        Annotation of a sinus beat in a spell of the other conduction.
    fibrillation, block : float
        Shares of the time, as in `Profile`.
    forms : tuple of Waves
        QRS-T shapes: conducted, escape, conducted the other way, fusions, ventricular foci.
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
    block_symbol: str
    fibrillation: float
    block: float
    sinus: SinusRhythm
    ectopy: Ectopy
    forms: tuple[Waves, ...]
    p_waves: tuple[Waves, Waves]
    pr_s: float
    respiration_gain: NDArray[np.float64]
    gain_sd: float
    noise: NoiseLevels


def draw_patient(index: int, rng: np.random.Generator, difficult: bool = True) -> Patient:
    """Draw the patient of subject `index`, from 0.

    Parameters
    ----------
    index : int
        Determines the profile of the patient, see `find_profile`.
    rng : numpy.random.Generator
        Source of everything else.
    difficult : bool
        Without it nobody has spells or long tachycardias, atrial beats come earlier, and most
        recordings are clean; everything else is the same.
    """
    profile, bundle = find_profile(index)
    if not difficult:
        profile = replace(profile, tachycardia=NONE, fibrillation=0.0, block=0.0)
    extra = rng.spawn(1)[0]  # for properties that not all patients have
    other = str(extra.choice(["L", "R"])) if bundle == "N" else "N"
    conducted = draw_conducted(bundle, rng)
    forms = _draw_forms(profile, conducted, draw_conducted(other, extra), rng)
    patient = Patient(
        sinus_symbol=bundle,
        block_symbol=other,
        fibrillation=profile.fibrillation,
        block=profile.block,
        sinus=_draw_sinus(profile, rng),
        ectopy=_draw_ectopy(profile, difficult, rng, extra),
        forms=forms,
        p_waves=(draw_sinus_p(rng), draw_ectopic_p(rng)),
        pr_s=rng.uniform(0.135, 0.175) + (0.0 if bundle == "N" else 0.02),
        respiration_gain=rng.uniform(-0.06, 0.06, len(LEADS)),
        gain_sd=rng.uniform(0.008, 0.025),
        noise=draw_noise_levels(rng, difficult),
    )
    return _hide_ectopic_beats(patient, extra) if difficult else patient


def _draw_forms(
    profile: Profile, conducted: Waves, blocked: Waves, rng: np.random.Generator
) -> tuple[Waves, ...]:
    # Fusion with a focus of opposite polarity can cancel the R peak, which then has no place.
    upright = str(rng.choice(["outflow", "left base"])) if profile.fusion != NONE else None
    foci = [draw_ventricular(rng, upright)]
    foci += [draw_ventricular(rng) for _ in range(1, profile.n_foci)]
    fusions = [fuse_waves(conducted, foci[0], share) for share in FUSION_SHARES]
    return (conducted, draw_ventricular(rng).scaled(0.8), blocked, *fusions, *foci)


def _hide_ectopic_beats(patient: Patient, rng: np.random.Generator) -> Patient:
    """Make ventricular beats and the P waves of atrial ones more like those of the sinus node."""
    conducted, (sinus, ectopic) = patient.forms[CONDUCTED_FORM], patient.p_waves
    foci = [
        fuse_waves(conducted, focus, 1 - rng.uniform(0, CONDUCTED_SHARE))
        for focus in patient.forms[FIRST_FOCUS:]
    ]
    ectopic = sinus.scaled(SINUS_SHARE).joined(ectopic.scaled(1 - SINUS_SHARE))
    return replace(patient, forms=(*patient.forms[:FIRST_FOCUS], *foci), p_waves=(sinus, ectopic))


def _draw_sinus(profile: Profile, rng: np.random.Generator) -> SinusRhythm:
    return SinusRhythm(
        mean_rr_s=60 / rng.uniform(*profile.heart_rate_bpm),
        lf_hz=rng.uniform(0.085, 0.115),
        hf_hz=rng.uniform(0.2, 0.32),
        lf_sd=rng.uniform(0.01, 0.03),
        hf_sd=rng.uniform(*profile.hf_sd),
        slow_sd=rng.uniform(0.01, 0.03),
    )


def _draw_ectopy(
    profile: Profile, difficult: bool, rng: np.random.Generator, extra: np.random.Generator
) -> Ectopy:
    kinds = ("atrial", "ventricular", "fusion", "junctional", "escape")
    rates = {kind: rng.uniform(*getattr(profile, kind)) for kind in kinds}
    later = LATER if difficult else 0.0
    earliest = rng.uniform(0.18, 0.35) - later
    interval = rng.uniform(1.6, 2.0) if rates["escape"] else rng.uniform(1.2, 1.5)
    return Ectopy(
        **rates,
        tachycardia=extra.uniform(*profile.tachycardia),
        prematurity=(max(0.03 if difficult else 0.10, earliest - 0.15), earliest),
        coupling=rng.uniform(0.55, 0.85),
        coupling_sd=rng.uniform(0.01, 0.04),
        bigeminy=profile.bigeminy,
        couplet=profile.couplet,
        run=profile.run,
        escape_interval_s=interval,
        retrograde_p=bool(rng.random() < 0.4),
        n_foci=profile.n_foci,
    )
