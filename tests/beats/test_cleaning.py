import numpy as np

from ecg_anomaly.beats.cleaning import say_why_unreadable
from ecg_anomaly.config.schema import PreprocessConfig

CONFIG = PreprocessConfig()
BEFORE, LENGTH = 42, 96


def beat(n=1):
    shape = np.sin(np.linspace(0, 6, LENGTH))[None, :, None]
    return np.repeat(np.repeat(shape, n, 0), 2, 2).astype(np.float32)


def reasons(waveform, missing=None, centre=None):
    missing = np.zeros(waveform.shape, bool) if missing is None else missing
    centre = np.full(len(waveform), 500) if centre is None else np.array(centre)
    return say_why_unreadable(waveform, missing, centre, 1000, CONFIG).tolist()


def test_a_good_beat_has_no_reason():
    assert reasons(beat(2)) == ["", ""]


def test_each_reason_is_named():
    flat, high = beat() * 0.001, beat() * 100
    gap = np.zeros(beat().shape, bool)
    gap[0, 3, 0] = True
    assert reasons(flat) == ["flat"]
    assert reasons(high) == ["implausible"]
    assert reasons(beat(), gap) == ["missing samples"]


def test_windows_must_lie_inside_to_the_sample():
    centre = [BEFORE - 1, BEFORE, 1000 - (LENGTH - BEFORE), 1000 - (LENGTH - BEFORE) + 1]
    assert reasons(beat(4), centre=centre) == ["outside record", "", "", "outside record"]


def test_the_second_lead_does_not_decide():
    waveform, gap = beat(), np.zeros(beat().shape, bool)
    waveform[:, :, 1], gap[:, :, 1] = 0, True
    assert reasons(waveform, gap) == [""]


def test_the_first_of_several_reasons_is_told():
    gap = np.ones(beat().shape, bool)
    assert reasons(beat() * 0, gap) == ["missing samples"]
    assert reasons(beat() * 0, gap, [0]) == ["outside record"]


def test_no_beats_have_no_reasons():
    assert reasons(beat(0)) == []
