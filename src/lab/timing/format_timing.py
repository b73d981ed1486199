"""Measure how long a day takes in each file format, and how much memory: the same samples."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.records.opening import open_record
from ecg_anomaly.records.record import StoredRecord
from lab.fuzzing.ishne_writer import write_ishne_header
from lab.timing.process_cost import peak_memory, run_python
from lab.timing.scoring import PIECE_S, repeat_piece, score_command, show, write_piece

#: Stored units of a mV in the simulated record, and nV of one.
GAIN, RESOLUTION_NV = 200.0, 5000

#: What a table does not say itself.
STATED = ["--fs", "360", "--unit", "mV"]

#: What reads a format beside this package, whose import is not counted as memory.
IMPORTS = {".csv": "pyarrow.csv", ".parquet": "pyarrow.parquet"}

#: Writes so many repeats of a piece to a file.
Writer = Callable[[StoredRecord, Path, int], None]


def measure_formats(data: str = "data", hours: str = "24") -> None:
    """Print a table: seconds and memory of scoring some hours at 360 Hz in each format.

    Parameters
    ----------
    data : str
        Folder with `model` of a pipeline.
    hours : str
        A multiple of half an hour.
    """
    model, times = Path(data) / "model", round(float(hours) * 3600 / PIECE_S)
    print(
        "| format | file | score, cold start to last file | of all cores | memory above imports |"
    )
    print("|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as temporary:
        piece = write_piece(Path(temporary))
        for name, (ending, write) in WRITERS.items():
            path = Path(temporary) / f"day{ending}"
            write(open_record(piece), path, times)
            command = [*score_command(path, model), *(STATED if ending in IMPORTS else [])]
            cost = run_python(command)
            imported = f"ecg_anomaly.cli.score, {IMPORTS.get(ending, 'time')}"
            imports_mb = peak_memory(["-c", f"import time, {imported}; time.sleep(0.2)"])
            memory_mb = peak_memory(command) - imports_mb
            size_mb = sum(file.stat().st_size for file in path.parent.glob("day.*")) >> 20
            seconds = f"{cost.wall_s:.2f} s", f"CPU {cost.cpu_s:.2f} s"
            show([(name, f"{size_mb} MB", *seconds, f"{memory_mb:.0f} MB")])
            for file in path.parent.glob("day.*"):
                file.unlink()


def write_wfdb_day(piece: StoredRecord, path: Path, times: int) -> None:
    """Write a WFDB record, format 212."""
    repeat_piece(piece.source.with_suffix(""), path.stem, times * PIECE_S / 3600)


def write_edf_day(piece: StoredRecord, path: Path, times: int) -> None:
    """Write an EDF file of data records of a second."""
    import edfio

    signals = [
        edfio.EdfSignal(
            mv, piece.fs, label=f"ECG {lead}", physical_dimension="mV",
            physical_range=(-2048 / GAIN, 2047 / GAIN), digital_range=(-2048, 2047),
        )
        for lead, mv in zip(piece.leads, _samples(piece).T, strict=True)
    ]  # fmt: skip
    edfio.Edf(signals, data_record_duration=1).write(path)
    content = path.read_bytes()
    n_header, n_records = int(content[184:192]), int(content[236:244])
    header = content[:236] + str(n_records * times).ljust(8).encode() + content[244:n_header]
    _repeat(path, header, content[n_header:], times)


def write_ishne_day(piece: StoredRecord, path: Path, times: int) -> None:
    """Write an ISHNE file."""
    stored = np.rint(_samples(piece) * GAIN).astype("<i2")
    header = write_ishne_header(piece.leads, len(stored) * times, round(piece.fs), RESOLUTION_NV)
    _repeat(path, header, stored.tobytes(), times)


def write_csv_day(piece: StoredRecord, path: Path, times: int) -> None:
    """Write a text table, a column per lead."""
    text = "\n".join(",".join(f"{mv:.3f}" for mv in row) for row in _samples(piece).tolist())
    _repeat(path, ",".join(piece.leads).encode() + b"\n", text.encode() + b"\n", times)


def write_parquet_day(piece: StoredRecord, path: Path, times: int) -> None:
    """Write a Parquet file, a group of rows for each repeat."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table(dict(zip(piece.leads, _samples(piece).T, strict=True)))
    with pq.ParquetWriter(path, table.schema) as writer:
        for _ in range(times):
            writer.write_table(table)


def _samples(piece: StoredRecord) -> NDArray[np.float32]:
    return piece.read(0, piece.n_samples)


def _repeat(path: Path, header: bytes, samples: bytes, times: int) -> None:
    with path.open("wb") as file:
        file.write(header)
        for _ in range(times):
            file.write(samples)


#: Ending of the file that is scored, and what writes it, by the name of the format.
WRITERS: dict[str, tuple[str, Writer]] = {
    "WFDB, format 212": (".hea", write_wfdb_day),
    "EDF": (".edf", write_edf_day),
    "ISHNE": (".ecg", write_ishne_day),
    "CSV": (".csv", write_csv_day),
    "Parquet": (".parquet", write_parquet_day),
}
