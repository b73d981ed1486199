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
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from ecg_anomaly.beats.beat_positions import match_beats
from ecg_anomaly.beats.lead_choice import choose_leads
from ecg_anomaly.beats.r_peaks.r_peak_detection import find_r_peaks
from ecg_anomaly.files.progress import track
from ecg_anomaly.records.beat_labels import AAMI_CLASSES, aami_class, is_beat
from ecg_anomaly.records.public_databases import DATA_VARIABLE
from ecg_anomaly.records.record import Annotations, Record
from ecg_anomaly.records.wfdb.wfdb_files import read_record
from lab.robustness.added_noise import noise_gain, read_noise

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

#: EC57 matches within the first; the second is what a window cut at the R peak needs.
TOLERANCES_S = (0.15, 0.05)


@dataclass(frozen=True)
class Agreement:
    """Detected R peaks of one record against its reference.

    Attributes
    ----------
    n_reference, n_detected : int
        Outside ventricular flutter, which has no QRS complexes (EC57).
    n_matched : dict of float to int
        By tolerance in s.
    missed : dict of str to int
        Missed beats of each AAMI class at the first tolerance.
    deviation_s : (n,) float64
        Detected minus reference of each match at the first tolerance.
    """

    n_reference: int
    n_detected: int
    n_matched: dict[float, int]
    missed: dict[str, int]
    deviation_s: NDArray[np.float64]

    @property
    def n_wrong(self) -> int:
        """Missed beats and false detections at the first tolerance."""
        return self.n_reference + self.n_detected - 2 * self.n_matched[TOLERANCES_S[0]]


def compare_r_peaks(marks: Annotations, detected: NDArray[np.int64], fs: float) -> Agreement:
    """Match detected R peaks with the beats of a reference.

    Parameters
    ----------
    marks : Annotations
        All of a record.
    detected : (n,) int64
        Ascending samples.
    fs : float
        Sampling rate in Hz.
    """
    beats = is_beat(marks.symbol) & ~_in_flutter(marks.sample, marks, 0)
    sample, aami = marks.sample[beats], aami_class(marks.symbol[beats], "S")
    detected = detected[~_in_flutter(detected, marks, TOLERANCES_S[0] * fs)]
    pairs = {t: match_beats(sample, detected, t * fs) for t in TOLERANCES_S}
    pair = pairs[TOLERANCES_S[0]]
    matched = pair >= 0
    lost = np.setdiff1d(np.arange(len(sample)), pair)
    return Agreement(
        n_reference=len(sample),
        n_detected=len(detected),
        n_matched={t: int((p >= 0).sum()) for t, p in pairs.items()},
        missed={name: int((aami[lost] == name).sum()) for name in AAMI_CLASSES},
        deviation_s=(detected[matched] - sample[pair[matched]]) / fs,
    )


def join_agreements(parts: list[Agreement]) -> Agreement:
    """Add up records."""
    return Agreement(
        n_reference=sum(p.n_reference for p in parts),
        n_detected=sum(p.n_detected for p in parts),
        n_matched={t: sum(p.n_matched[t] for p in parts) for t in TOLERANCES_S},
        missed={name: sum(p.missed[name] for p in parts) for name in AAMI_CLASSES},
        deviation_s=np.concatenate([p.deviation_s for p in parts]),
    )


def _in_flutter(sample: NDArray[np.int64], marks: Annotations, margin: float) -> NDArray[np.bool_]:
    """Mark what lies between ``[`` and ``]``, or so many samples beside it."""
    inside = np.zeros(len(sample), dtype=bool)
    ends = marks.sample[marks.symbol == "]"]
    for start in marks.sample[marks.symbol == "["]:
        end = ends[ends > start][:1]
        inside |= (sample >= start - margin) & (sample <= (end[0] if len(end) else np.inf) + margin)
    return inside


def add_noise(record: Record, noise: NDArray[np.floating], snr_db: float) -> Record:
    """Add noise to every lead, from beginning to end, at a ratio measured as in EC57.

    Parameters
    ----------
    record : Record
        With annotations.
    noise : (n, n_leads) float
        In mV, at `NOISE_HZ`; repeated when it is shorter.
    snr_db : float
        See `lab.robustness.added_noise.noise_gain`.
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
