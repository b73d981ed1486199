"""Open a file with the reader of its format, which is imported with the first such file.

All readers take 0.02 s to import, and a command mostly needs one. Each function takes the path of a
file of its format, and what the user says of it, and returns a `StoredRecord` whose ``name`` is
``record_name(path)``.
"""

from pathlib import Path

from ecg_anomaly.records.read_options import ReadOptions
from ecg_anomaly.records.record import StoredRecord


def open_edf(path: Path, options: ReadOptions) -> StoredRecord:
    """Open an EDF or BDF file."""
    from ecg_anomaly.records.edf.edf_record import EdfRecord

    return EdfRecord(path, options)


def open_ishne(path: Path, options: ReadOptions) -> StoredRecord:
    """Open an ISHNE file."""
    from ecg_anomaly.records.ishne.ishne_record import IshneRecord

    return IshneRecord(path, options)


def open_table(path: Path, options: ReadOptions) -> StoredRecord:
    """Open a CSV or Parquet file."""
    from ecg_anomaly.records.tables.table_record import TableRecord

    return TableRecord(path, options)


def open_xdf(path: Path, options: ReadOptions) -> StoredRecord:
    """Open an XDF file."""
    from ecg_anomaly.records.xdf.xdf_record import read_xdf

    return read_xdf(path, options)


def open_dicom(path: Path, options: ReadOptions) -> StoredRecord:
    """Open a DICOM file."""
    from ecg_anomaly.records.dicom.dicom_record import read_dicom

    return read_dicom(path, options)


def open_scp(path: Path, options: ReadOptions) -> StoredRecord:
    """Open an SCP-ECG file."""
    from ecg_anomaly.records.scp.scp_record import read_scp

    return read_scp(path, options)


def open_aecg(path: Path, options: ReadOptions) -> StoredRecord:
    """Open an HL7 aECG file."""
    from ecg_anomaly.records.resting.aecg_record import read_aecg

    return read_aecg(path, options)


def open_philips(path: Path, options: ReadOptions) -> StoredRecord:
    """Open an XML file of a Philips electrocardiograph."""
    from ecg_anomaly.records.resting.philips_record import read_philips

    return read_philips(path, options)


def open_muse(path: Path, options: ReadOptions) -> StoredRecord:
    """Open an XML file of GE MUSE."""
    from ecg_anomaly.records.resting.muse_record import read_muse

    return read_muse(path, options)
