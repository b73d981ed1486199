import numpy as np
import pytest

from ecg_anomaly.records.record import Annotations, Record

FS = 250.0


def bump_train(symbols, rr_s, fs, seed):
    """A lead with a bump at every beat, and the samples where the bumps are."""
    sample = np.round(np.arange(1, len(symbols) + 1) * rr_s * fs).astype(np.int64)
    time_s = np.arange(round((len(symbols) + 1) * rr_s * fs)) / fs
    lead = np.random.default_rng([seed]).normal(0, 0.005, len(time_s))
    for at, symbol in zip(sample / fs, symbols, strict=True):
        width = 0.05 if symbol == "V" else 0.015
        lead += np.exp(-(((time_s - at) / width) ** 2))
    return lead, sample


@pytest.fixture
def make_record():
    """Build a record of bumps: ``make_record("r1", "NNVN", leads=("II",))``."""

    def make(name="r1", symbols="N" * 20, *, subject=None, rr_s=0.8, fs=FS, leads=("II",), seed=1):
        lead, sample = bump_train(symbols, rr_s, fs, seed)
        signal = np.stack([lead] * len(leads), axis=1).astype(np.float32)
        marks = Annotations(sample, np.array(list(symbols)))
        return Record(name, subject or name, signal, fs, tuple(leads), marks)

    return make


@pytest.fixture
def cut_out_record():
    """Four beats of 100 samples laid end to end."""
    beat = np.sin(np.linspace(0, 2 * np.pi, 100)) + np.linspace(0, 1, 100)
    signal = np.concatenate([beat, beat, 2 * beat, beat])[:, None].astype(np.float32)
    marks = Annotations(np.arange(4) * 100 + 50, np.array(list("NNVN")))
    return Record("train", "train", signal, 100.0, ("ECG",), marks, segment_length=100)
