"""Find reasons in the shape of a beat: its QRS complex, P wave, ST segment and T wave."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_window import PARTS, BeatWindow
from ecg_anomaly.detector.explanation.qrs_reasons import (
    compare_complexes,
    find_absent_qrs,
    find_in_qrs,
)
from ecg_anomaly.detector.explanation.reason_measures import (
    NAMED_FROM,
    ReasonMeasure,
    find_over_leads,
    only_where,
)
from ecg_anomaly.features.beat_context import BeatsInContext
from ecg_anomaly.features.p_wave import match_p_wave, p_wave_energy
from ecg_anomaly.features.window_sums import part_distances

#: Robust spreads of how much further, in log distance, normal beats of DS1 lie from the template
#: than the subject's beats usually do.
DISTANCE_SPREAD = {"p": 0.25, "qrs": 0.35, "t": 0.35}

#: A P wave can be missing only where that of the template stands out of the noise by this log ratio
#: of amplitudes, and is missing when less than this share of it is found.
CLEAR_P, ABSENT_P = 0.2, 0.4


def find_in_shape(beats: BeatsInContext, window: BeatWindow) -> list[ReasonMeasure]:
    """Compare the parts of beats with those of the subject's template beat.

    Parameters
    ----------
    beats : BeatsInContext
        n beats.
    window : BeatWindow
        Of the beats.

    Returns
    -------
    list of ReasonMeasure
        Those of `find_in_qrs`, ``no_qrs``, ``second_shape``, ``no_p``, ``other_p`` and ``st_t``. A
        beat without a QRS complex has no strength but in ``no_qrs``. A lead that is absent, or lost
        in a beat, counts for nothing.
    """
    complexes = compare_complexes(beats, window)
    novelty = part_distances(beats.waveform, beats.history.template, window)
    novelty -= beats.history.part_distance
    part = {
        name: only_where(complexes.known, novelty[:, :, place] / DISTANCE_SPREAD[name])
        for place, name in enumerate(PARTS)
    }
    qrs = find_in_qrs(beats, complexes, part["qrs"], window)
    named = {measure.kind: measure.strength >= NAMED_FROM for measure in qrs}
    p_waves = _compare_p_waves(beats, part["p"], named["wide_qrs"], window)
    # An unusual activation of the ventricles changes ST-T too: that is no reason of its own.
    disturbed = np.any([rows for kind, rows in named.items() if kind != "amplitude"], axis=0)
    st_t = find_over_leads("st_t", only_where(~disturbed[:, None], part["t"]))
    others, absent = [*qrs, *p_waves, st_t], complexes.absent
    if absent.any():
        others = [replace(m, strength=only_where(~absent, m.strength)) for m in others]
    return [find_absent_qrs(complexes), _find_second_shape(beats), *others]


def _find_second_shape(beats: BeatsInContext) -> ReasonMeasure:
    """Say last of all that the other reasons are differences from a shape that is not the usual."""
    return ReasonMeasure("second_shape", only_where(beats.second, np.full(len(beats), NAMED_FROM)))


def _compare_p_waves(
    beats: BeatsInContext,
    distance: NDArray[np.float64],
    wide: NDArray[np.bool_],
    window: BeatWindow,
) -> list[ReasonMeasure]:
    history = beats.history
    match = match_p_wave(beats.waveform, history.template, window)
    noise = history.p_noise + 1e-4
    clear = 0.5 * np.log(p_wave_energy(history.template, window) / noise) > CLEAR_P
    absent = find_over_leads("no_p", only_where(clear & (match < ABSENT_P), distance))
    # The onset of a wide QRS complex reaches into where the P wave is looked for.
    other = ~(wide | (absent.strength >= NAMED_FROM))[:, None] & clear & (match >= ABSENT_P)
    return [absent, find_over_leads("other_p", only_where(other, distance))]
