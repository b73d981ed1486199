"""Draw the shapes of beats as sums of Gaussian waves on each lead, varied from patient to patient.

Normal waves are near those of Table I of McSharry 2003 (at one second RR: P -0.17 s, T 0.25 s); Q,
R and S are narrower and closer together, because the QRS of that table lasts 150 ms. T has two
bumps, since its upstroke is slower than its downstroke.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

LEADS = ("MLII", "V1")

#: Waves of one lead: (amplitude mV, offset s from the R peak, width s).
Rows = Sequence[tuple[float, float, float]]

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


@dataclass(frozen=True)
class Waves:
    """Gaussian bumps, all leads in one flat list.

    A wave (a, theta, b) of McSharry 2003 is, on the limit cycle at angular velocity omega,
    a bump of amplitude ``a b^2 / omega``, offset ``theta / omega`` and width ``b / omega``.
    Here the bump is stored, since its units can be read off an ECG.

    Attributes
    ----------
    lead : (n_waves,) int64
        Index into `LEADS`.
    amplitude_mv, offset_s, width_s : (n_waves,) float64
        Peak, time from the R peak and standard deviation, at an RR interval of one second.
    repolarisation : (n_waves,) bool
        True for ST and T, whose offset and width follow the RR interval.
    """

    lead: NDArray[np.int64]
    amplitude_mv: NDArray[np.float64]
    offset_s: NDArray[np.float64]
    width_s: NDArray[np.float64]
    repolarisation: NDArray[np.bool_]

    def scaled(self, gain: float) -> "Waves":
        """Copy with every amplitude multiplied by `gain`."""
        return replace(self, amplitude_mv=self.amplitude_mv * gain)

    def joined(self, other: "Waves") -> "Waves":
        """Return the sum of two beats: the waves of both."""
        fields = ("lead", "amplitude_mv", "offset_s", "width_s", "repolarisation")
        return Waves(*(np.concatenate([getattr(self, f), getattr(other, f)]) for f in fields))

    def depolarisation(self, lead: int, time_s: ArrayLike) -> NDArray[np.float64]:
        """QRS (or P) of one lead in mV at `time_s` (n,) seconds from the R peak."""
        mine = (self.lead == lead) & ~self.repolarisation
        distance = (np.asarray(time_s)[:, None] - self.offset_s[mine]) / self.width_s[mine]
        return np.exp(-0.5 * distance**2) @ self.amplitude_mv[mine]


def join_leads(depolarisation: Sequence[Rows], repolarisation: Sequence[Rows]) -> Waves:
    """Return `Waves` of (amplitude mV, offset s, width s) rows, one sequence of rows per lead."""
    lead, rows, late = [], [], []
    for group, is_late in ((depolarisation, False), (repolarisation, True)):
        for index, lead_rows in enumerate(group):
            lead += [index] * len(lead_rows)
            late += [is_late] * len(lead_rows)
            rows += list(lead_rows)
    table = np.array(rows, dtype=np.float64).reshape(-1, 3)
    return Waves(np.array(lead), table[:, 0], table[:, 1], table[:, 2], np.array(late, dtype=bool))


def vary_waves(waves: Waves, rng: np.random.Generator, spread: float = 1.0) -> Waves:
    """Vary waves for a patient: amplitude +-20 %, offset +-6 %, width +-8 % (SD) times `spread`.

    The overall voltage of a lead varies as well, by 20 %. Deviations stop at two SD.
    """
    n = len(waves.lead)
    bounded = np.clip(rng.standard_normal((3, n)), -2, 2) * spread
    voltage = np.exp(0.2 * spread * np.clip(rng.standard_normal(len(LEADS)), -2, 2))
    return replace(
        waves,
        amplitude_mv=waves.amplitude_mv * np.exp(0.2 * bounded[0]) * voltage[waves.lead],
        offset_s=waves.offset_s * (1 + 0.06 * bounded[1]),
        width_s=waves.width_s * (1 + 0.08 * bounded[2]),
    )


def align_waves(waves: Waves) -> Waves:
    """Shift a beat so that the largest deflection of its QRS on MLII stands at time zero."""
    grid = np.arange(-0.15, 0.15, 0.0005)
    peak = grid[np.argmax(np.abs(waves.depolarisation(0, grid)))]
    return replace(waves, offset_s=waves.offset_s - peak)


def draw_conducted(bundle: str, rng: np.random.Generator) -> Waves:
    """Draw QRS, ST and T of a beat that was conducted through the AV node.

    Parameters
    ----------
    bundle : {"N", "L", "R"}
        Normal conduction, left or right bundle branch block.
    rng : numpy.random.Generator
        Source of the patient's own shape.
    """
    qrs_mlii, qrs_v1, t_mlii, t_v1 = CONDUCTED[bundle]
    waves = join_leads([qrs_mlii, qrs_v1], [t_mlii, t_v1])
    # The two peaks of a left block must keep their order, or its R peak would be ambiguous.
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
