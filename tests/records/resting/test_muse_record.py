from pathlib import Path

import numpy as np
import pytest
from damage import count_readable_cuts

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.read_options import ReadOptions
from ecg_anomaly.records.resting.muse_record import read_muse
from lab.fuzzing.xml_writers import write_muse


@pytest.fixture
def read(tmp_path: Path):
    def read(content: bytes, options: ReadOptions | None = None):
        path = tmp_path / "e.xml"
        path.write_bytes(content)
        return read_muse(path, options or ReadOptions())

    return read


def test_the_samples_are_those_that_were_written(read, leads):
    recording = read(write_muse(leads, 500, 4.88))
    assert (recording.fs, recording.n_samples) == (500.0, 600)
    assert recording.leads == ("I", "II", "V1", "V6", "III", "aVR", "aVL", "aVF")
    stored = np.stack([*leads.values()], axis=1)
    found = recording.read(0, 600)
    np.testing.assert_array_equal(found[:, :4], (stored * 4.88 * 1e-3).astype(np.float32))
    np.testing.assert_allclose(found[:, 4], found[:, 1] - found[:, 0], atol=1e-6)


def test_the_rhythm_is_read_and_not_the_median_beat(read, leads, few):
    median = write_muse(few, 500, kind="Median").decode()
    rhythm = write_muse(leads, 500).decode()
    waveform = median[median.index("<Waveform>") : median.index("</RestingECG>")]
    recording = read(rhythm.replace("<Waveform>", f"{waveform}<Waveform>", 1).encode())
    assert recording.n_samples == 600
    with pytest.raises(UserError, match="no waveform of the rhythm"):
        read(median.encode())
    second = rhythm[rhythm.index("<Waveform>") : rhythm.index("</RestingECG>")]
    both = rhythm.replace("</RestingECG>", f"{second}</RestingECG>")
    assert "the first of 2 waveforms of a rhythm is read" in read(both.encode()).notes


@pytest.mark.parametrize(
    ("base", "exponent", "fs"), [("500", "0", 500), ("50", "1", 500), ("5000", "-1", 500)]
)
def test_the_rate_is_a_base_times_a_power_of_ten(read, leads, base, exponent, fs):
    text = write_muse(leads, 500).decode()
    text = text.replace("<SampleBase>500", f"<SampleBase>{base}")
    text = text.replace("<SampleExponent>0", f"<SampleExponent>{exponent}")
    assert read(text.encode()).fs == fs


def test_a_wrong_checksum_is_an_error_unless_it_is_accepted(read, few):
    content = write_muse(few, 500).replace(b"<LeadDataCRC32>", b"<LeadDataCRC32>1")
    with pytest.raises(UserError, match=r"checksum of V1 is \d+, not 1\d+.*--accept-checksum"):
        read(content)
    (note,) = read(content, ReadOptions(accept_checksum=True)).notes
    assert note.startswith("checksum of V1 is")
    assert read(write_muse(few, 500, checksums=False)).notes == ()


def test_an_electrode_that_was_off_is_said(read, few):
    content = write_muse(few, 500).replace(b"<LeadOff>FALSE", b"<LeadOff>TRUE")
    assert read(content).notes == ("the recorder says that the electrode of V1 was off",)


@pytest.mark.parametrize(
    ("former", "new", "rule"),
    [
        ("<SampleBase>500", "<SampleBase>x", "sampling rate is 0"),
        ("<SampleExponent>0", "<SampleExponent>400", "sampling rate is 0"),
        ("<SampleCount", "", "no whole XML"),
        ("CountTotal>12", "CountTotal>13", "12 of 13 samples"),
        ("CountTotal>12", "CountTotal>-1", "12 of -1 samples"),
        ("CountTotal>12", "CountTotal>1e400", "12 of inf samples"),
        ("SampleSize>2", "SampleSize>4", "samples of 4 bytes"),
        ("PerBit>4.88", "PerBit>nan", "no amplitude per bit"),
        ("PerBit>4.88", "PerBit>0", "no amplitude per bit"),
        ("MICROVOLTS", "PASCAL", "unit 'PASCAL'"),
        ("<WaveFormData>", "<WaveFormData>%", "no Base64"),
        ("LeadData>", "Lead>", "without leads"),
    ],
)
def test_a_file_that_makes_no_sense_is_refused(read, few, former, new, rule):
    text = write_muse(few, 500, checksums=False).decode()
    content = text.replace(former, new) if former in text else text[:-20]
    with pytest.raises(UserError, match=rule):
        read(content.encode())


def test_fewer_samples_than_there_are_may_be_announced(read, few):
    assert read(write_muse(few, 500).replace(b"CountTotal>12", b"CountTotal>10")).n_samples == 10


def test_a_file_that_was_cut_off_anywhere_is_refused_in_one_line(tmp_path, few):
    assert count_readable_cuts(tmp_path / "e.xml", write_muse(few, 500).strip(), read_muse) == 0
