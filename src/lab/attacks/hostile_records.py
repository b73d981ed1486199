"""Recordings that ask for far more memory or time than they are worth.

Each maker writes one into a folder and returns its path. Large signal files are sparse: they take
no disk, but their samples are read as zeros like any other. Headers claim; nothing of what they
claim may be allocated before it was counted and multiplied.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np


def _write_header(folder: Path, first: str, signals: Iterable[str]) -> Path:
    path = folder / "hostile.hea"
    with path.open("w", encoding="utf-8") as file:
        file.write(f"hostile {first}\n")
        file.writelines(f"{line}\n" for line in signals)
    return path


def _make_sparse(path: Path, size: int) -> None:
    with path.open("wb") as file:
        file.truncate(size)


def write_absent_leads(folder: Path, n_absent: int = 20_000, distinct: bool = True) -> Path:
    """Write a WFDB record with one real lead and others that are stored nowhere (``~``)."""
    _make_sparse(folder / "hostile.dat", 2 * 360 * 60)
    absent = (f"~ 16 200 16 0 0 0 0 {f'L{k}' if distinct else 'V1'}" for k in range(n_absent))
    real = "hostile.dat 16 200 16 0 0 0 0 MLII"
    return _write_header(folder, f"{n_absent + 1} 360 {360 * 60}", [real, *absent])


def write_many_signals(folder: Path, n_signals: int = 200_000) -> Path:
    """Write a WFDB header of more signals than any recorder has."""
    lines = (f"hostile.dat 16 200 16 0 0 0 0 S{k}" for k in range(n_signals))
    _make_sparse(folder / "hostile.dat", 2 * n_signals)
    return _write_header(folder, f"{n_signals} 360 1", lines)


def write_long_frames(
    folder: Path, n_signals: int = 2000, per_frame: int = 100_000, n_frames: int = 3
) -> Path:
    """Write a WFDB record with many samples of many signals in each frame."""
    lines = (f"hostile.dat 16x{per_frame} 200 16 0 0 0 0 S{k}" for k in range(n_signals))
    _make_sparse(folder / "hostile.dat", 2 * n_signals * per_frame * n_frames)
    return _write_header(folder, f"{n_signals} 0.01 {n_frames}", lines)


def write_many_leads(folder: Path, n_leads: int, fs: int, minutes: float) -> Path:
    """Write a WFDB record of many leads or a high sampling rate."""
    n = round(fs * 60 * minutes)
    lines = (f"hostile.dat 16 200 16 0 0 0 0 L{k}" for k in range(n_leads))
    _make_sparse(folder / "hostile.dat", 2 * n_leads * n)
    return _write_header(folder, f"{n_leads} {fs} {n}", lines)


def write_month_of_nothing(
    folder: Path, fs: int = 360, before_min: int = 0, after_min: int = 0, days: int = 30
) -> Path:
    """Write a WFDB record of segments: a month without a signal, and minutes of one around it."""
    n, month = 60 * fs, days * 86_400 * fs
    _make_sparse(folder / "real.dat", 2 * n)
    (folder / "real.hea").write_text(f"real 1 {fs} {n}\nreal.dat 16 200 16 0 0 0 0 MLII\n")
    (folder / "layout.hea").write_text(f"layout 1 {fs} 0\n~ 0 200 0 0 0 0 0 MLII\n")
    real = f"real {n}"
    segments = ["layout 0", *[real] * before_min, f"~ {month}", *[real] * after_min]
    first = f"/{len(segments)} 1 {fs} {n * (before_min + after_min) + month}"
    path = folder / "hostile.hea"
    path.write_text(f"hostile{first}\n" + "".join(f"{line}\n" for line in segments))
    return path


def write_many_segments(folder: Path, n_segments: int = 1_000_000, null: bool = False) -> Path:
    """Write a WFDB record of very many segments: of one sample each, or of none."""
    _make_sparse(folder / "real.dat", 2)
    (folder / "real.hea").write_text("real 1 360 1\nreal.dat 16 200 16 0 0 0 0 MLII\n")
    line = "~ 1\n" if null else "real 1\n"
    with (folder / "hostile.hea").open("w", encoding="utf-8") as file:
        file.write(f"hostile/{n_segments} 1 360 {n_segments}\n")
        file.write(line * n_segments)
    return folder / "hostile.hea"


def write_long_line(folder: Path, length: int = 15_000_000) -> Path:
    """Write a WFDB header whose signal line is very long."""
    return _write_header(folder, "1 360 100", ["hostile.dat 16 2" + "0" * length])


def write_edf(folder: Path, n_signals: int, n_records: int, record_s: str, per_record: int) -> Path:
    """Write an EDF file of zeros with so many signals and data records."""
    fields: list[tuple[int, Callable[[int], str]]] = [
        (16, lambda k: f"ECG {k}"), (80, lambda _: ""), (8, lambda _: "mV"), (8, lambda _: "-10"),
        (8, lambda _: "10"), (8, lambda _: "-32768"), (8, lambda _: "32767"), (80, lambda _: ""),
        (8, lambda _: str(per_record)), (32, lambda _: ""),
    ]  # fmt: skip
    start = [
        ("0", 8), ("X", 80), ("X", 80), ("01.01.20", 8), ("00.00.00", 8),
        (str(256 * (n_signals + 1)), 8), ("", 44), (str(n_records), 8), (record_s, 8),
        (str(n_signals), 4),
    ]  # fmt: skip
    path = folder / "hostile.edf"
    with path.open("wb") as file:
        file.write("".join(text.ljust(width) for text, width in start).encode())
        for width, text in fields:
            file.write("".join(text(k).ljust(width) for k in range(n_signals)).encode())
        file.truncate(file.tell() + 2 * n_signals * n_records * per_record)
    return path


def write_wide_parquet(folder: Path, n_columns: int = 512, rows: int = 20_000) -> Path:
    """Write a Parquet table of many columns."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    column = pa.array(np.zeros(rows, np.float32))
    path = folder / "hostile.parquet"
    pq.write_table(pa.table({f"V{k}": column for k in range(n_columns)}), path)
    return path


def write_much_metadata(folder: Path, size: int = 50_000_000) -> Path:
    """Write a Parquet table whose metadata is larger than its data."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({"MLII": pa.array(np.zeros(20_000, np.float32))})
    path = folder / "hostile.parquet"
    pq.write_table(table.replace_schema_metadata({"note": "x" * size}), path)
    return path
