"""Kill commands at random instants and print what they leave: processes, files, other results.

    python -m lab.attacks.kills [--detector FOLDER] [--kills 100] [--pipeline-kills 20]

The pipeline is killed only where this folder has run it (`dvc repro`), in a copy. Ends with 1 when
something is left that must not be.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from ecg_anomaly.config.data_schema import SimulationConfig
from ecg_anomaly.detector.pretrained import pretrained_folder
from ecg_anomaly.records.simulation.simulated_records import simulate_records
from ecg_anomaly.records.wfdb.wfdb_files import write_record
from lab.attacks.kill_runs import Counts, kill_pipeline, kill_scoring, run_pairs, score_command

#: What a copy of the project needs to run a stage.
PROJECT = ("conf", "data", "src", ".dvc", ".dvcignore", "dvc.yaml", "dvc.lock", "params.yaml")

#: The stage whose start is killed: it imports for longest.
STAGE = "train"


def main() -> int:
    """Kill, count and print a row for each kind of run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--detector", type=Path, default=pretrained_folder())
    parser.add_argument("--kills", type=int, default=100, help="of score, with workers and without")
    parser.add_argument("--pairs", type=int, default=20, help="of runs into one folder")
    parser.add_argument("--pipeline-kills", type=int, default=20)
    arguments = parser.parse_args()
    sound = True
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for words in ([], ["--workers", "2"]) if arguments.kills or arguments.pairs else ():
            sound &= kill_and_print(folder, arguments, words)
        if arguments.pipeline_kills:
            copy_project(folder / "project")
            counts = kill_pipeline(folder / "project", STAGE, arguments.pipeline_kills, 3)
            sound &= print_counts(f"`dvc repro`, stage {STAGE}", counts)
    return int(not sound)


def kill_and_print(folder: Path, arguments: argparse.Namespace, words: list[str]) -> bool:
    """Kill runs of `score` and run pairs of them; print what is found, and say if it is sound."""
    name = " ".join(["`score`", *words])
    records = write_recordings(folder / f"records{len(words)}")
    outputs = [folder / f"{kind}{len(words)}" for kind in ("whole", "killed", "pairs")]
    whole, killed, pair = (score_command(records, arguments.detector, o, *words) for o in outputs)
    start = time.perf_counter()
    subprocess.run(whole, check=True, stdout=subprocess.DEVNULL)
    lasting_s = time.perf_counter() - start
    kills = kill_scoring(killed, outputs[1], outputs[0], lasting_s, arguments.kills, 1 + len(words))
    sound = print_counts(name, kills)
    failures, half_written, unequal = run_pairs(pair, outputs[2], outputs[0], arguments.pairs)
    print(
        f"{name}: {arguments.pairs} pairs into one folder: {failures} runs failed, "
        f"{half_written} recordings half-written, {unequal} files unequal",
        flush=True,
    )
    return sound and not (failures or half_written or unequal)


def print_counts(name: str, counts: Counts) -> bool:
    """Print what was found after kills; say whether it is what the documentation promises."""
    temporary = ", ".join(f"{n} after {name}" for name, n in counts.temporary.items()) or "0"
    print(
        f"{name}: {counts.kills} kills ({counts.late} came too late): {counts.processes} processes "
        f"left, {counts.written_after} times something written after, {counts.half_written} "
        f"recordings half-written, temporary files left: {temporary}; after a run that nobody "
        f"killed, {counts.unequal} files unequal",
        flush=True,
    )
    gentle = sum(n for signal, n in counts.temporary.items() if signal != "SIGKILL")
    return not (counts.processes or counts.written_after or counts.unequal or gentle)


def write_recordings(folder: Path, n: int = 4, duration_s: float = 120.0) -> list[Path]:
    """Write simulated recordings and return their headers."""
    folder.mkdir()
    config = SimulationConfig(
        n_subjects=n, duration_s=duration_s, fs=360.0, seed=9, difficult=False
    )
    for record in simulate_records(config):
        write_record(record, folder)
    return sorted(folder.glob("*.hea"))


def copy_project(folder: Path) -> None:
    """Copy what `dvc repro` needs, with the outputs of the stages, to a folder of its own."""
    folder.mkdir()
    for name in PROJECT:
        if Path(name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "cache", "tmp")
            shutil.copytree(name, folder / name, ignore=ignored)
        else:
            shutil.copy(name, folder / name)
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)


if __name__ == "__main__":
    sys.exit(main())
