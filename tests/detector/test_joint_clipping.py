"""Which recordings are clipped is what looking through all of their signal says."""

import numpy as np

from ecg_anomaly.beats.clipping import find_clipped
from ecg_anomaly.beats.window_reach import window_reach
from ecg_anomaly.detector import joint_clipping
from ecg_anomaly.detector.beat_scoring import ChunkScorer
from ecg_anomaly.detector.joint_clipping import find_clipped_together
from ecg_anomaly.detector.stream_cutter import StreamCutter
from toy_detector import toy_records


def hostile_signals():
    """A plain one, one clipped for a while, a trough, flat ones, a coarse one, one lead alone."""
    plain, *others = [record.signal.copy() for record in toy_records()[:4]]
    clipped, trough, coarse = (np.array(s, np.float32) for s in others)
    clipped[6000:12000] = np.minimum(clipped[6000:12000], np.float32(0.5))
    trough[:, 1] = np.maximum(trough[:, 1], np.float32(-0.05))
    coarse[:] = np.round(coarse / 0.04) * np.float32(0.04)
    flat, half = np.zeros_like(plain), plain.copy()
    half[:, 1] = np.nan
    half[9000:, 0] = np.minimum(half[9000:, 0], np.float32(0.4))
    return [plain, clipped, trough, coarse, flat, half]


def test_clipping_is_found_as_by_looking_through_everything(detector, monkeypatch):
    record, asked, found, searched = toy_records()[0], [], [], []
    signals, reach = hostile_signals(), window_reach(detector.preprocess)
    cutters = [StreamCutter(ChunkScorer(detector, record), 360.0, 1, reach) for _ in signals]
    look = find_clipped
    monkeypatch.setattr(
        joint_clipping, "find_clipped", lambda lead, fs: searched.append(1) or look(lead, fs)
    )
    rng, until = np.random.default_rng(3), 0
    while until < 21600:
        n = int(rng.integers(1, 600))
        for cutter, signal in zip(cutters, signals, strict=True):
            cutter.append(signal[until : until + n])
        until = min(21600, until + n)
        some = rng.permutation(len(signals))[: rng.integers(1, 7)].tolist()
        first = max(0, until - 5300)
        found += find_clipped_together([(cutters[place], first) for place in some])
        for place in some:
            leads = signals[place][first:until].T
            asked.append(any(look(np.ascontiguousarray(x), 360.0).any() for x in leads))
    assert found == asked
    assert 20 < sum(asked) < len(asked) - 20
    assert len(searched) < len(asked)
