import numpy as np
import pytest
from hand_made_beats import cut, kinds, make_beats

from ecg_anomaly.findings.beat_batch import make_batch
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.findings.p_waves import MOST_LEADS, PWaveWatch, compare_pieces
from ecg_anomaly.findings.recording_findings import BeatRules, find_findings
from ecg_anomaly.records.record import Record

FS = 250.0
RNG = np.random.default_rng(3)
BEATS = make_beats(RNG.gamma(20, 0.65 / 20, 300).clip(0.35, 1.6))


def draw(p_mv: float, fs: float = FS, leads: int = 1, waves_mv: float = 0.1) -> Record:
    """QRS complexes, P waves 0.16 s before each, and the fine waves of fibrillation."""
    time_s = BEATS.time_s
    at = np.arange(0, time_s[-1] + 2, 1 / fs)
    signal = np.random.default_rng(0).normal(0, 0.01, len(at))
    signal += waves_mv * np.sin(2 * np.pi * 6.3 * at + 2 * np.sin(0.9 * at))
    for second in time_s:
        near = slice(max(0, round((second - 0.4) * fs)), round((second + 0.2) * fs))
        signal[near] += np.exp(-0.5 * ((at[near] - second) / 0.012) ** 2)
        signal[near] += p_mv * np.exp(-0.5 * ((at[near] - second + 0.18) / 0.025) ** 2)
    columns = np.stack([signal] * leads, axis=1).astype(np.float32)
    return Record("r", "r", columns, fs, ("II", "V1", "V2")[:leads])


def watch(recording, step: int = 1000, suspect: bool = True) -> np.ndarray:
    times, seen = BEATS.time_s, PWaveWatch()
    parts = [times[row : row + step] for row in range(0, len(times), step)]
    return np.concatenate([seen.extend(p, np.full(len(p), suspect), recording) for p in parts])


@pytest.mark.parametrize("fs", [100.0, 128.0, 250.0, 360.0, 1000.0])
@pytest.mark.parametrize("leads", [1, 3])
def test_p_waves_are_seen_after_some_beats_and_waves_of_fibrillation_are_none(fs, leads):
    assert watch(draw(0.15, fs, leads, waves_mv=0.02))[40:].all()
    assert not watch(draw(0.0, fs, leads)).any()


def test_irregular_intervals_are_fibrillation_unless_p_waves_are_seen():
    assert "atrial_fibrillation" in kinds(find_findings(draw(0.0), BEATS))
    assert "atrial_fibrillation" not in kinds(find_findings(draw(0.15, waves_mv=0.02), BEATS))


@pytest.mark.parametrize("step", [1, 2, 7])
def test_batches_change_nothing(step):
    recording = draw(0.08)
    assert watch(recording, step).tolist() == watch(recording).tolist()
    beats, rules, whole = make_batch(BEATS), BeatRules(FindingLimits()), BeatRules(FindingLimits())
    found = [f for part in cut(beats, step) for f in rules.extend(part, recording)]
    assert found + rules.finish() == whole.extend(beats, recording) + whole.finish()


def test_later_samples_change_nothing():
    recording = draw(0.15)
    so_far = Record("r", "r", recording.signal[: round(BEATS.time_s[150] * FS) + 10], FS, ("II",))
    rows = np.arange(100, 150)
    early, late = (compare_pieces(r, BEATS.time_s[:151], rows) for r in (so_far, recording))
    assert early.tolist() == late.tolist()


def test_where_nothing_is_stored_or_suspect_none_are_seen():
    recording = draw(0.15)
    assert not watch(recording, suspect=False).any()
    assert not watch(None).any()
    recording.signal[:] = np.nan
    assert not watch(recording).any()
    assert not compare_pieces(recording, BEATS.time_s, np.arange(5)).any()


def test_after_beats_that_are_not_suspect_p_waves_must_be_seen_anew():
    recording, seen = draw(0.15, waves_mv=0.02), PWaveWatch()
    first, then = BEATS.time_s[:100], BEATS.time_s[100:200]
    assert seen.extend(first, np.ones(100, bool), recording)[-1]
    assert not seen.extend(then, np.zeros(100, bool), recording)[-1]
    assert not seen.extend(BEATS.time_s[200:203], np.ones(3, bool), recording).any()


def test_a_lead_that_is_missing_is_like_nothing():
    like = compare_pieces(draw(0.15, waves_mv=0.02), BEATS.time_s, np.arange(2, 20))
    assert like.shape == (18, MOST_LEADS)
    assert (like[:, 0] > 0.2).mean() > 0.8
    assert not like[:, 1].any()
