"""Find reasons in the QRS complex of a beat: its presence, width, shape and amplitude."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.detector.explanation.qrs_width import HIGH_SHARE, measure_qrs_width
from ecg_anomaly.detector.explanation.reason_measures import (
    NAMED_FROM,
    ReasonMeasure,
    find_over_leads,
    only_where,
)
from ecg_anomaly.features.beat_context import BeatsInContext

#: Robust spreads among normal beats of DS1: of the width minus that of the template, in s, and of
#: the log amplitude.
WIDTH_SPREAD_S, AMPLITUDE_SPREAD = 0.010, 0.20

#: A QRS complex whose correlation with the template is higher differs in size, not in shape; one
#: whose correlation is lower than the second value points the other way.
SAME_SHAPE, INVERTED = 0.95, -0.3

#: Height of the template's QRS complex, in mV, below which amplitudes of a lead are not compared.
SMALLEST_QRS_MV = 0.2

#: A beat below this share of the template's height in every lead has hardly a QRS complex.
ABSENT_QRS = 0.35


@dataclass(frozen=True)
class Complexes:
    """QRS complexes compared with those of the template, each (n, n_leads).

    Attributes
    ----------
    known : bool
        False for a lead that is absent, or lost in the beat.
    correlation : float64
        Correlation with the template's complex.
    ratio : float64
        Height from peak to peak, as a multiple of the template's; 1 where it is not known.
    template_mv : float64
        Height of the template's complex in mV.
    """

    known: NDArray[np.bool_]
    correlation: NDArray[np.float64]
    ratio: NDArray[np.float64]
    template_mv: NDArray[np.float64]

    @property
    def absent(self) -> NDArray[np.bool_]:
        """True for beats with hardly a complex, (n,)."""
        highest = np.where(self.known, self.ratio, 0.0).max(axis=1, initial=0.0)
        return self.known.any(axis=1) & (highest < ABSENT_QRS)


def compare_complexes(beats: BeatsInContext, window: BeatWindow) -> Complexes:
    """Compare the QRS complex of each beat with that of the subject's template beat."""
    part = window.part("qrs")
    own, template = _centred(beats.waveform[:, part]), _centred(beats.history.template[:, part])
    size = np.sqrt((own**2).sum(axis=1) * (template**2).sum(axis=1))
    known = size > 0
    correlation = (own * template).sum(axis=1) / np.where(known, size, 1.0)
    height = [np.where(known, np.ptp(waves, axis=1), 1.0) for waves in (own, template)]
    return Complexes(known, correlation, height[0] / height[1], height[1] * beats.history.amplitude)


def find_in_qrs(
    beats: BeatsInContext,
    complexes: Complexes,
    distance: NDArray[np.float64],
    window: BeatWindow,
) -> list[ReasonMeasure]:
    """Compare width, shape and amplitude of QRS complexes with those of the template.

    Parameters
    ----------
    beats : BeatsInContext
        n beats.
    complexes : Complexes
        Of the same beats.
    distance : (n, n_leads) float64
        Distance of the complex from the template's, in spreads.
    window : BeatWindow
        Of the beats.

    Returns
    -------
    list of ReasonMeasure
        ``wide_qrs``, ``narrow_qrs``, ``qrs_turned``, ``qrs_shape``, ``amplitude``.
    """
    widths, shapes = _compare_widths(beats, complexes, window), _name_shapes(complexes, distance)
    disturbed = np.maximum.reduce([f.strength for f in (*widths, *shapes)]) >= NAMED_FROM
    return [*widths, *shapes, _compare_amplitudes(complexes, disturbed)]


def find_absent_qrs(complexes: Complexes) -> ReasonMeasure:
    """Find beats at whose R peak there is hardly a QRS complex."""
    ratio = np.where(complexes.known, complexes.ratio, 0.0).max(axis=1, initial=0.0)
    strength = -np.log(np.clip(ratio, 1e-3, None)) / AMPLITUDE_SPREAD
    return ReasonMeasure("no_qrs", only_where(complexes.absent, strength), {"ratio": ratio})


def _compare_widths(
    beats: BeatsInContext, complexes: Complexes, window: BeatWindow
) -> list[ReasonMeasure]:
    """Compare widths; a complex of the template's shape counts as equally wide."""
    amplitude = np.where(complexes.known, beats.history.amplitude, 0.0)
    waves = np.concatenate([beats.waveform, beats.history.template])
    amplitude = np.concatenate([amplitude, amplitude])
    both = measure_qrs_width(waves, amplitude, window).reshape(2, -1)
    unknown = np.isnan(both[0])
    if unknown.any():  # then both are measured at a higher share
        rows = np.flatnonzero(np.tile(unknown, 2))
        higher = measure_qrs_width(waves[rows], amplitude[rows], window, HIGH_SHARE)
        both[:, unknown] = higher.reshape(2, -1)
    width, usual = both
    other_shape = np.any(complexes.known & (complexes.correlation < SAME_SHAPE), axis=1)
    wider = only_where(other_shape, np.nan_to_num(width - usual) / WIDTH_SPREAD_S)
    numbers = {"width": 1000 * width, "usual": 1000 * usual}
    return [ReasonMeasure("wide_qrs", wider, numbers), ReasonMeasure("narrow_qrs", -wider, numbers)]


def _name_shapes(complexes: Complexes, distance: NDArray[np.float64]) -> list[ReasonMeasure]:
    """Give one reason for another shape: inverted in some lead, or else unlike the template."""
    turned = find_over_leads("qrs_turned", only_where(complexes.correlation < INVERTED, distance))
    upright = (turned.strength < NAMED_FROM)[:, None]
    shape = only_where(upright & (complexes.correlation < SAME_SHAPE), distance)
    return [turned, find_over_leads("qrs_shape", shape)]


def _compare_amplitudes(complexes: Complexes, disturbed: NDArray[np.bool_]) -> ReasonMeasure:
    """Compare the heights in the lead where they differ most.

    A complex of another width or shape also has another height: then its strength is halved.
    """
    larger = np.abs(np.log(np.maximum(complexes.ratio, 1e-3))) / AMPLITUDE_SPREAD
    larger = only_where(complexes.template_mv >= SMALLEST_QRS_MV, larger)
    lead = larger.argmax(axis=1)
    rows = np.arange(len(lead))
    strength = larger[rows, lead] * np.where(disturbed, 0.5, 1.0)
    shown = np.arange(larger.shape[1]) == lead[:, None]
    return ReasonMeasure("amplitude", strength, {"ratio": complexes.ratio[rows, lead]}, shown)


def _centred(waves: NDArray[np.floating]) -> NDArray[np.float64]:
    values = waves.astype(np.float64)
    return values - values.mean(axis=1, keepdims=True)
