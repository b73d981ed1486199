"""Shared by all tests: one thread for every numeric library, toy beats, tiny networks."""

import gc
import os
import sys

from default_config import model_config, simulation_config

# Until all is collected: what is imported stays, and no collection of garbage need look at it.
gc.disable()

# Before NumPy, TensorFlow and friends are imported: tests run several at a time.
for variable in (
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS",
    "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS",
):  # fmt: skip
    os.environ.setdefault(variable, "1")

from collections.abc import Callable  # noqa: E402
from pathlib import Path  # noqa: E402

import numpy as np  # noqa: E402
import pytest  # noqa: E402
from hypothesis import HealthCheck, settings  # noqa: E402

from ecg_anomaly.features.beat_inputs import BeatInputs  # noqa: E402
from made_once import make_once  # noqa: E402

# How long an example takes says how busy the machine is, and nothing about what is tested.
settings.register_profile(
    "untimed", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("untimed")

InputsMaker = Callable[..., BeatInputs]

#: Names of the modules that no collection of garbage looks at, and how many more make it worth
#: freezing again: TensorFlow has thousands.
frozen: set[str] = set()
MANY_MODULES = 300

#: New objects before a search for garbage among them, and searches before one among older objects.
#: With Python's own numbers, a tenth of what a network takes goes into searches that find nothing.
GARBAGE = (10_000, 20, 100)


def pytest_collection_modifyitems(config, items):
    """In a worker of xdist, begin with what takes longest."""
    if hasattr(config, "workerinput"):
        from grouped_tests import place_of

        items.sort(key=lambda item: place_of(item.nodeid))


def pytest_collection_finish(session):
    """Let no collection of garbage look again at what was imported and collected."""
    frozen.update(sys.modules)
    gc.freeze()  # before anything is collected: there is hardly any garbage among it
    gc.set_threshold(*GARBAGE)
    gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_runtest_setup(item):
    """Nor at TensorFlow, once a test has asked for it: Keras collects before every training."""
    if len(sys.modules) > len(frozen) + MANY_MODULES:
        freeze_imports()


def freeze_imports() -> None:
    frozen.update(sys.modules)
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Keep tests that share something slow on one worker."""
    from grouped_tests import GroupedTests

    return GroupedTests(config, log)


@pytest.fixture(scope="session")
def make_inputs() -> InputsMaker:
    """Return a maker of toy beats: normal ones are a hump, abnormal ones hang upside down."""

    def make(
        n: int = 60,
        aami: str = "NNNV",
        n_subjects: int = 4,
        window: int = 16,
        channels: int = 2,
        n_features: int = 3,
        noise: float = 0.05,
        seed: int = 0,
    ) -> BeatInputs:
        rng = np.random.default_rng(seed)
        classes = np.resize(np.array(list(aami) or [""], dtype="<U1"), n)
        hump = np.sin(np.linspace(0, np.pi, window))[:, None] * np.linspace(1, 0.5, channels)
        upright = np.where(np.isin(classes, ["N", ""]), 1.0, -1.0)
        sequence = upright[:, None, None] * hump + rng.normal(0, noise, (n, window, channels))
        features = rng.normal(size=(n, n_features)) - upright[:, None]
        subject = np.array([f"p{i % n_subjects}" for i in range(n)], dtype="<U4")
        return BeatInputs(
            sequence=sequence.astype(np.float32),
            features=features.astype(np.float32),
            odds=np.zeros(n, np.float32),
            rule=rng.normal(size=(n, 3)).astype(np.float32),
            record=subject,
            subject=subject,
            sample=np.arange(n, dtype=np.int64) * 100,
            symbol=classes,
            aami=classes,
            synthetic=np.full(n, "", dtype="<U8"),
        )

    return make


@pytest.fixture(scope="session")
def make_network():
    """Return a maker of tiny networks; Keras is imported once, when first asked for."""
    from ecg_anomaly.network.input_shape import InputShape
    from ecg_anomaly.network.networks import build_network

    def make(kind: str = "lstm_autoencoder", shape=(16, 2, 3), seed: int = 1, **changes):
        import keras

        keras.utils.set_random_seed(seed)
        sizes = {"units": 4, "latent_size": 3, "bidirectional": False, "samples_per_step": 4}
        sizes |= {"dropout": 0.0, **changes}
        return build_network(model_config(kind=kind, **sizes), InputShape(*shape), 5)

    return make


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make one empty MLflow database; making its tables takes seconds, copying it does not."""

    def make(folder: Path) -> None:
        from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

        SqlAlchemyStore(f"sqlite:///{folder / 'mlflow.db'}", folder.as_uri())

    return make_once(tmp_path_factory, "mlflow", make) / "mlflow.db"


@pytest.fixture
def unrendered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the rendering of plots, which takes longest of a page whose text is looked at."""
    from matplotlib.figure import Figure

    monkeypatch.setattr(Figure, "savefig", lambda _, stream, **_rest: stream.write("<svg/>"))


@pytest.fixture(scope="session")
def simulated_records():
    """Two minutes of twelve simulated patients: one of every kind. Not to be changed."""
    from ecg_anomaly.records.simulation.simulated_records import simulate_records

    return list(simulate_records(simulation_config(n_subjects=12, duration_s=120.0)))
