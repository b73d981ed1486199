"""Measure how fast recordings are scored, beside a straightforward pipeline (`make bench`).

    python -m lab.timing.scoring [FOLDER OF A PIPELINE'S data/, by default data]

Takes `model` and `training` of that folder. Prints a table; ratios are of times taken one after
the other in this run.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from lab.timing.children import Cost, run_python
from lab.timing.peak_memory import peak_memory
from lab.timing.repetition import repeat_piece

COMMAND = ["-m", "ecg_anomaly.cli.main"]
HOURS = {"hour": 1.0, "day": 24.0, "week": 168.0}

Row = tuple[str, str, str]


def main(data: str = "data") -> None:
    """Measure and print."""
    model, training = Path(data) / "model", Path(data) / "training"
    print("| what | measured | wanted |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as temporary:
        run_python(["-m", "lab.timing.timed_recordings", temporary])
        piece = Path(temporary) / "piece"
        records = {name: repeat_piece(piece, name, hours) for name, hours in HOURS.items()}
        commands = {name: score(record, model) for name, record in records.items()}
        run_python(commands["hour"])  # compiles modules, as the first start of a user does
        costs = {name: run_python(command) for name, command in commands.items()}
        show(measure_scale(costs, commands))
        show(compare_with_straightforward(records["hour"], training, costs))
    show(measure_networks(model, training))


def show(rows: list[Row]) -> None:
    """Print rows as soon as they are known."""
    for row in rows:
        print("| " + " | ".join(row) + " |", flush=True)


def score(record: Path, model: Path) -> list[str]:
    """Say how the command is run on a record."""
    output = ["--output", str(record.parent / "out")]
    return [*COMMAND, "score", str(record), "--detector", str(model), *output]


def measure_scale(costs: dict[str, Cost], commands: dict[str, list[str]]) -> list[Row]:
    """Say what the lengths of recordings took, in time and, in runs of their own, in memory."""
    imports_mb = peak_memory(["-c", "import time, ecg_anomaly.cli.score; time.sleep(0.2)"])
    above = {name: peak_memory(commands[name]) - imports_mb for name in ("day", "week")}
    wanted = {"day": "5 s or less, then 3 s"}
    times = {name: f"{cost.wall_s:.2f} s (CPU {cost.cpu_s:.2f} s)" for name, cost in costs.items()}
    help_s = min(run_python([*COMMAND, "--help"]).wall_s for _ in range(5))
    day_to_hour = costs["day"].wall_s / costs["hour"].wall_s
    return [
        *(
            (f"score a {n}, cold start to last file", t, wanted.get(n, ""))
            for n, t in times.items()
        ),
        ("day : hour", f"{day_to_hour:.1f}", "26 or less"),
        ("memory above imports, day", f"{above['day']:.0f} MB", "256 MB or less"),
        ("memory above imports, week", f"{above['week']:.0f} MB", "256 MB or less"),
        ("`ecg-anomaly --help`", f"{help_s:.2f} s", "0.3 s or less"),
    ]


def compare_with_straightforward(hour: Path, training: Path, costs: dict[str, Cost]) -> list[Row]:
    """Run wfdb, XQRS and Keras on the hour that was scored; a day is 24 of it, started once."""
    command = ["-m", "lab.timing.straightforward", str(hour), str(training)]
    start = time.perf_counter()
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=True)
    hour_s = time.perf_counter() - start
    steps_s = sum(json.loads(done.stdout.splitlines()[-1])[1:])
    day_s = hour_s + 23 * steps_s
    return [
        ("straightforward, the same hour, cold start", f"{hour_s:.1f} s", ""),
        ("straightforward, 24 such hours, one start", f"{day_s:.0f} s", ""),
        ("straightforward : score, hour", f"{hour_s / costs['hour'].wall_s:.0f}", ""),
        ("straightforward : score, day", f"{day_s / costs['day'].wall_s:.0f}", "50 or more"),
    ]


def measure_networks(model: Path, training: Path) -> list[Row]:
    """Time the network alone, and a recording that is mostly lead off."""
    from lab.timing.network_timing import BEATS, lead_off_ratio, time_engines

    off, engines = lead_off_ratio(model), time_engines(training)
    keras, ours = f"Keras `predict`, {BEATS} beats, its defaults", f"ONNX, {BEATS} beats, all cores"
    return [
        ("25 of 30 minutes lead off : clean, CPU", f"{off:.2f}", "1.3 or less"),
        (keras, f"{engines['keras_s']:.2f} s", ""),
        (ours, f"{engines['onnx_s']:.2f} s", ""),
        ("Keras `predict` : ONNX, many beats", f"{engines['ratio']:.1f}", "20 or more"),
        ("one beat, median", f"{engines['one_beat_ms']:.3f} ms", ""),
        ("one beat, p99", f"{engines['one_beat_p99_ms']:.3f} ms", "0.2 ms or less"),
    ]


if __name__ == "__main__":
    main(*sys.argv[1:])
