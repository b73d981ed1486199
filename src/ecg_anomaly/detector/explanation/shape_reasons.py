"""What is unusual in the shape of a beat, part by part."""

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
    Finding,
    find_over_leads,
    only_where,
)
from ecg_anomaly.features.beat_context import BeatsInContext
from ecg_anomaly.features.p_wave import match_p_wave, p_wave_energy
from ecg_anomaly.features.window_sums import part_distances

#: Robust spreads of the log distance of normal beats of DS1 beyond the person's usual distance.
DISTANCE_SPREAD = {"p": 0.25, "qrs": 0.35, "t": 0.35}

#: A P wave is missed only where the usual one stands out of its noise (log ratio of amplitudes),
#: and is absent when less than this share of it is there.
CLEAR_P, ABSENT_P = 0.2, 0.4


def find_in_shape(beats: BeatsInContext, window: BeatWindow) -> list[Finding]:
    """Compare the parts of beats with those of the person's regular beat.

    Parameters
    ----------
    beats : BeatsInContext
        n beats.
    window : BeatWindow

    Returns
    -------
    list of Finding
        Width, shape and amplitude of the QRS complex, P wave, ST-T; nothing but ``no_qrs`` where
        there is no complex. A lead that is absent or lost in a beat says nothing of it.
    """
    complexes = compare_complexes(beats, window)
    novelty = part_distances(beats.waveform, beats.history.template, window)
    novelty -= beats.history.part_distance
    part = {
        name: only_where(complexes.known, novelty[:, :, place] / DISTANCE_SPREAD[name])
        for place, name in enumerate(PARTS)
    }
    qrs = find_in_qrs(beats, complexes, part["qrs"], window)
    named = {finding.kind: finding.strength >= NAMED_FROM for finding in qrs}
    p_waves = _compare_p_waves(beats, part["p"], named["wide_qrs"], window)
    # An unusual activation of the ventricles brings its own ST-T: no reason of its own.
    disturbed = np.any([rows for kind, rows in named.items() if kind != "amplitude"], axis=0)
    st_t = find_over_leads("st_t", only_where(~disturbed[:, None], part["t"]))
    present = ~complexes.absent
    others = [
        replace(finding, strength=only_where(present, finding.strength))
        for finding in (*qrs, *p_waves, st_t)
    ]
    return [find_absent_qrs(complexes), *others]


def _compare_p_waves(
    beats: BeatsInContext,
    distance: NDArray[np.float64],
    wide: NDArray[np.bool_],
    window: BeatWindow,
) -> list[Finding]:
    history = beats.history
    match = match_p_wave(beats.waveform, history.template, window)
    noise = history.p_noise + 1e-4
    clear = 0.5 * np.log(p_wave_energy(history.template, window) / noise) > CLEAR_P
    absent = find_over_leads("no_p", only_where(clear & (match < ABSENT_P), distance))
    # The onset of a wide QRS complex reaches into where the P wave is looked for.
    other = ~(wide | (absent.strength >= NAMED_FROM))[:, None] & clear & (match >= ABSENT_P)
    return [absent, find_over_leads("other_p", only_where(other, distance))]
