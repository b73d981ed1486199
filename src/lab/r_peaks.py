"""Measure how well R peaks are found in three databases.

    ECG_ANOMALY_DATA=FOLDER python -m lab.r_peaks --records ds1 [--noise ma --snr 12]

Prints sensitivity and positive predictive value (+P) of one of the groups of de Chazal 2004 (44
records of `mitdb`), of `svdb` or of `qtdb`, the class of missed beats, how far R peaks are from the
reference, and how long a day takes. With noise, a recording of the MIT-BIH Noise Stress Test
Database is added to all leads.
"""

import argparse
import os
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from ecg_anomaly.beats.lead_choice import choose_leads
from ecg_anomaly.beats.r_peaks.r_peak_detection import find_r_peaks
from ecg_anomaly.files.progress import track
from ecg_anomaly.records.added_noise import noise_gain
from ecg_anomaly.records.public_databases import DATA_VARIABLE
from ecg_anomaly.records.record import Record
from ecg_anomaly.records.wfdb.wfdb_files import read_record
from lab.r_peak_agreement import TOLERANCES_S, Agreement, compare_r_peaks, join_agreements
from lab.robustness.noise_recordings import read_noise

GROUPS = {
    "ds1": "101 106 108 109 112 114 115 116 118 119 122 124 201 203 205 207 208 209 215 220 223"
    " 230",
    "ds2": "100 103 105 111 113 117 121 123 200 202 210 212 213 214 219 221 222 228 231 232 233"
    " 234",
}
LEADS = [["MLII"], ["V1", "V5", "V2", "V4"]]

#: Databases of which all records are read.
WHOLE = ("svdb", "qtdb")

#: Sampling rate of recorded noise in Hz.
NOISE_HZ = 360


def add_noise(record: Record, noise: NDArray[np.floating], snr_db: float) -> Record:
    """Add noise to every lead, from beginning to end, at a ratio measured as in EC57.

    Parameters
    ----------
    record : Record
        With annotations.
    noise : (n, n_leads) float
        In mV, at `NOISE_HZ`; repeated when it is shorter.
    snr_db : float
        See `ecg_anomaly.records.added_noise.noise_gain`.
    """
    if record.fs != NOISE_HZ:
        noise = resample_poly(noise, round(record.fs), NOISE_HZ, axis=0, padtype="line")
    centred = noise - noise.mean(axis=0)
    added = noise_gain(record, noise, snr_db) * np.resize(centred, record.signal.shape)
    return replace(record, signal=(record.signal + added).astype(np.float32))


def read_group(folder: Path, group: str) -> list[Record]:
    """Read the records of a group of `GROUPS`, or of a database of `WHOLE`, below a folder."""
    database, names = "mitdb", GROUPS.get(group, "").split()
    if group in WHOLE:
        database, names = group, sorted(path.stem for path in (folder / group).glob("*.hea"))
    return [read_record(folder / database, n, n) for n in track(names, "read records")]


def evaluate(records: Iterable[Record]) -> dict[str, Agreement]:
    """Detect on all leads, placed on the first one the pipeline would choose."""
    found = {}
    for record in records:
        assert record.annotations is not None
        signal = record.signal[:, choose_leads(record.leads, LEADS)]
        detected = find_r_peaks(signal, record.fs)
        found[record.name] = compare_r_peaks(record.annotations, detected, record.fs)
    return found


def show(name: str, found: Agreement) -> None:
    """Print one row."""
    cells = [f"{name:>7} {found.n_reference:7d}"]
    for matched in found.n_matched.values():
        lost, false = found.n_reference - matched, found.n_detected - matched
        shares = (matched / found.n_reference, matched / found.n_detected)
        cells.append(f"{lost:5d} {false:5d} " + " ".join(f"{s:8.3%}" for s in shares))
    around = np.abs(found.deviation_s - np.median(found.deviation_s)) * 1000
    cells.append(" ".join(f"{v:5.1f}" for v in np.percentile(around, [50, 90, 99])))
    cells.append(f"{(around > 17).mean():6.2%}")
    print("  ".join(cells), " ".join(f"{k}:{v}" for k, v in found.missed.items() if v))


def measure_day(signal: np.ndarray, fs: float) -> float:
    """Processor seconds for 24 hours of a signal, the best of three."""
    day = np.resize(signal, (round(24 * 3600 * fs), signal.shape[1]))
    seconds = []
    for _ in range(3):
        start = time.process_time()
        find_r_peaks(day, fs)
        seconds.append(time.process_time() - start)
    return min(seconds)


def main() -> None:
    """Read the arguments; print a row per record, the worst first, and the sum."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", choices=[*GROUPS, *WHOLE], default="ds1")
    parser.add_argument("--noise", choices=["bw", "ma"])
    parser.add_argument("--snr", type=float, default=12.0, help="dB")
    arguments = parser.parse_args()
    folder = Path(os.environ[DATA_VARIABLE])
    records = read_group(folder, arguments.records)
    if arguments.noise:
        noise = read_noise(folder / "nstdb", arguments.noise)
        records = [add_noise(record, noise, arguments.snr) for record in records]
    found = evaluate(track(records, "find R peaks"))
    head = [f"{'record':>7} {'beats':>7}"]
    head += [
        f"{'miss':>5} {'false':>5} {f'Se {round(t * 1000)}':>8} {'+P':>8}" for t in TOLERANCES_S
    ]
    print("  ".join([*head, f"{'50 %':>5} {'90 %':>5} {'99 %':>5} ms", ">17 ms", "missed"]))
    for name in sorted(found, key=lambda name: found[name].n_wrong, reverse=True):
        show(name, found[name])
    show(arguments.records, join_agreements(list(found.values())))
    print(f"24 h of two leads: {measure_day(records[0].signal, records[0].fs):.2f} s")


if __name__ == "__main__":
    main()
