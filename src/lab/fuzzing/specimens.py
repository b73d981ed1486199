"""Make small valid recordings of every format, to be damaged."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.config.pipeline_schema import SimulationConfig
from ecg_anomaly.records.read_options import ReadOptions
from ecg_anomaly.records.record import Record
from ecg_anomaly.records.simulation.simulated_records import simulate_records
from lab.fuzzing import scp_writer
from lab.fuzzing.dicom_writer import DicomCoding, make_channel, make_group, write_dicom
from lab.fuzzing.ishne_writer import write_ishne
from lab.fuzzing.xdf_writer import write_strap
from lab.fuzzing.xml_writers import write_aecg, write_muse, write_philips

#: Bytes of one sample in the formats that are packed from random bytes.
PACKED = {"8": 1.0, "61": 2.0, "160": 2.0, "310": 4 / 3, "311": 4 / 3}

FS, DURATION_S = 128.0, 10.0


@dataclass(frozen=True)
class Specimen:
    """A valid recording or detector.

    Attributes
    ----------
    kind : str
        Its format.
    files : mapping of str to bytes
        Content of each file by its name.
    target : str
        Name of the file that is opened.
    fs, unit : float and str, or None
        Stated for tables.
    accept_checksum : bool
        Whether a wrong checksum is accepted, so that damage is read and not only refused.
    """

    kind: str
    files: Mapping[str, bytes]
    target: str
    fs: float | None = None
    unit: str | None = None
    accept_checksum: bool = False

    @property
    def options(self) -> ReadOptions:
        """What is said of the recording beside its files."""
        return ReadOptions(self.fs, self.unit, accept_checksum=self.accept_checksum)


def make_specimens(work: Path) -> list[Specimen]:
    """Make a specimen of every format, with `work` as an empty folder to make them in."""
    config = SimulationConfig(n_subjects=2, duration_s=DURATION_S, fs=FS, seed=11, difficult=False)
    record = next(iter(simulate_records(config)))
    specimens = [_stored(work / fmt, record, fmt) for fmt in ("16", "24", "32", "80", "212", "516")]
    specimens += [_packed(fmt) for fmt in PACKED]
    specimens += [_frames(record), _segments(work / "segments", record)]
    specimens += [_edf(work / f"{gaps}.edf", record, gaps) for gaps in (False, True)]
    return [*specimens, *_tables(work, record), *_resting(record), *_devices(record)]


def read_folder(folder: Path) -> dict[str, bytes]:
    """Return the content of each file of a folder, by its name."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def _stored(folder: Path, record: Record, fmt: str, name: str = "r") -> Specimen:
    import wfdb

    folder.mkdir(exist_ok=True)
    gain = 40.0 if fmt == "80" else 200.0
    n_leads = len(record.leads)
    wfdb.wrsamp(
        name, fs=record.fs, units=["mV"] * n_leads, sig_name=list(record.leads),
        d_signal=np.rint(np.nan_to_num(record.signal) * gain).clip(-120, 120).astype(np.int64),
        fmt=[fmt] * n_leads, adc_gain=[gain] * n_leads, baseline=[0] * n_leads,
        write_dir=str(folder),
    )  # fmt: skip
    header = folder / f"{name}.hea"
    if fmt != "212":  # without checksums damaged signals are read and not only refused
        header.write_text(re.sub(r"(/mV \d+ \d+ -?\d+).*", r"\1", header.read_text()))
    return Specimen(f"wfdb {fmt}", read_folder(folder), header.name)


def _packed(fmt: str) -> Specimen:
    n_samples = round(FS * DURATION_S)
    n_bytes = -(-int(np.ceil(2 * n_samples * PACKED[fmt])) // 4) * 4
    line = f"r.dat {fmt} 200(0)/mV 12 0 0"
    header = f"r 2 {FS:g} {n_samples}\n{line}\n{line}\n# a note\n"
    raw = np.random.default_rng(3).bytes(n_bytes)
    return Specimen(f"wfdb {fmt}", {"r.hea": header.encode(), "r.dat": raw}, "r.hea")


def _frames(record: Record) -> Specimen:
    """Several samples a frame, a lag, a lead in a file of its own, and a signal that is no ECG."""
    stored = np.rint(np.nan_to_num(record.signal) * 200).astype("<i2")
    n_frames = len(stored) // 4
    both = [stored[: 4 * n_frames, i].reshape(n_frames, 4) for i in (0, 1)]
    lines = ["a.dat 16x4 200(0)/mV 16 0 0 0 0 II", "a.dat 16 10/mmHg 16 0 0 0 0 ABP"]
    lines[0] = lines[0].replace(" 0 0 0 0 II", f" 0 0 {_sum(both[0])} 0 II")
    lines.append(f"b.dat 16x4:3+2 200000(0)/V 16 0 0 {_sum(both[1])} 0 V1")
    first = np.concatenate([both[0], np.ones((n_frames, 1), "<i2")], axis=1)
    files = {
        "r.hea": "\n".join([f"r 3 {FS / 4:g} {n_frames}", *lines, ""]).encode(),
        "a.dat": first.astype("<i2").tobytes(),
        "b.dat": b"xx" + both[1].astype("<i2").tobytes(),
    }
    return Specimen("wfdb frames", files, "r.hea")


def _sum(stored: NDArray[np.int16]) -> int:
    return int(stored.sum(dtype=np.int64)) % 65536


def _segments(folder: Path, record: Record) -> Specimen:
    files = dict(_stored(folder, record, "212", "a").files)
    n = len(record.signal)
    layout = "".join(f"~ 0 200(0)/mV 12 0 0 0 0 {name}\n" for name in record.leads)
    files["layout.hea"] = f"layout {len(record.leads)} {FS:g} 0\n{layout}".encode()
    lines = f"layout 0\na {n}\n~ 300\na {n}\n"
    files["r.hea"] = f"r/4 {len(record.leads)} {FS:g} {2 * n + 300}\n{lines}".encode()
    return Specimen("wfdb segments", files, "r.hea")


def _edf(path: Path, record: Record, gaps: bool) -> Specimen:
    import edfio

    signals = [
        edfio.EdfSignal(
            np.nan_to_num(lead) * 1000, FS, label=f"ECG {name}", physical_dimension="uV",
            physical_range=(-8000, 8000),
        )
        for name, lead in zip(record.leads, record.signal.T, strict=True)
    ]  # fmt: skip
    notes = [edfio.EdfAnnotation(1, None, "a note for room")]
    edfio.Edf(signals, annotations=notes, data_record_duration=1).write(path)
    content = path.read_bytes()
    if gaps:  # the second half begins ten seconds late
        content = content.replace(b"EDF+C", b"EDF+D", 1)
        for i in range(round(DURATION_S) // 2, round(DURATION_S)):
            content = content.replace(b"+%d\x14\x14\0\0" % i, b"+%d\x14\x14\0" % (i + 10))
    return Specimen("edf+d" if gaps else "edf", {"r.edf": content}, "r.edf")


def _tables(work: Path, record: Record) -> list[Specimen]:
    import pandas as pd

    frame = pd.DataFrame(record.signal[:600], columns=list(record.leads)).round(4)
    frame.to_parquet(work / "r.parquet")
    text = frame.to_csv(index=False).encode()
    packed = (work / "r.parquet").read_bytes()
    return [
        Specimen("csv", {"r.csv": text}, "r.csv", FS, "mV"),
        Specimen("parquet", {"r.parquet": packed}, "r.parquet", FS, "mV"),
    ]


def _resting(record: Record) -> list[Specimen]:
    """Resting ECGs without checksums, so that damage is read and not only refused."""
    stored = np.rint(np.nan_to_num(record.signal) * 200).astype(int).T
    leads = {"II": stored[0], "V1": stored[1]}
    parts = [scp_writer.encode_default(scp_writer.take_differences(lead, 2)) for lead in stored]
    rows = [(1, len(stored[0]), 2), (1, len(stored[0]), 3)]
    sections = {
        2: b"\x1f\x4e", 3: scp_writer.lead_section(rows),
        6: scp_writer.signal_section(parts, 5000, round(1e6 / FS), 2),
    }  # fmt: skip
    fs = round(FS)
    return [
        Specimen("scp", {"r.scp": scp_writer.join_sections(sections, checksums=False)}, "r.scp"),
        Specimen("aecg", {"r.xml": write_aecg(leads, FS, 5.0)}, "r.xml"),
        Specimen("muse", {"r.xml": write_muse(leads, fs, 5.0, checksums=False)}, "r.xml"),
        *(
            Specimen(f"philips {form}", {"r.xml": write_philips(leads, fs, 5, form)}, "r.xml")
            for form in ("XLI", "Base64", "Plain")
        ),
    ]


def _devices(record: Record) -> list[Specimen]:
    """Make recordings of Holter recorders, carts and heart straps."""
    uv = np.rint(np.nan_to_num(record.signal) * 1000).astype(int)
    leads = {"II": uv[:, 0], "V1": uv[:, 1]}
    ishne = {"r.ecg": write_ishne(leads, round(FS), 1000)}
    group = make_group(leads, FS, channels=[make_channel(name, "", "1") for name in leads])
    plain, nested = write_dicom([group]), write_dicom([group], DicomCoding(True, "<", False))
    return [
        Specimen("ishne", ishne, "r.ecg"),
        Specimen("ishne unchecked", ishne, "r.ecg", accept_checksum=True),
        Specimen("dicom", {"r.dcm": plain}, "r.dcm"),
        Specimen("dicom nested", {"r.dcm": nested}, "r.dcm"),
        Specimen("xdf", {"r.xdf": write_strap(uv[:, 0], FS)}, "r.xdf"),
    ]
