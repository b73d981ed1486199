"""A subject of drawn beats, each wave of which a test can move, widen or leave out."""

from dataclasses import dataclass, field

import numpy as np

from default_config import features_config, preprocess_config
from ecg_anomaly.beats.beat_set import BeatSet
from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.config.pipeline_schema import FeaturesConfig
from ecg_anomaly.detector.explanation.reasons import find_reasons
from ecg_anomaly.detector.explanation.wording import Reason
from ecg_anomaly.features.beat_context import BeatsInContext
from ecg_anomaly.features.describe import put_in_context

WINDOW = BeatWindow.from_config(preprocess_config())
AT_S = np.arange(96) / WINDOW.fs - WINDOW.before_s

#: Centre in s, width in s, height in mV of P, Q, R, S and T in the first lead.
WAVES = {
    "p": (-0.17, 0.022, 0.15),
    "q": (-0.025, 0.008, -0.1),
    "r": (0.0, 0.011, 1.0),
    "s": (0.025, 0.009, -0.2),
    "t": (0.27, 0.05, 0.3),
}
LEADS = ("MLII", "V1")


def draw_beat(**changes: tuple[float, float, float]) -> np.ndarray:
    """One beat, (96,) in mV; a wave given by name replaces the one of `WAVES`."""
    waves = {**WAVES, **changes}
    return sum(h * np.exp(-0.5 * ((AT_S - c) / w) ** 2) for c, w, h in waves.values())


@dataclass
class Subject:
    """Sixty beats, 0.8 s apart give or take a per cent, two leads, a little noise."""

    n: int = 60
    rr: np.ndarray = field(init=False)
    waveform: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        rng = np.random.default_rng(3)
        self.rr = 0.8 + rng.normal(0, 0.008, self.n)
        template = np.stack([draw_beat(), -0.6 * draw_beat()], axis=1)
        self.waveform = template + rng.normal(0, 0.004, (self.n, 96, 2))

    def in_context(self, features: FeaturesConfig | None = None) -> BeatsInContext:
        time_s = np.cumsum(self.rr)
        name = np.full(self.n, "p1")
        beats = BeatSet(
            waveform=self.waveform.astype(np.float32),
            record=name,
            subject=name,
            sample=np.rint(time_s * 360).astype(np.int64),
            time_s=time_s,
            symbol=np.full(self.n, ""),
            aami=np.full(self.n, ""),
            unreadable=np.full(self.n, "", dtype="<U16"),
            quality=np.ones(self.n, np.float32),
            split=np.full(self.n, ""),
            continuous=np.ones(self.n, bool),
        )
        return put_in_context(beats, features or features_config(), WINDOW)

    def explain(self, row: int) -> list[Reason]:
        return find_reasons(self.in_context(), np.array([row]), LEADS, WINDOW)[0]


def draw_odd_subject() -> Subject:
    """Return a subject with beats that are early, late, inverted, small, noise, and absent."""
    subject, rng = Subject(), np.random.default_rng(4)
    subject.rr[20], subject.rr[21], subject.rr[45] = 0.5, 1.1, 2.4
    subject.waveform[30] *= -1
    subject.waveform[35] *= 0.3
    subject.waveform[40] = rng.normal(size=(96, 2))
    subject.waveform[50] = 0
    return subject
