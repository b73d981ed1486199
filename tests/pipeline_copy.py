"""Copies of the project in which the pipeline may run, and the commands to run there."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from ecg_anomaly.config.params_file import compose_params

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent

#: Overrides that make the whole pipeline a matter of seconds.
TINY = (
    "dataset.simulation.n_subjects=12",
    "dataset.simulation.duration_s=60",
    "features.synthesis.beats_per_record=100",
    "training.epochs=2",
    "training.batch_size=2048",  # all at once: Keras traces a step anew for a smaller batch
    "training.folds=2",
    "model.units=8",
    "model.bidirectional=false",  # half of a network's tracing
    "baselines.trees=20",
    "evaluation.bootstrap_samples=50",
    "threshold.n_trials=10",
)

#: The stages in the order in which dvc runs them.
STAGES = [
    "extract", "explore", "preprocess", "features", "train", "score_baselines", "tune_threshold",
    "evaluate", "package",
]  # fmt: skip

#: What a developer's shell may hold and a test must not see.
_FOREIGN = ("MLFLOW_TRACKING_URI", "ECG_ANOMALY_DATA", "DVC_ROOT", "DVC_STAGE", "PYTHONPATH")

#: Puts each file in the place of params.yaml and prints the status of the pipeline in a line.
ASK_STATUS = """
import json, sys
from pathlib import Path
from dvc.repo import Repo
texts = [Path(name).read_text() for name in sys.argv[1:]]
for text in texts:
    Path("params.yaml").write_text(text)
    print(json.dumps(Repo().status()))
Path("params.yaml").write_text(texts[0])
"""

#: Lets dvc carry out several commands, and prints a line after each.
ASK_DVC = """
import json, sys
from dvc.cli import main
commands, end = json.loads(sys.argv[1]), sys.argv[2]
for words in commands:
    status = main(words)
    print(end, flush=True)
    if status:
        sys.exit(status)
"""

Result = subprocess.CompletedProcess[str]


def clean_environment(**changes: str) -> dict[str, str]:
    """Environment of a child: this interpreter first on the path, an identity for git."""
    kept = {k: v for k, v in os.environ.items() if k not in _FOREIGN}
    path = f"{BIN}{os.pathsep}{kept.get('PATH', '')}"
    who = {f"GIT_{role}_{what}": "t@example.org" for role in ("AUTHOR", "COMMITTER")
           for what in ("NAME", "EMAIL")}  # fmt: skip
    return {**kept, "PATH": path, "COLUMNS": "300", **who, **changes}


def call(command: Sequence[str], folder: Path, timeout: float = 300, **changes: str) -> Result:
    """Run a command in a folder, whatever its exit status."""
    return subprocess.run(
        list(command), cwd=folder, env=clean_environment(**changes), capture_output=True,
        text=True, timeout=timeout, check=False,
    )  # fmt: skip


def call_well(command: Sequence[str], folder: Path, timeout: float = 300, **changes: str) -> Result:
    """Run a command that must end well."""
    result = call(command, folder, timeout, **changes)
    assert result.returncode == 0, f"{command}\n{result.stdout[-3000:]}\n{result.stderr[-3000:]}"
    return result


def dvc(*words: str) -> list[str]:
    """Command line of dvc, from the environment that runs the tests."""
    return [str(BIN / "dvc"), *words]


def dvc_says(folder: Path, *commands: list[str]) -> list[str]:
    """Return what dvc prints for each command; all must end well.

    One process asks for all: DVC takes longer to come up than to answer.
    """
    end = "-- the next command --"
    words = [sys.executable, "-c", ASK_DVC, json.dumps(commands), end]
    *said, rest = call_well(words, folder).stdout.split(f"{end}\n")
    assert (len(said), rest) == (len(commands), "")
    return said


def script(name: str, *overrides: str) -> list[str]:
    """Command line of a stage script of the folder it is run in."""
    return [sys.executable, f"src/{name}.py", *overrides]


def copy_project(target: Path) -> Path:
    """Copy what git tracks or would track, but the tests, into a new repository with one commit.

    Compiled modules come along, and sources keep their times, so that the copy need not compile.
    """
    listing = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z", "--", ":!tests"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    for name in filter(None, listing.stdout.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    for compiled in (ROOT / "src/ecg_anomaly").rglob("__pycache__"):
        shutil.copytree(compiled, target / compiled.relative_to(ROOT))
    call_well(["git", "init", "-q"], target)
    commit_all(target, "the project")
    return target


def commit_all(folder: Path, message: str) -> None:
    """Commit everything in a copy."""
    call_well(["git", "add", "-A"], folder)
    call_well(["git", "commit", "-q", "--allow-empty", "-m", message], folder)


def compose(folder: Path, *overrides: str) -> None:
    """Compose params.yaml of a copy, as its script does and without a process of its own."""
    compose_params(folder, folder / "params.yaml", overrides)


def new_clone(folder: Path) -> Path:
    """Make a clone with the tiny configuration committed, in which no stage has run.

    Without dvc.lock of the project, of which no stage is left as it is: DVC reads and writes all of
    it, with its comments, for every stage.
    """
    copy_project(folder)
    (folder / "dvc.lock").unlink()
    call_well(script("compose_params", *TINY), folder)
    commit_all(folder, "tiny")
    return folder


def stages_run(stdout: str) -> list[str]:
    """Names of the stages that dvc says it ran."""
    return re.findall(r"^Running stage '(\w+)'", stdout, re.MULTILINE)


def read_metrics(folder: Path) -> dict[str, Any]:
    """Read metrics.json strictly: NaN and Infinity are refused."""
    text = (folder / "data/report/metrics.json").read_text()

    def refuse(word: str) -> None:
        raise ValueError(f"{word} in metrics.json")

    return json.loads(text, parse_constant=refuse)


def locked_outs(folder: Path) -> dict[str, Any]:
    """Digests of all outputs, by stage."""
    lock = yaml.safe_load((folder / "dvc.lock").read_text())
    return {name: stage.get("outs") for name, stage in lock["stages"].items()}


def statuses(folder: Path, changes: Sequence[str]) -> list[dict[str, Any]]:
    """Return what `dvc status` says after each change of the tiny configuration, and after none.

    One process asks for all: DVC takes longer to come up than to answer.
    """
    with TemporaryDirectory() as temporary:
        paths = [Path(temporary) / f"{number}.yaml" for number in range(len(changes))]
        for path, change in zip(paths, changes, strict=True):
            compose_params(folder, path, [*TINY, change])
        names = ["params.yaml", *map(str, paths)]
        shown = call_well([sys.executable, "-c", ASK_STATUS, *names], folder)
    return [json.loads(line) for line in shown.stdout.splitlines()]


@contextmanager
def composed(folder: Path, *overrides: str) -> Iterator[None]:
    """Compose other parameters for a while."""
    former = (folder / "params.yaml").read_text()
    compose(folder, *overrides)
    try:
        yield
    finally:
        (folder / "params.yaml").write_text(former)
