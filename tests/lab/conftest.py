import numpy as np
import pytest

from default_config import pipeline_config
from ecg_anomaly.beats.record_beats import cut_beats
from ecg_anomaly.network.beat_scores import BeatScores


@pytest.fixture(scope="session")
def scored(simulated_records):
    """Return three simulated records, and random scores of their beats. Not to be changed."""
    config = pipeline_config()
    records = list(simulated_records[:3])
    beats = [cut_beats(record, config.dataset, config.preprocess)[0] for record in records]
    names = ("record", "subject", "aami", "symbol", "sample")
    columns = {name: np.concatenate([getattr(b, name) for b in beats]) for name in names}
    score = np.random.default_rng(0).normal(size=len(columns["record"]))
    return records, BeatScores(score=score, **columns)
