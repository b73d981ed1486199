"""Heavy tools: who may import them, and what must never pay for them."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

SRC = Path(__file__).resolve().parents[1] / "src"

#: Rooms in which each heavy tool may be imported; scripts of `src/` are the room ``""``.
HOMES = {
    "keras": {"network", "search", "lab"},
    "tensorflow": {"network", "lab"},
    "onnx": {"network"},
    "mlflow": {"tracking"},
    "optuna": {"evaluation", "search"},
    "hydra": {"config", "", "lab"},
    "omegaconf": {"config", "", "lab"},
    "dvc": {"config", ""},
}


def room_of(path: Path) -> str:
    """Room of a file: its folder in the package, ``""`` for a script."""
    parts = path.relative_to(SRC).parts
    return {"ecg_anomaly": parts[1], "lab": "lab"}.get(parts[0], "") if len(parts) > 1 else ""


def imported_tools(path: Path) -> set[str]:
    """Top-level names that a file imports, anywhere in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
    return {name.split(".")[0] for name in names}


@pytest.mark.parametrize("tool", HOMES)
def test_a_heavy_tool_is_imported_in_its_rooms_only(tool: str) -> None:
    users = {p: room_of(p) for p in SRC.rglob("*.py") if tool in imported_tools(p)}
    strangers = [str(p.relative_to(SRC)) for p, room in users.items() if room not in HOMES[tool]]
    assert strangers == []
    assert users or tool == "tensorflow"


def modules_after(statement: str) -> tuple[set[str], float]:
    """Top-level modules loaded by a statement in a new process, and the seconds it took."""
    code = (
        "import sys, time, json; start = time.perf_counter()\n"
        f"{statement}\n"
        "took = time.perf_counter() - start\n"
        "print(json.dumps([sorted({n.split('.')[0] for n in sys.modules}), took]))"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code], cwd=SRC, capture_output=True, text=True, check=True
    )
    names, took = json.loads(shown.stdout.splitlines()[-1])
    return set(names), took


def test_the_package_itself_imports_nothing_heavy() -> None:
    names, took = modules_after("import ecg_anomaly")
    assert not names & {*HOMES, "numpy", "scipy", "pandas", "sklearn", "matplotlib", "wfdb"}
    assert took < 0.3


def test_scoring_pays_for_neither_training_nor_tracking() -> None:
    names, _ = modules_after("import ecg_anomaly.detector.detector")
    assert not names & {*HOMES, "matplotlib"}
    assert "onnxruntime" in names


def test_stages_that_neither_train_nor_log_stay_light() -> None:
    light = "extract_records, explore_records, preprocess_beats, build_features, "
    names, _ = modules_after(f"import {light} score_baselines, evaluate_detector")
    assert not names & {"keras", "tensorflow", "mlflow", "optuna", "dvc"}
