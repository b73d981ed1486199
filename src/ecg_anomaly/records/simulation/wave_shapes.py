"""Shapes of the beats of one patient.

Rows are (amplitude mV, offset s from the R peak, width s). Normal waves stand near Table I of
McSharry 2003 (at one second RR: P -0.17 s, T 0.25 s); Q, R and S are drawn narrower and closer than
there, whose QRS lasts 150 ms. T has two bumps, since its upstroke is slower than its downstroke.
"""

import numpy as np

from ecg_anomaly.records.simulation.waves import Rows, Waves, align_waves, join_leads, vary_waves

# Bundle branch -> (QRS of MLII, QRS of V1, ST-T of MLII, ST-T of V1).
CONDUCTED: dict[str, tuple[Rows, Rows, Rows, Rows]] = {
    "N": (
        [(-0.09, -0.026, 0.009), (1.15, 0.0, 0.011), (-0.20, 0.027, 0.011)],
        [(0.25, -0.013, 0.009), (-0.85, 0.012, 0.013)],
        [(0.15, 0.215, 0.055), (0.20, 0.275, 0.036)],
        [(0.06, 0.22, 0.055), (0.07, 0.275, 0.038)],
    ),
    "L": (
        [(0.48, -0.024, 0.018), (0.86, 0.022, 0.021)],
        [(0.08, -0.040, 0.010), (-1.30, 0.008, 0.030)],
        [(-0.07, 0.13, 0.050), (-0.24, 0.285, 0.048)],
        [(0.16, 0.13, 0.055), (0.38, 0.285, 0.055)],
    ),
    "R": (
        [(-0.08, -0.024, 0.009), (1.00, 0.0, 0.012), (-0.30, 0.052, 0.021)],
        [(0.22, -0.020, 0.009), (-0.35, 0.006, 0.011), (0.80, 0.050, 0.018)],
        [(0.13, 0.235, 0.055), (0.17, 0.295, 0.038)],
        [(-0.08, 0.20, 0.055), (-0.16, 0.29, 0.045)],
    ),
}
# Origin of a ventricular beat -> sign of its QRS on MLII and V1.
ORIGINS = {"outflow": (1, -1), "left base": (1, 1), "apex": (-1, -1), "left inferior": (-1, 1)}
SINUS_P: tuple[Rows, Rows] = (
    [(0.085, -0.016, 0.019), (0.070, 0.016, 0.019)],
    [(0.055, -0.018, 0.014), (-0.045, 0.020, 0.016)],
)


def draw_conducted(bundle: str, rng: np.random.Generator) -> Waves:
    """Draw QRS, ST and T of a beat that came down through the AV node.

    Parameters
    ----------
    bundle : {"N", "L", "R"}
        Normal conduction, left or right bundle branch block.
    rng : numpy.random.Generator
        Source of the person's own shape.
    """
    qrs_mlii, qrs_v1, t_mlii, t_v1 = CONDUCTED[bundle]
    waves = join_leads([qrs_mlii, qrs_v1], [t_mlii, t_v1])
    # The two peaks of a left block keep their order, or its R peak would be a matter of taste.
    return align_waves(vary_waves(waves, rng, spread=0.6 if bundle == "L" else 1.0))


def draw_sinus_p(rng: np.random.Generator) -> Waves:
    """Draw the sinus P wave, centred on time zero: upright on MLII, biphasic on V1."""
    return vary_waves(join_leads(SINUS_P, ([], [])), rng)


def draw_ectopic_p(rng: np.random.Generator) -> Waves:
    """Draw the P wave of an atrial focus: lower or upside down, sometimes too small to see."""
    height = rng.choice([-0.10, -0.06, 0.02, 0.06, 0.09]) * rng.uniform(0.8, 1.2)
    v1 = rng.choice([-0.05, 0.03, 0.07])
    width = rng.uniform(0.015, 0.022)
    return join_leads([[(height, 0.0, width)], [(v1, 0.0, width)]], ([], []))


def draw_ventricular(rng: np.random.Generator, origin: str | None = None) -> Waves:
    """Draw a beat that starts in the ventricles: wide and tall, slurred, with a discordant T.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of the shape.
    origin : str, optional
        Key of `ORIGINS`; drawn when omitted.
    """
    signs = ORIGINS[origin or str(rng.choice(list(ORIGINS)))]
    width = rng.uniform(0.024, 0.032)
    qrs, repolarisation = [], []
    for sign in signs:
        height = sign * rng.uniform(0.9, 1.9)
        qrs.append(_draw_wide_qrs(height, width, rng))
        repolarisation.append(_draw_discordant_t(height, width, rng))
    return align_waves(join_leads(qrs, repolarisation))


def _draw_wide_qrs(height: float, width: float, rng: np.random.Generator) -> Rows:
    """Draw main deflection, a slur or notch on its upstroke and a smaller opposite end."""
    slur = (height * rng.uniform(0.15, 0.5), -width * rng.uniform(1.2, 1.7), width * 0.7)
    end = (-height * rng.uniform(0.05, 0.3), width * rng.uniform(2.1, 2.6), width * 0.8)
    return [slur, (height, 0.0, width), end]


def _draw_discordant_t(height: float, width: float, rng: np.random.Generator) -> Rows:
    """Draw ST and T against the QRS; they start later after a wider QRS."""
    peak = rng.uniform(0.26, 0.31) + width
    t = -height * rng.uniform(0.25, 0.4)
    return [(t * 0.45, peak - 0.11, 0.055), (t, peak, rng.uniform(0.050, 0.062))]


def fuse_waves(conducted: Waves, ventricular: Waves, share: float) -> Waves:
    """Mix a conducted and a ventricular beat; `share` in [0, 1] is that of the ventricular one."""
    return align_waves(conducted.scaled(1 - share).joined(ventricular.scaled(share)))
