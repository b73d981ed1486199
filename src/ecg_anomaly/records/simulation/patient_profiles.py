"""The kinds of simulated patients: ranges from which heart rates and arrhythmias are drawn.

Rates of events are per sinus beat.
"""

from dataclasses import dataclass

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
        Share of the time in which conduction is changed: intermittent bundle branch block.
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


@dataclass(frozen=True)
class Ectopy:
    """Abnormal beats of one patient; rates are events per sinus beat.

    Attributes
    ----------
    atrial, ventricular, fusion, junctional, escape, tachycardia : float
        Rate of A, V, F, j and E events, and of long runs of A.
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
    tachycardia: float
    prematurity: tuple[float, float]
    coupling: float
    coupling_sd: float
    bigeminy: float
    couplet: float
    run: float
    escape_interval_s: float
    retrograde_p: bool
    n_foci: int


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
    """Return profile and code of the sinus beats (N, L or R) of subject `index`, counted from 0."""
    return PROFILES[index % len(PROFILES)], BUNDLES.get(index % 18, "N")
