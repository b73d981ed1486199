"""Segments of the leads of a resting ECG: consecutive samples with the time of the first.

A recording of ten seconds of all leads at once has one segment per lead; in a recording in the form
of a printout with three rows the leads of a row follow each other. Leads III, aVR, aVL and aVF are
often not stored, because they can be computed from I and II.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.lead_names import SignalKind, kind_of, standard_lead
from ecg_anomaly.records.stored_values import RESTORE

#: Stored samples of any type of number.
Samples = NDArray[np.integer] | NDArray[np.floating]

#: Most samples of all leads together: a resting ECG has some 100 000.
MAX_SAMPLES = 1 << 22

#: Most segments of all leads together.
MAX_SEGMENTS = 1024

#: Leads that are weighted sums of I and II, and the weights (Einthoven 1912, Goldberger 1942).
LIMB_LEADS = {"III": (-1.0, 1.0), "aVR": (-0.5, -0.5), "aVL": (1.0, -0.5), "aVF": (-0.5, 1.0)}


@dataclass(frozen=True)
class LeadSegment:
    """Some seconds of a lead.

    Attributes
    ----------
    name : str
        Name of the lead, see `name_lead`.
    unit : str
        Unit of the amplitude; ``""`` where the file states none.
    fs : float
        Sampling rate in Hz.
    values : (n,) int or float
        As stored, NaN where nothing was recorded.
    scale, offset : float
        The amplitude is a value times `scale` plus `offset`.
    start_s : float
        Time of the first sample in s; only differences between segments matter.
    fault : str
        Why the lead cannot be read, see `ecg_signals.Signal`.
    """

    name: str
    unit: str
    fs: float
    values: Samples
    scale: float = 1.0
    offset: float = 0.0
    start_s: float = 0.0
    fault: str = ""

    def convert(self, factor: float) -> NDArray[np.float32]:
        """Return the amplitudes, (n,) float32, in another unit: `factor` per unit of this one."""
        with np.errstate(over="ignore"):
            return (self._amplitudes() * factor).astype(np.float32)

    def combine(self, other: "LeadSegment", weights: tuple[float, float]) -> Samples:
        """Return a weighted sum of the amplitudes of two segments."""
        with np.errstate(invalid="ignore"):  # one is infinite, and refused when it is read
            return weights[0] * self._amplitudes() + weights[1] * other._amplitudes()

    def _amplitudes(self) -> NDArray[np.float64]:
        with np.errstate(over="ignore", invalid="ignore"):
            return self.values.astype(np.float64) * self.scale + self.offset


def name_lead(name: str) -> str:
    """Return a name that `kind_of` knows as that of an ECG, for a lead of a resting ECG.

    In these formats all leads are ECGs, also those whose names mean something else elsewhere, such
    as Frank's X, Y and Z.

    Examples
    --------
    >>> [name_lead(name) for name in ("MDC_ECG_LEAD_AVR", "V3R", "X", "Channel 2")]
    ['aVR', 'V3R', 'ECG X', 'ECG Channel 2']
    """
    bare = " ".join(name.split())
    if bare.upper().startswith("MDC_ECG_LEAD_"):
        bare = bare[len("MDC_ECG_LEAD_") :]
    if bare.upper() in ("AVR", "AVL", "AVF"):
        return f"aV{bare[-1].upper()}"
    return bare if kind_of(bare) is SignalKind.ECG else f"ECG {bare}".strip()


def check_n_samples(path: Path, n_samples: int) -> None:
    """Refuse a file that announces more samples than `MAX_SAMPLES`, before memory is allocated.

    Raises
    ------
    UserError
        When it announces more, or none.
    """
    if n_samples > MAX_SAMPLES:
        rule = f"{n_samples} samples of all leads, more than {MAX_SAMPLES}"
        raise UserError(path, rule, "cut the recording, or convert it to EDF or WFDB")
    if n_samples < 1:
        raise UserError(path, "no samples", RESTORE)


def gather_segments(path: Path, segments: Iterable[LeadSegment]) -> list[LeadSegment]:
    """Collect segments as they are read, within the limits of a resting ECG.

    Raises
    ------
    UserError
        When there are more than `MAX_SEGMENTS` segments or more than `MAX_SAMPLES` samples.
    """
    held: list[LeadSegment] = []
    n_samples = 0
    for segment in segments:
        held.append(segment)
        n_samples += len(segment.values)
        if len(held) > MAX_SEGMENTS:
            rule = f"more than {MAX_SEGMENTS} pieces of leads"
            raise UserError(path, rule, "write some of them into a file of their own")
        check_n_samples(path, n_samples)
    return held


def add_limb_leads(segments: Sequence[LeadSegment]) -> tuple[list[LeadSegment], tuple[str, ...]]:
    """Compute those of III, aVR, aVL and aVF that are missing, if I and II were recorded together.

    Parameters
    ----------
    segments : sequence of LeadSegment
        All segments of a recording.

    Returns
    -------
    segments : list of LeadSegment
        The given segments, then the computed ones.
    added : tuple of str
        Names of the computed leads.
    """
    known = {standard_lead(segment.name) for segment in segments}
    missing = [name for name in LIMB_LEADS if standard_lead(name) not in known]
    first, second = (
        [segment for segment in segments if standard_lead(segment.name) == lead]
        for lead in ("I", "II")
    )
    together = len(first) == len(second) and all(map(_fit, first, second))
    if not first or not together:
        return [*segments], ()
    added = [
        replace(one, name=name, values=one.combine(other, LIMB_LEADS[name]), scale=1.0, offset=0.0)
        for name in missing
        for one, other in zip(first, second, strict=True)
    ]
    return [*segments, *added], tuple(missing)


def _fit(one: LeadSegment, other: LeadSegment) -> bool:
    """Say whether two segments were recorded together, in the same unit, and can be read."""
    same = (one.unit, one.fs, len(one.values)) == (other.unit, other.fs, len(other.values))
    at_once = abs(one.start_s - other.start_s) * one.fs <= 0.5
    return same and at_once and not one.fault and not other.fault
