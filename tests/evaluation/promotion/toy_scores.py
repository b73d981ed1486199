"""Scores of made-up beats, for tests of the gate."""

import numpy as np

from ecg_anomaly.evaluation.promotion.protocol_scores import ProtocolScores


def draw_scores(
    n_subjects: int = 20, separation: float = 3.0, threshold: float = 2.0, seed: int = 0
) -> ProtocolScores:
    """Draw 100 beats of each subject, a tenth of them abnormal; noise is the same for a seed."""
    rng = np.random.default_rng(seed)
    subject = np.repeat([f"s{k:02}" for k in range(n_subjects)], 100)
    anomalous = rng.random(len(subject)) < 0.1
    score = rng.normal(size=len(subject)) + separation * anomalous
    flagged = score > threshold
    hits = [(anomalous & flagged)[subject == s].sum() for s in np.unique(subject)]
    of = [anomalous[subject == s].sum() for s in np.unique(subject)]
    called = [flagged[subject == s].sum() for s in np.unique(subject)]
    ectopic = np.column_stack([hits, of, hits, called, *[np.zeros(n_subjects)] * 4]).astype(float)
    names = tuple(np.unique(subject).tolist())
    return ProtocolScores(names, subject, anomalous, score, flagged, ectopic)
