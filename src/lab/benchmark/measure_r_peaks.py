"""Measure how well R peaks are found in the MIT-BIH Arrhythmia Database.

    ECG_ANOMALY_DATA=FOLDER python -m lab.benchmark.measure_r_peaks \
        --records ds1 [--noise ma --snr 12]

Prints sensitivity and positive predictive value (+P) of each group of people (de Chazal 2004, 44
records), what is missed and where R peaks are placed, and how long a day takes. With noise, a
recording of the MIT-BIH Noise Stress Test Database is added to both leads.
"""

import argparse
import os
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np

from ecg_anomaly.beats.lead_choice import choose_leads
from ecg_anomaly.beats.r_peaks.r_peak_detection import find_r_peaks
from ecg_anomaly.files.progress import track
from ecg_anomaly.records.beat_labels import is_beat
from ecg_anomaly.records.record import Record
from ecg_anomaly.records.sources import DATA_VARIABLE
from ecg_anomaly.records.wfdb.wfdb_files import read_record
from lab.benchmark.r_peak_agreement import (
    TOLERANCES_S,
    Agreement,
    compare_r_peaks,
    join_agreements,
)

GROUPS = {
    "ds1": "101 106 108 109 112 114 115 116 118 119 122 124 201 203 205 207 208 209 215 220 223"
    " 230",
    "ds2": "100 103 105 111 113 117 121 123 200 202 210 212 213 214 219 221 222 228 231 232 233"
    " 234",
}
LEADS = [["MLII"], ["V1", "V5", "V2", "V4"]]


def read_noise(folder: Path, name: str) -> np.ndarray:
    """Read a noise recording, (n, 2) in mV; its header gives no gain, the database's text 200."""
    import wfdb

    noise = wfdb.rdrecord(str(folder / name), physical=False).d_signal / 200.0
    return np.asarray(noise - noise.mean(axis=0))


def add_noise(record: Record, noise: np.ndarray, snr_db: float) -> Record:
    """Add noise to every lead at a ratio measured as in the Noise Stress Test Database.

    Signal: an eighth of the squared span of QRS complexes. Noise: the squared root mean square of
    a second. Both are means of the middle 90 % over 300 beats or seconds.
    """
    assert record.annotations is not None
    reach, second = round(0.05 * record.fs), round(record.fs)
    beats = record.annotations.sample[is_beat(record.annotations.symbol)]
    beats = beats[(beats > reach) & (beats < len(record.signal) - reach)][:300]
    spans = np.ptp(record.signal[beats[:, None] + np.arange(-reach, reach + 1)], axis=1)
    rms = noise[: 300 * second].reshape(300, second, -1).std(axis=1)
    ratio = _middle(spans) ** 2 / 8 / (_middle(rms) ** 2 * 10 ** (snr_db / 10))
    noisy = record.signal + np.sqrt(ratio) * np.resize(noise, record.signal.shape)
    return replace(record, signal=noisy.astype(np.float32))


def _middle(values: np.ndarray) -> np.ndarray:
    ordered, edge = np.sort(values, axis=0), len(values) // 20
    return np.asarray(ordered[edge : len(values) - edge].mean(axis=0))


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
    parser.add_argument("--records", choices=GROUPS, default="ds1")
    parser.add_argument("--noise", choices=["bw", "ma"])
    parser.add_argument("--snr", type=float, default=12.0, help="dB")
    arguments = parser.parse_args()
    folder = Path(os.environ[DATA_VARIABLE])
    names = GROUPS[arguments.records].split()
    records = [read_record(folder / "mitdb", n, n) for n in track(names, "read records")]
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
