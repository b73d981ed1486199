"""The rules of the layout: who may import whom, names, sizes, a test for every module.

`python -m lab.layout` prints the numbers behind them.
"""

import json
import subprocess
import sys
from collections.abc import Iterable

import pytest

from lab import layout
from lab.import_graph import find_circles
from source_graph import graph, modules

MODULES = modules()

#: Where each heavy tool may be imported, as beginnings of paths below src/.
HOMES = {
    "keras": ("ecg_anomaly/network/", "lab/"),
    "tensorflow": ("ecg_anomaly/network/", "lab/"),
    "onnx": ("ecg_anomaly/network/",),
    "mlflow": ("ecg_anomaly/tracking/",),
    "optuna": ("ecg_anomaly/evaluation/threshold/", "ecg_anomaly/search/"),
    "hydra": ("ecg_anomaly/config/", "scripts", "lab/"),
    "omegaconf": ("ecg_anomaly/config/", "scripts", "lab/"),
    "dvc": ("ecg_anomaly/config/", "scripts"),
    "pydicom": ("ecg_anomaly/records/dicom/",),
    "pyxdf": ("ecg_anomaly/records/xdf/",),
    "pyspark": ("ecg_anomaly/archive/",),
    "starlette": ("ecg_anomaly/live/",),
    **dict.fromkeys(
        ("paho", "confluent_kafka", "pylsl", "bleak", "uvicorn"),
        ("ecg_anomaly/live/", "lab/live_faults/"),
    ),
}
#: Tools of subpackages that are still to come.
NOT_YET_USED = {"tensorflow", "pyspark", "starlette"}

#: Modules of fewer than 40 lines, and why each is a module of its own.
SHORT_FOR_A_REASON: dict[str, str] = {
    **dict.fromkeys(
        (
            "build_features.py", "compose_params.py", "explore_records.py", "extract_records.py",
            "preprocess_beats.py", "tune_threshold.py",
        ),
        "a script reads, calls the package, writes",
    ),
    "ecg_anomaly/beats/roughness.py": "two measures of noise share it",
    "ecg_anomaly/detector/kept_noise.py": "between the cutter of a stream and noise of all streams",
}  # fmt: skip

#: What does not hold yet, rule by rule. An entry that is not needed any more is printed.
STILL_TO_DO: dict[str, set[str]] = {
    "circles": set(),
    "short": set(),
    "tests": set(),
}


@pytest.fixture
def check(capsys):
    """Return a function that compares what is wrong with what is still to do in a rule."""

    def compare(rule: str, wrong: Iterable[tuple[str, str]]) -> None:
        wrong = list(wrong)
        new = [
            f"{subpackage}: {what}"
            for subpackage, what in wrong
            if subpackage not in STILL_TO_DO[rule]
        ]
        done = STILL_TO_DO[rule] - {subpackage for subpackage, _ in wrong}
        if done:
            with capsys.disabled():
                print(f"\ntest_house_rules.py: STILL_TO_DO[{rule!r}] needs no more: {sorted(done)}")
        assert new == []

    return compare


def test_a_subpackage_imports_only_those_above_it():
    assert layout.upward_arrows(layout.count_arrows(MODULES, graph())) == []


def test_every_subpackage_has_its_place_in_the_order():
    assert {module.subpackage for module in MODULES} <= {*layout.SUBPACKAGES, *layout.OUTSIDE}


def test_nothing_imports_lab():
    assert [path for path, found in graph().items() if any_lab(found) and not any_lab([path])] == []


def any_lab(paths: Iterable[str]) -> bool:
    return any(path.startswith("lab/") for path in paths)


def test_there_is_no_import_circle(check):
    subpackage = {module.path: module.subpackage for module in MODULES}
    circles = find_circles(graph())
    check("circles", [(subpackage[min(circle)], f"circle {sorted(circle)}") for circle in circles])


def test_a_file_name_occurs_once():
    assert layout.repeated_names(MODULES) == {}


def test_a_module_under_40_lines_has_a_reason(check):
    short = [m for m in layout.short_modules(MODULES) if m.path not in SHORT_FOR_A_REASON]
    check("short", [(m.subpackage, f"{m.path} has {m.n_lines} lines") for m in short])


def test_every_module_has_its_test_file(check):
    untested = layout.untested_modules(MODULES, layout.ROOT / "tests")
    check(
        "tests",
        [(m.subpackage, f"{m.path} needs {layout.expected_test(m.path)}") for m in untested],
    )


def test_lab_is_not_in_the_wheel():
    assert not layout.is_in_wheel("lab", layout.ROOT)
    assert layout.is_in_wheel("ecg_anomaly", layout.ROOT)


@pytest.mark.parametrize("tool", HOMES)
def test_a_heavy_tool_is_imported_in_its_subpackages_only(tool: str):
    users = [m for m in MODULES if tool in m.imported_packages()]
    scripts = "scripts" in HOMES[tool]
    strangers = [
        m.path
        for m in users
        if not m.path.startswith(HOMES[tool]) and not (scripts and m.subpackage == "scripts")
    ]
    assert strangers == []
    assert users or tool in NOT_YET_USED


def modules_after(statement: str) -> tuple[set[str], float]:
    """Return the top-level modules that a statement loads in a new process, and its seconds."""
    code = (
        "import sys, time, json; start = time.perf_counter()\n"
        f"{statement}\n"
        "took = time.perf_counter() - start\n"
        "print(json.dumps([sorted({n.split('.')[0] for n in sys.modules}), took]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=layout.ROOT / "src",
        capture_output=True,
        text=True,
        check=True,
    )
    names, took = json.loads(done.stdout.splitlines()[-1])
    return set(names), took


def test_the_package_itself_imports_nothing_heavy():
    names, took = modules_after("import ecg_anomaly")
    assert not names & {*HOMES, "numpy", "scipy", "pandas", "sklearn", "matplotlib", "wfdb"}
    assert took < 0.3


def test_scoring_pays_for_neither_training_nor_tracking():
    names, _ = modules_after("import ecg_anomaly.detector.engine")
    assert not names & {*HOMES, "matplotlib"}
    assert "onnxruntime" in names


def test_stages_that_neither_train_nor_log_stay_light():
    light = "extract_records, explore_records, preprocess_beats, build_features, "
    names, _ = modules_after(f"import {light} score_baselines, evaluate_detector")
    assert not names & {"keras", "tensorflow", "mlflow", "optuna", "dvc"}
