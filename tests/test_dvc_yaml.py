"""dvc.yaml is the diagram of the method; here it is held against the code."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from lab.import_graph import loaded_files
from source_graph import graph

ROOT = Path(__file__).resolve().parents[1]
PIPELINE = yaml.safe_load((ROOT / "dvc.yaml").read_text())
STAGES = PIPELINE["stages"]

PACKAGE = ROOT / "src/ecg_anomaly"

#: Folders and modules that can change no number.
SILENT = (
    "config/", "tracking/", "files/errors.py", "files/parent_process.py",
    "files/progress.py", "files/__init__.py", "__init__.py",
)  # fmt: skip


def expected_dependencies(stage: str) -> set[str]:
    """Modules behind a stage's script, a folder when all of it is imported."""
    script = script_of(stage).removeprefix("src/")
    files = {ROOT / "src" / path for path in loaded_files(graph(), script)}
    counted = {f for f in files if not f.relative_to(PACKAGE).as_posix().startswith(SILENT)}
    return {script_of(stage)} | {
        path.relative_to(ROOT).as_posix() for path in summarise_folder(PACKAGE, counted)
    }


def summarise_folder(folder: Path, files: set[Path]) -> set[Path]:
    """Name the `files` in a folder: the folder itself when it has no other modules."""
    every = set(folder.rglob("*.py"))
    mine = every & files
    if not mine or mine == every:
        return {folder} if mine else set()
    inside = {p for p in mine if p.parent == folder and p.name != "__init__.py"}
    return inside.union(*(summarise_folder(p, mine) for p in folder.iterdir() if p.is_dir()))


def script_of(stage: str) -> str:
    """Script that a stage's command runs."""
    return STAGES[stage]["cmd"].removeprefix("python ")


@pytest.mark.parametrize("stage", STAGES)
def test_dependencies_are_the_modules_a_stage_imports(stage: str) -> None:
    named = {d for d in STAGES[stage]["deps"] if d.startswith("src/")}
    assert named == expected_dependencies(stage)


@pytest.mark.parametrize("stage", STAGES)
def test_every_data_dependency_is_made_by_a_stage_before(stage: str) -> None:
    earlier = list(STAGES)[: list(STAGES).index(stage)]
    made = {path for name in earlier for path in outputs_of(name)}
    for dependency in STAGES[stage]["deps"]:
        if dependency.startswith("data/"):
            assert any(dependency == m or dependency.startswith(f"{m}/") for m in made)


def outputs_of(stage: str) -> set[str]:
    """Paths that a stage writes."""
    listed = STAGES[stage].get("outs", []) + STAGES[stage].get("metrics", [])
    return {path if isinstance(path, str) else next(iter(path)) for path in listed}


def test_no_stage_depends_on_tracking() -> None:
    assert not any("tracking" in p for s in STAGES.values() for p in s["params"])


def test_the_architecture_page_shows_the_diagram_that_dvc_draws() -> None:
    command = [sys.executable, "-m", "dvc", "dag", "--mermaid"]
    drawn = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    page = (ROOT / "docs/architecture.md").read_text()
    shown = re.search(r"```mermaid\n(.*?)```", page, re.DOTALL)
    assert shown is not None
    assert arrows(shown[1]) == arrows(drawn)


def arrows(mermaid: str) -> set[tuple[str, str]]:
    """Edges of a Mermaid flow chart between the labels of its nodes."""
    labels = dict(re.findall(r'(\w+)\["?([^"\]]+)"?\]', mermaid))
    edges = re.findall(r"(\w+)(?:\[[^\]]*\])?\s*-->\s*(\w+)", mermaid)
    return {(labels.get(a, a), labels.get(b, b)) for a, b in edges}
