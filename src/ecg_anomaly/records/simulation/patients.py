"""The simulated patients: what kind each is, and what does not change during a recording."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.records.simulation.patient_rhythm import Ectopy, SinusRhythm
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

# Where the cohort is difficult atrial beats come later by this share of the RR interval.
LATER = 0.10

Range = tuple[float, float]
NONE: Range = (0.0, 0.0)


@dataclass(frozen=True)
class Profile:
    """Ranges that a patient's rhythm is drawn from.

    Attributes
    ----------
    heart_rate_bpm : (low, high)
        Mean sinus rate.
    hf_sd : (low, high)
        Respiratory sinus arrhythmia, SD as a fraction of the mean RR; large in the young.
    atrial, ventricular, fusion, junctional, escape : (low, high)
        Events per sinus beat of the kinds A, V, F, j and E.
    bigeminy : float
        Probability that a V is followed by another after one sinus beat.
    couplet, run : float
        Probability that a premature event is two beats, or three and more.
    n_foci : int
        Number of different shapes of V.
    tachycardia : (low, high)
        Atrial tachycardias of 15 to 60 beats, events per sinus beat.
    fibrillation : float
        Share of the time in atrial fibrillation: no P wave, no regular interval, beats N.
    block : float
        Share of the time in which conduction is another one: intermittent bundle branch block.
    """

    heart_rate_bpm: Range = (60, 85)
    hf_sd: Range = (0.01, 0.03)
    atrial: Range = (0.001, 0.006)
    ventricular: Range = (0.001, 0.006)
    fusion: Range = NONE
    junctional: Range = NONE
    escape: Range = NONE
    bigeminy: float = 0.0
    couplet: float = 0.04
    run: float = 0.0
    n_foci: int = 1
    tachycardia: Range = NONE
    fibrillation: float = 0.0
    block: float = 0.0


FEW: Range = (0.002, 0.012)

# Subject `index` takes entry ``index % 12``: any dozen neighbours hold every class of beat.
PROFILES = (
    Profile(heart_rate_bpm=(52, 75), hf_sd=(0.06, 0.10), ventricular=NONE),
    Profile(ventricular=FEW, fibrillation=1.0),
    Profile(ventricular=(0.10, 0.17), bigeminy=0.35, couplet=0.06),
    Profile(heart_rate_bpm=(60, 90), ventricular=FEW, fusion=(0.002, 0.006)),
    Profile(heart_rate_bpm=(65, 95), atrial=(0.11, 0.20), couplet=0.12, run=0.05),
    Profile(heart_rate_bpm=(75, 100), atrial=FEW, block=0.4),
    Profile(atrial=FEW, ventricular=FEW, tachycardia=(0.003, 0.006)),
    Profile(ventricular=(0.08, 0.14), fusion=(0.015, 0.03), couplet=0.12, run=0.06, n_foci=3),
    Profile(heart_rate_bpm=(50, 64), atrial=(0.03, 0.07), junctional=(0.02, 0.04)),
    Profile(heart_rate_bpm=(50, 66), ventricular=(0.02, 0.05), escape=(0.015, 0.035)),
    Profile(heart_rate_bpm=(52, 72), hf_sd=(0.05, 0.09), atrial=FEW),
    Profile(ventricular=(0.05, 0.10), fusion=(0.02, 0.05), atrial=(0.02, 0.05), n_foci=2),
)

# ``index % 18`` -> bundle branch block. Twelve and eighteen share no period shorter than 36, so
# that in the default cohort each block meets different rhythms: 4 subjects with L, 6 with R, about
# the numbers of the MIT-BIH Arrhythmia Database.
BUNDLES = {3: "L", 8: "L", 6: "R", 13: "R", 16: "R"}


def find_profile(index: int) -> tuple[Profile, str]:
    """Profile and symbol of the sinus beats (N, L or R) of subject `index`, counted from 0."""
    return PROFILES[index % len(PROFILES)], BUNDLES.get(index % 18, "N")


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
    """Draw subject `index` (from 0): its kind is fixed by the cohort, the rest by `rng`.

    Without `difficult` nobody has spells or long tachycardias, atrial beats come earlier, and most
    recordings are clean; everything else stays.
    """
    profile, bundle = find_profile(index)
    if not difficult:
        profile = replace(profile, tachycardia=NONE, fibrillation=0.0, block=0.0)
    extra = rng.spawn(1)[0]  # of what not all patients have
    other = str(extra.choice(["L", "R"])) if bundle == "N" else "N"
    conducted = draw_conducted(bundle, rng)
    forms = _draw_forms(profile, conducted, draw_conducted(other, extra), rng)
    return Patient(
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


def _draw_forms(
    profile: Profile, conducted: Waves, blocked: Waves, rng: np.random.Generator
) -> tuple[Waves, ...]:
    # Fusion with a focus of opposite polarity can cancel the R peak, which then has no place.
    upright = str(rng.choice(["outflow", "left base"])) if profile.fusion != NONE else None
    foci = [draw_ventricular(rng, upright)]
    foci += [draw_ventricular(rng) for _ in range(1, profile.n_foci)]
    fusions = [fuse_waves(conducted, foci[0], share) for share in FUSION_SHARES]
    return (conducted, draw_ventricular(rng).scaled(0.8), blocked, *fusions, *foci)


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
