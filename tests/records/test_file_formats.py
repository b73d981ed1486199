"""File formats: files of every kind get their reader, or a line that says what they are."""

import struct

import numpy as np
import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.file_formats import FORMATS, find_format
from ecg_anomaly.records.read_options import AS_IT_IS
from lab.fuzzing.scp_writer import write_scp
from lab.fuzzing.xml_writers import write_aecg, write_muse, write_philips

LEADS = {"II": np.arange(200) % 50, "V1": np.arange(200) % 40}

MARKS = struct.pack("<3H", 1 << 10 | 77, 1 << 10 | 80, 0)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"PAR1...", "Parquet"), (b"0       ".ljust(256), "EDF"), (b"\xffBIOSEMI", "BDF"),
        (b"ISHNE1.0\x12\0", "ISHNE"), (b"ANN  1.0\x12\0", "ISHNE annotations"), (b"XDF:\0", "XDF"),
        (bytes(128) + b"DICM\2", "DICOM"), (b"<AnnotatedECG>", "HL7 aECG"),
        (b"<restingecgdata>", "Philips XML"), (b"<RestingECG>", "GE MUSE XML"), (b"<x>", "XML"),
        (b"<x\0>", None), (b"MATLAB 5.0 MAT-file\0", "MATLAB"), (b"PK\x03\x04", "ZIP"),
        (b"r 1 360\nr.dat 16\n", "WFDB"), (b"II\n1\n", "table"), (MARKS, "WFDB annotations"),
        (b"\x89PNG\r\n", "picture"), (b"\x1f\x8b\x08", "compressed"), (b"\1\2\3", None),
    ],
)  # fmt: skip
def test_a_file_is_recognised_by_its_content(tmp_path, content, name):
    path = tmp_path / "x.bin"
    path.write_bytes(content)
    found = find_format(path)
    assert (found and found.name) == name


@pytest.mark.parametrize(
    ("file", "content", "name"),
    [
        ("x.hea", b"r\n", "WFDB"), ("x.hea", b"\0\1", "WFDB"), ("x.edf", b"\0\1", "EDF"),
        ("x.CSV", b"1\0", "table"), ("x.parquet", b"\0", "Parquet"), ("x.hea", b"XDF:", "XDF"),
    ],
)  # fmt: skip
def test_the_ending_tells_where_the_content_does_not(tmp_path, file, content, name):
    path = tmp_path / file
    path.write_bytes(content)
    found = find_format(path)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (MARKS, "annotations of a WFDB record, no signal; name the header rec.hea"),
        (b"ANN  1.0", "annotations of an ISHNE recording"), (b"PK\x03\x04", "workbook"),
        (b"MATLAB 5.0", "name the header rec.hea"), (b"<x>", "XML that is no HL7 aECG"),
    ],
)  # fmt: skip
def test_what_is_not_read_is_named_in_a_line(tmp_path, content, words):
    path = tmp_path / "rec.ecg"
    path.write_bytes(content)
    found = find_format(path)
    assert found is not None
    with pytest.raises(UserError) as caught:
        found.open(path, AS_IT_IS)
    assert words in str(caught.value)


RESTING = {
    "r.rest": write_scp(LEADS), "r.aecg": write_aecg(LEADS, 500.0),
    "r.muse": write_muse(LEADS, 500),
    "r.philips": write_philips(LEADS, 500, 5),
}  # fmt: skip


@pytest.mark.parametrize("name", RESTING)
def test_a_resting_ecg_of_any_name_is_opened(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(RESTING[name])
    found = find_format(path)
    assert found is not None
    assert found.states_rate
    recording = found.open(path, AS_IT_IS)
    assert (recording.fs, recording.n_samples, recording.name) == (500.0, 200, name)
    assert recording.source == path
    assert len(recording.header_sha256) == 64


def test_each_format_has_a_name_of_its_own():
    names = [known.name for known in FORMATS]
    assert len(set(names)) == len(names)
