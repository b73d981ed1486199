"""The hostile recordings that are scored, each with its bounds of time and memory."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lab.attacks.hostile_records import (
    write_absent_leads,
    write_edf,
    write_long_frames,
    write_long_line,
    write_many_leads,
    write_many_segments,
    write_many_signals,
    write_month_of_nothing,
    write_much_metadata,
    write_wide_parquet,
)
from lab.attacks.hostile_resting import (
    write_entities,
    write_lzw_bomb,
    write_many_attributes,
    write_many_elements,
    write_one_bit_samples,
    write_week_of_parts,
)


@dataclass(frozen=True)
class Attack:
    """A hostile recording and what must come of it.

    Attributes
    ----------
    name : str
        What the table of results calls it.
    make : callable
        Writes it into a folder and returns its path.
    seconds : float
        Longest that scoring, or refusing, may take on two cores.
    megabytes : float
        Most memory of all processes together above what the imports take.
    status : int or None
        Exit status that is wanted: 0 read, 1 refused, None either.
    options : tuple of str
        Options of the command.
    """

    name: str
    make: Callable[[Path], Path]
    seconds: float = 5.0
    megabytes: float = 256.0
    status: int | None = None
    options: tuple[str, ...] = ()


_TABLE = ("--fs", "250", "--unit", "mV")

#: Every hostile recording, with the bounds that tests and `python -m lab.attacks` hold it to.
ATTACKS = (
    Attack("WFDB: 20 000 leads stored nowhere", write_absent_leads),
    Attack(
        "WFDB: the same, all of one name",
        lambda folder: write_absent_leads(folder, distinct=False),
    ),
    Attack("WFDB: 200 000 signals", write_many_signals, status=1),
    Attack("WFDB: 2000 signals x 100 000 samples a frame", write_long_frames, status=1),
    Attack(
        "WFDB: 256 leads at 2048 Hz for 10 min",
        lambda folder: write_many_leads(folder, 256, 2048, 10),
        seconds=15,
    ),
    Attack(
        "WFDB: 64 leads at 16 384 Hz for 3 min",
        lambda folder: write_many_leads(folder, 64, 16_384, 3),
        seconds=15,
    ),
    Attack(
        "WFDB: 12 leads at 100 kHz for 2 min",
        lambda folder: write_many_leads(folder, 12, 100_000, 2),
        seconds=15,
    ),
    Attack("WFDB: a month of nothing at 360 Hz", write_month_of_nothing),
    Attack(
        "WFDB: a month of nothing at 100 kHz", lambda folder: write_month_of_nothing(folder, 10**5)
    ),
    Attack(
        "WFDB: one minute, then a month of nothing",
        lambda folder: write_month_of_nothing(folder, 360, 1),
        status=0,
    ),
    Attack(
        "WFDB: a month of nothing between two minutes at 100 kHz",
        lambda folder: write_month_of_nothing(folder, 10**5, 1, 1),
        status=0,
    ),
    Attack("WFDB: a million segments of one sample", write_many_segments),
    Attack(
        "WFDB: three million null segments",
        lambda folder: write_many_segments(folder, 3_000_000, null=True),
    ),
    Attack("WFDB: a header line of 15 MB", write_long_line, status=1),
    Attack("EDF: 4096 signals", lambda folder: write_edf(folder, 4096, 10, "1", 250)),
    Attack(
        "EDF: 2 x 10^7 data records of 0.01 s",
        lambda folder: write_edf(folder, 1, 2 * 10**7, "0.01", 2),
    ),
    Attack(
        "EDF: data records of 1000 s at 100 kHz",
        lambda folder: write_edf(folder, 1, 2, "1000", 10**8 - 1),
        seconds=15,
    ),
    Attack("Parquet: 512 columns", write_wide_parquet, options=_TABLE),
    Attack("Parquet: 50 MB of metadata", write_much_metadata, options=_TABLE),
    Attack(
        "Parquet: 100 000 columns",
        lambda folder: write_wide_parquet(folder, 100_000, 1),
        status=1,
        options=_TABLE,
    ),
    Attack("aECG: entities of entities", write_entities, status=1),
    Attack("aECG: 4 million elements", write_many_elements, status=1),
    Attack("aECG: 2 million attributes", write_many_attributes, status=1),
    Attack("aECG: a second of ECG every two hours of a week", write_week_of_parts),
    Attack("Philips: LZW codes that stand for 500 MB", write_lzw_bomb, status=1),
    Attack(
        "SCP-ECG: 7 min of 8 leads of one bit a sample",
        lambda folder: write_one_bit_samples(folder, n_bytes=26_000),
    ),
)
