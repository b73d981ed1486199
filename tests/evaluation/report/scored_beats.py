"""Scored beats for the tests of the report, written by hand or drawn at random."""

from collections.abc import Sequence

import numpy as np

from ecg_anomaly.network.beat_scores import BeatScores


def make_scores(
    aami: Sequence[str],
    score: Sequence[float],
    record: Sequence[str] | None = None,
    subject: Sequence[str] | None = None,
) -> BeatScores:
    """Make beats of the given classes and scores, of one record ``r`` by default."""
    n = len(score)
    names = np.array(record if record is not None else ["r"] * n, dtype="<U4")
    return BeatScores(
        score=np.array(score, dtype=np.float64),
        record=names,
        subject=names if subject is None else np.array(subject, dtype="<U4"),
        aami=np.array(list(aami), dtype="<U1"),
        symbol=np.array(list(aami), dtype="<U1"),
        sample=np.arange(n, dtype=np.int64) * 300,
    )


def draw_scores(n: int = 300, seed: int = 0) -> BeatScores:
    """Draw overlapping scores of four subjects, a fifth of the beats abnormal, with ties."""
    rng = np.random.default_rng(seed)
    aami = ["V" if i % 5 == 0 else "N" for i in range(n)]
    score = [round(rng.normal(1.5 if c == "V" else 0.0), 1) for c in aami]
    return make_scores(aami, score, record=[f"r{i % 4}" for i in range(n)])
