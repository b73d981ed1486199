import numpy as np
import pytest

from ecg_anomaly.beats.beat_set import BeatSet


@pytest.fixture(scope="session")
def make_beats():
    """Build beats one second apart: ``make_beats({"p1": "NNV", "p2": "NS"})``, record = subject."""

    def make(symbols: dict[str, str], *, records: dict[str, str] | None = None) -> BeatSet:
        names = np.array([name for name, beats in symbols.items() for _ in beats], dtype="<U8")
        aami = np.array(list("".join(symbols.values())), dtype="<U1")
        time = np.array([i for beats in symbols.values() for i in range(len(beats))], np.float64)
        n = len(names)
        rng = np.random.default_rng(0)
        return BeatSet(
            waveform=rng.normal(size=(n, 8, 1)).astype(np.float32),
            record=names,
            subject=np.array([(records or {}).get(name, name) for name in names.tolist()]),
            sample=(time * 360).astype(np.int64),
            time_s=time,
            symbol=aami,
            aami=aami,
            unreadable=np.full(n, "", dtype="<U16"),
            quality=np.ones(n, np.float32),
            split=np.full(n, "", dtype="<U10"),
            continuous=np.ones(n, dtype=bool),
        )

    return make
