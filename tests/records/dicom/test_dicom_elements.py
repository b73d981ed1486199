"""DICOM elements: what is there, and files that would take memory or time."""

import builtins
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.dicom import dicom_elements
from ecg_anomaly.records.dicom.dicom_elements import DicomElements
from ecg_anomaly.records.dicom.dicom_record import read_dicom
from lab.fuzzing.dicom_writer import DicomCoding, make_group, write_dicom

GROUP = make_group({"II": np.arange(9)})


def written(folder: Path, content: bytes) -> Path:
    path = folder / "x.dcm"
    path.write_bytes(content)
    return path


@pytest.fixture
def opened(tmp_path):
    def opened(content: bytes) -> DicomElements:
        return DicomElements(written(tmp_path, content))

    return opened


@pytest.mark.parametrize("counted", [True, False])
def test_elements_are_read_as_text_numbers_and_bytes(opened, counted):
    elements = opened(write_dicom([GROUP], DicomCoding(counted=counted)))
    (group,) = elements.items("WaveformSequence")
    assert elements.text("Modality") == "ECG"
    assert elements.text("MultiplexGroupLabel", group) == "RHYTHM"
    assert elements.number("SamplingFrequency", group) == 500.0
    assert elements.content("WaveformData", group) == np.arange(9, dtype="<i2").tobytes()
    assert elements.little_endian


def test_what_is_not_there_is_nothing(opened):
    elements = opened(write_dicom([[(0x003A0020, "SH", "no number")]]))
    (group,) = elements.items("WaveformSequence")
    assert elements.text("SamplingFrequency", group) == ""
    assert elements.content("WaveformData", group) == b""
    assert elements.items("ChannelDefinitionSequence", group) == []
    assert np.isnan(elements.number("SamplingFrequency", group))
    assert elements.number("SamplingFrequency", group, 3.0) == 3.0
    assert np.isnan(elements.number("MultiplexGroupLabel", group))


def test_without_pydicom_the_message_says_what_to_install(opened, monkeypatch):
    real = builtins.__import__

    def absent(name, *args, **kwargs):
        if name.startswith("pydicom"):
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", absent)
    with pytest.raises(UserError, match=r"pydicom reads and is not installed; pip install pydicom"):
        opened(write_dicom([GROUP]))


def test_a_file_that_would_unpack_to_a_thousand_times_is_refused(opened):
    plain = write_dicom([GROUP])
    packer = zlib.compressobj(wbits=-15)
    bomb = packer.compress(bytes(1 << 20)) + packer.flush()
    content = plain.replace(b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.2.1.99\0\0", 1)
    content = content.replace(
        struct.pack("<H", 20) + b"1.2.840", struct.pack("<H", 24) + b"1.2.840"
    )
    with pytest.raises(UserError, match="a deflated DICOM file"):
        opened(content + bomb)


@pytest.mark.parametrize("counted", [True, False])
def test_no_more_elements_are_read_than_a_recording_has(tmp_path, monkeypatch, counted):
    monkeypatch.setattr(dicom_elements, "MAX_READS", 300)
    path = written(tmp_path, write_dicom([[]] * 400, DicomCoding(counted=counted)))
    with pytest.raises(UserError, match="more than 300 elements"):
        read_dicom(path)


def test_a_file_of_gigabytes_is_not_read(tmp_path):
    path = tmp_path / "x.dcm"
    with path.open("wb") as stream:
        stream.truncate(5 << 30)
    with pytest.raises(UserError, match="5120 MB, a DICOM file is read up to 32 MB"):
        DicomElements(path)


def test_whatever_is_raised_is_one_line(opened):
    elements = opened(write_dicom([GROUP]))
    with (
        pytest.raises(UserError, match=r"malformed DICOM \(KeyError: 'two lines'\)"),
        elements.refuse_malformed(),
    ):
        raise KeyError("two lines")
