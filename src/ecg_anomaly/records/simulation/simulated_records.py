"""Simulate the records of a cohort of patients: beats, noise and the recorder's resolution."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.config.pipeline_schema import SimulationConfig
from ecg_anomaly.records.record import Annotations, Record
from ecg_anomaly.records.simulation.beat_table import BeatTable
from ecg_anomaly.records.simulation.patient_rhythm import draw_sinus_series
from ecg_anomaly.records.simulation.patients import draw_patient
from ecg_anomaly.records.simulation.simulated_beats import draw_beats
from ecg_anomaly.records.simulation.simulated_noise import NoiseSource
from ecg_anomaly.records.simulation.waveform import draw_gains, iterate_clean
from ecg_anomaly.records.simulation.waves import LEADS

# The converter of the MIT-BIH Arrhythmia Database: 11 bits, 200 steps per mV.
STEPS_PER_MV = 200.0
LOWEST_STEP, HIGHEST_STEP = -1024, 1023
# Beats and filters start this long before sample 0, beats end this long after the last sample.
LEAD_IN_S, LEAD_OUT_S = 8.0, 4.0
BLOCK_S = 300.0
# Notes of the rhythms that are named: without and with atrial fibrillation.
RHYTHMS = ("(N", "(AFIB")


def simulate_records(config: SimulationConfig) -> Iterator[Record]:
    """Yield the records of the cohort, one per subject, one at a time in memory."""
    return (simulate_record(config, index) for index in range(config.n_subjects))


def simulate_record(config: SimulationConfig, index: int, *, noise: bool = True) -> Record:
    """Simulate the recording of one subject.

    The result depends on `config` less ``n_subjects`` and on `index` alone, not on other subjects.
    The patient and the noise level depend on seed and index, so that a longer record is one of the
    same patient. Beat times do not depend on the sampling rate.

    Parameters
    ----------
    config : SimulationConfig
        Seed, length in s, sampling rate in Hz. ``n_subjects`` is not used.
    index : int
        Subject, from 0; its name counts from ``s01``.
    noise : bool, default True
        False leaves out all noise; only beats and the baseline of breathing remain.

    Returns
    -------
    Record
        Leads MLII and V1, ``round(duration_s * fs)`` samples in mV, no NaN, within +-5.12 mV
        in steps of 1/200 mV. Annotations N, L, R, A, V, F, j, E are at the main deflection of the
        QRS of MLII; the rhythms are ``(AFIB`` in atrial fibrillation and ``(N`` elsewhere.

    Notes
    -----
    The signal is computed in blocks of five minutes. A day (86 400 s, 360 Hz, two leads, 114 000
    beats) took 17 s on one core and 0.4 GB of memory at most, of which the signal is 0.25 GB.
    """
    patient = draw_patient(index, np.random.default_rng([config.seed, index, 0]), config.difficult)
    rng = np.random.default_rng([config.seed, index, 1])
    stop_s = config.duration_s + LEAD_OUT_S
    sinus = draw_sinus_series(patient.sinus, -LEAD_IN_S, stop_s, rng)
    beats = draw_beats(patient, sinus, stop_s, rng)
    gains = draw_gains(patient, beats, sinus, rng)
    n_samples = round(config.duration_s * config.fs)
    edges = _find_edges(n_samples, config.fs)
    blocks = iterate_clean(patient, beats, gains, sinus, config.fs, edges)
    noise_rng = np.random.default_rng([config.seed, index, 2])
    source = NoiseSource(patient.noise, config.duration_s, config.fs, noise_rng) if noise else None
    signal = _digitise(blocks, n_samples, source)
    name = f"s{index + 1:02d}"
    annotations = annotate_beats(beats, n_samples, config.fs)
    return Record(name, name, signal, config.fs, LEADS, annotations)


def _find_edges(n_samples: int, fs: float) -> NDArray[np.int64]:
    """Edges of the blocks; the first block is the lead-in."""
    starts = np.arange(0, n_samples, round(BLOCK_S * fs))
    return np.concatenate([[-round(LEAD_IN_S * fs)], starts, [n_samples]]).astype(np.int64)


def _digitise(
    blocks: Iterator[NDArray[np.float64]], n_samples: int, source: NoiseSource | None
) -> NDArray[np.float32]:
    """Add noise to the blocks after the lead-in and convert to steps of the recorder."""
    next(blocks)
    signal = np.empty((n_samples, len(LEADS)), dtype=np.float32)
    start = 0
    for block in blocks:
        if source is not None:
            block += source.draw(len(block))
        steps = np.clip(np.rint(block * STEPS_PER_MV), LOWEST_STEP, HIGHEST_STEP)
        signal[start : start + len(block)] = steps / STEPS_PER_MV
        start += len(block)
    return signal


def annotate_beats(beats: BeatTable, n_samples: int, fs: float) -> Annotations:
    """Return the annotations of the beats whose R peak lies in the recording, and its rhythms."""
    sample = np.rint(beats.time_s * fs).astype(np.int64)
    inside = (sample >= 0) & (sample < n_samples)
    rhythms = [(0, RHYTHMS[0])]
    for k, edge_s in enumerate(beats.fibrillation_s, start=1):
        at = max(0, round(edge_s * fs))
        if at < n_samples:
            rhythms = [*(r for r in rhythms if r[0] < at), (at, RHYTHMS[k % 2])]
    return Annotations(sample[inside], beats.symbol[inside], tuple(rhythms))
