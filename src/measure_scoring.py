"""Measure how fast recordings are scored, beside a straightforward pipeline (`make bench`).

    python src/measure_scoring.py [FOLDER OF A PIPELINE'S data/, by default data]

Takes `model` and `training` of that folder. Prints a table; ratios are of times taken one after
the other in this run.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from ecg_anomaly.timing.children import Cost, run_python
from ecg_anomaly.timing.repetition import PIECE_S, repeat_piece

COMMAND = ["-m", "ecg_anomaly.cli.main"]
WANTED = {"day": "5 s"}
HOURS = {"hour": 1.0, "day": 24.0, "week": 168.0}


def main(data: str = "data") -> None:
    """Measure and print."""
    model, training = Path(data) / "model", Path(data) / "training"
    rows: list[tuple[str, str, str]] = []
    with tempfile.TemporaryDirectory() as temporary:
        # In a process of its own: the memory of a child counts from that of its parent.
        run_python(["-m", "ecg_anomaly.timing.recordings", temporary])
        piece = Path(temporary) / "piece"
        costs = {n: score(repeat_piece(piece, n, h), model) for n, h in HOURS.items()}
        other = straightforward_s(piece, training)
    imports = run_python(["-c", "import ecg_anomaly.cli.score"])
    day, week = costs["day"], costs["week"]
    for name, cost in costs.items():
        took = f"{cost.wall_s:.2f} s (CPU {cost.cpu_s:.2f} s)"
        rows.append((f"score a {name}, cold start to last file", took, WANTED.get(name, "")))
    rows += [
        ("day : hour", f"{day.wall_s / costs['hour'].wall_s:.1f}", "26 or less"),
        ("memory above imports, day", f"{day.peak_mb - imports.peak_mb:.0f} MB", "256 MB"),
        ("memory above imports, week", f"{week.peak_mb - imports.peak_mb:.0f} MB", "256 MB"),
        ("straightforward, half an hour x 48", f"{other:.0f} s", ""),
        ("straightforward : score, a day", f"{other / day.wall_s:.0f}", "50 or more"),
    ]
    from ecg_anomaly.timing.networks import compare_engines, lead_off_ratio

    engines = compare_engines(training)
    help_s = min(run_python([*COMMAND, "--help"]).wall_s for _ in range(5))
    off = lead_off_ratio(model)
    rows += [
        ("Keras predict : ONNX, many beats", f"{engines['ratio']:.1f}", "20 or more"),
        ("one beat, p99", f"{engines['one_beat_p99_ms']:.3f} ms", "0.2 ms"),
        ("ecg-anomaly --help", f"{help_s:.2f} s", "0.3 s"),
        ("25 of 30 minutes lead off : clean, CPU", f"{off:.2f}", "1.3 or less"),
    ]
    print("| what | measured | wanted |\n|---|---|---|")
    for row in rows:
        print("| " + " | ".join(row) + " |")


def score(record: Path, model: Path) -> Cost:
    """Run the command on a record."""
    output = ["--output", str(record.parent / "out")]
    return run_python([*COMMAND, "score", str(record), "--detector", str(model), *output])


def straightforward_s(piece: Path, training: Path) -> float:
    """Seconds that reading, XQRS and Keras would take for a day: those of half an hour x 48."""
    command = ["-m", "ecg_anomaly.timing.straightforward", str(piece), str(training)]
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=True)
    return sum(json.loads(done.stdout.splitlines()[-1])[1:]) * 86400 / PIECE_S


if __name__ == "__main__":
    main(*sys.argv[1:])
