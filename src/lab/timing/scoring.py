"""Measure how fast recordings are scored, beside a pipeline of well-known packages (`make bench`).

Prints a table. Its ratios compare times that were taken one after the other in the same run.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from ecg_anomaly.config.pipeline_schema import SimulationConfig
from ecg_anomaly.records.simulation.simulated_records import simulate_records
from ecg_anomaly.records.wfdb.wfdb_files import write_record
from lab.timing.process_cost import Cost, peak_memory, run_python

COMMAND = ["-m", "ecg_anomaly.cli.main"]
HOURS = {"hour": 1.0, "day": 24.0, "week": 168.0}

#: Length of the simulated record that is repeated, in s.
PIECE_S = 1800.0

Row = tuple[str, ...]


def measure_scoring(data: str = "data") -> None:
    """Print the table.

    Parameters
    ----------
    data : str
        Folder with `model` and `training` of a pipeline.
    """
    model, training = Path(data) / "model", Path(data) / "training"
    print("| what | measured | wanted |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as temporary:
        piece = write_piece(Path(temporary))
        records = {name: repeat_piece(piece, name, hours) for name, hours in HOURS.items()}
        commands = {name: score_command(record, model) for name, record in records.items()}
        run_python(commands["hour"])  # compiles modules: only a user's first start does
        costs = {name: run_python(command) for name, command in commands.items()}
        show(measure_scale(costs, commands))
        show(compare_with_plain_pipeline(records["hour"], training, costs))
    show(measure_networks(model, training))


def show(rows: list[Row]) -> None:
    """Print rows as soon as they are measured."""
    for row in rows:
        print("| " + " | ".join(row) + " |", flush=True)


def score_command(record: Path, model: Path) -> list[str]:
    """Return the command that scores a record."""
    output = ["--output", str(record.parent / "out")]
    return [*COMMAND, "score", str(record), "--detector", str(model), *output]


def measure_scale(costs: dict[str, Cost], commands: dict[str, list[str]]) -> list[Row]:
    """Return time by length of the recording, and memory, measured in runs of their own."""
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


def compare_with_plain_pipeline(hour: Path, training: Path, costs: dict[str, Cost]) -> list[Row]:
    """Run `plain_pipeline` on the hour that was scored; a day is 24 such hours, started once."""
    command = ["-m", "lab.timing.plain_pipeline", str(hour), str(training)]
    start = time.perf_counter()
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=True)
    hour_s = time.perf_counter() - start
    steps_s = sum(json.loads(done.stdout.splitlines()[-1])[1:])
    day_s = hour_s + 23 * steps_s
    return [
        ("plain pipeline, the same hour, cold start", f"{hour_s:.1f} s", ""),
        ("plain pipeline, 24 such hours, one start", f"{day_s:.0f} s", ""),
        ("plain pipeline : score, hour", f"{hour_s / costs['hour'].wall_s:.0f}", ""),
        ("plain pipeline : score, day", f"{day_s / costs['day'].wall_s:.0f}", "50 or more"),
    ]


def measure_networks(model: Path, training: Path) -> list[Row]:
    """Return times of the network alone, and of a recording that is mostly lead off."""
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


def write_piece(folder: Path) -> Path:
    """Write half an hour of a simulated subject with ectopic beats: two leads, 360 Hz, WFDB."""
    config = SimulationConfig(n_subjects=3, duration_s=PIECE_S, fs=360.0, seed=5, difficult=False)
    record = list(simulate_records(config))[2]
    write_record(record, folder)
    for path in folder.glob(f"{record.name}.*"):
        text = path.read_bytes().replace(record.name.encode(), b"piece")
        path.with_stem("piece").write_bytes(text if path.suffix == ".hea" else path.read_bytes())
    return folder / "piece"


def repeat_piece(piece: Path, name: str, hours: float) -> Path:
    """Write a record of so many hours that repeats the samples of `piece`.

    Parameters
    ----------
    piece : Path
        From `write_piece`.
    name : str
        Of the new record, in the same folder.
    hours : float
        A multiple of half an hour.

    Returns
    -------
    Path
        The record, its checksums right.
    """
    times = round(hours * 3600 / PIECE_S)
    stored = piece.with_suffix(".dat").read_bytes()
    with piece.with_name(f"{name}.dat").open("wb") as file:
        for _ in range(times):
            file.write(stored)
    first, *leads = piece.with_suffix(".hea").read_text().splitlines()
    words = first.split()
    lines = [" ".join([name, *words[1:3], str(int(words[3]) * times)])]
    for lead in leads:
        parts = lead.replace("piece.dat", f"{name}.dat").split()
        total = (int(parts[6]) * times + 0x8000) % 0x10000 - 0x8000
        lines.append(" ".join([*parts[:6], str(total), *parts[7:]]))
    path = piece.with_name(name)
    path.with_suffix(".hea").write_text("\n".join(lines) + "\n")
    return path
