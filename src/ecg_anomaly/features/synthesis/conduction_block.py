"""Give subjects a bundle branch block: every beat is wide, so a wide beat is no anomaly for them.

A network trained on few such subjects takes the beats of the next one for ventricular ones. Whether
a beat is unusually wide depends on its subject, and a network learns this only from subjects with
and without a block.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.features.beat_context import BeatsInContext, History
from ecg_anomaly.features.p_wave import around_p_wave
from ecg_anomaly.features.synthesis.random_waves import Waves, ramp
from ecg_anomaly.features.synthesis.shape_changes import WIDE_S, widen_beats


def add_conduction_block(
    beats: BeatsInContext,
    ventricular: NDArray[np.bool_],
    window: BeatWindow,
    rng: np.random.Generator,
) -> BeatsInContext:
    """Change beats and their context into those of subjects with a bundle branch block.

    Parameters
    ----------
    beats : BeatsInContext
        Beats of many subjects.
    ventricular : (n,) bool
        Beats that begin in a ventricle: a block leaves their shape as it is.
    window : BeatWindow
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    BeatsInContext
        QRS complex and T wave of the template beats, of the last minutes and of the last hour, are
        wide; the beats change as their template does. P waves, intervals and an absent lead stay.
    """
    template = beats.history.template.astype(np.float64)
    wide = _draw_blocks(template, window, rng)
    present = beats.waveform.any(axis=1, keepdims=True) & template.any(axis=1, keepdims=True)
    change = np.where(present, wide - template, 0.0)
    own = change * ~ventricular[:, None, None]
    return replace(
        beats,
        waveform=(beats.waveform + own).astype(np.float32),
        history=_change(beats.history, change, window),
        hour=_change(beats.hour, change, window),
    )


def _draw_blocks(template: Waves, window: BeatWindow, rng: np.random.Generator) -> Waves:
    """Draw a wide form of each template with a QRS complex as high as it was."""
    n, qrs = len(template), window.part("qrs")
    foreign = template[rng.permutation(n)]
    wide = widen_beats(template, template, foreign, np.ones(n), window.time_s, rng)
    before, after = (np.ptp(waves[:, qrs], axis=1, keepdims=True) for waves in (template, wide))
    scaled = wide * np.where(after > 0, before / np.maximum(after, 1e-6), 1.0)
    return template + ramp(window.time_s, *WIDE_S) * (scaled - template)


def _change(history: History, change: Waves, window: BeatWindow) -> History:
    around, _ = around_p_wave(window)
    return replace(
        history,
        template=(history.template + change).astype(np.float32),
        recent_p=(history.recent_p + change[:, around]).astype(np.float32),
    )
