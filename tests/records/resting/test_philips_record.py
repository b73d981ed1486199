from pathlib import Path

import numpy as np
import pytest
from damage import count_readable_cuts

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.read_options import ReadOptions
from ecg_anomaly.records.resting.philips_record import read_philips
from lab.fuzzing.xml_writers import write_philips

FORMS = ["XLI", "Base64", "Plain"]


@pytest.fixture
def read(tmp_path: Path):
    def read(content: bytes, options: ReadOptions | None = None):
        path = tmp_path / "e.xml"
        path.write_bytes(content)
        return read_philips(path, options or ReadOptions())

    return read


@pytest.mark.parametrize("form", FORMS)
def test_the_samples_are_those_that_were_written(read, leads, form):
    recording = read(write_philips(leads, 500, 5, form))
    assert (recording.fs, recording.n_samples) == (500.0, 600)
    assert recording.leads[:4] == ("I", "II", "V1", "V6")
    expected = np.stack([*leads.values()], axis=1) * 0.005
    np.testing.assert_array_equal(recording.read(0, 600, [0, 1, 2, 3]), expected.astype(np.float32))


def version_103(content: bytes) -> bytes:
    """Say as version 1.03 what version 1.04 says in attributes."""
    text = (
        content.decode().replace('leadlabels="I II V1 V6" ', "").replace('numberofleads="4" ', "")
    )
    text = text.replace('compression="XLI"', 'compressflag="True" compressmethod="XLI"')
    text = text.replace("resolution>", "signalresolution>")
    return text.replace(
        "</signalch", "<acquisitiontype>STD-12</acquisitiontype></signalch"
    ).encode()


def test_version_1_03_names_no_leads(read, leads):
    recording = read(version_103(write_philips(leads, 500)))
    assert recording.leads == ("I", "II", "III", "aVR", "aVL", "aVF")
    assert recording.notes == ("computed from leads I and II: aVL, aVF",)
    other = version_103(write_philips(leads, 500)).replace(b"STD-12", b"HOLTER")
    assert read(other).leads == tuple(f"ECG Channel {i}" for i in range(1, 5))


def test_a_shift_of_the_stored_values_is_undone(read, leads):
    text = write_philips(leads, 500, 5, "Base64").decode()
    text = text.replace("bitspersample=", 'signaloffset="7" bitspersample=')
    found = read(text.encode()).read(0, 600)
    np.testing.assert_allclose(found[:, 2], (leads["V1"] - 7) * 0.005, atol=1e-6)


def test_samples_without_sign(read, few):
    text = write_philips({"V1": few["V1"] + 40000}, 500, 5, "Base64").decode()
    text = text.replace(
        "bitspersample=", 'signalsigned="False" signaloffset="40000" bitspersample='
    )
    np.testing.assert_allclose(read(text.encode()).read(0, 12)[:, 0], few["V1"] * 0.005, atol=1e-6)


def test_a_lead_that_is_longer_or_shorter_than_announced(read, few):
    text = write_philips(few, 500).decode()
    assert read(text.replace('channel="24"', 'channel="20"').encode()).n_samples == 10
    longer = text.replace('channel="24"', 'channel="28"').encode()
    recording = read(longer)
    assert recording.n_samples == 12
    assert recording.notes == ("cut off: a lead has 12 samples, not 14 as the file says",)
    with pytest.raises(UserError, match="truncated"):
        read(longer, ReadOptions(strict=True))


def test_without_a_duration_leads_share_what_is_there(read, leads):
    text = write_philips(leads, 500, 5, "Base64").decode().replace("durationperchannel", "x")
    recording = read(text.encode())
    assert recording.n_samples == 600
    np.testing.assert_allclose(recording.read(0, 600)[:, 3], leads["V6"] * 0.005, atol=1e-6)
    with pytest.raises(UserError, match="2400 samples, too few for 4 leads of 601"):
        read(text.replace('x="1200"', 'durationperchannel="1202"').encode())


def test_a_loss_is_that_of_the_shortest_lead(read, leads):
    shorter = {"V1": leads["V1"], "V6": leads["V6"][:500]}
    recording = read(write_philips(shorter, 500))
    assert recording.notes == ("cut off: a lead has 500 samples, not 600 as the file says",)
    assert np.isfinite(recording.read(0, 600)).sum(axis=0).tolist() == [600, 500]


@pytest.mark.parametrize(
    ("former", "new", "rule"),
    [
        ("<samplingrate>500", "<samplingrate>x", "sampling rate is 0"),
        ("<resolution>5", "<resolution>0", "no amplitude per bit"),
        ("parsedwaveforms", "waveform", "no waveforms"),
        ('numberofleads="1"', 'numberofleads="3"', "1 names of 3 leads"),
        ('numberofleads="1"', 'numberofleads="1e400"', None),
        ('channel="24"', 'channel="1e300"', "too few for 1 leads"),
        ('channel="24"', 'channel="nan"', None),
        ('channel="24"', 'channel="inf"', None),
        ('bitspersample="16"', 'bitspersample="12"', "samples of '12' bits"),
        ('encoding="Base64"', 'encoding="Hex"', "encoding 'hex'"),
        ("<parsedwaveforms ", '<parsedwaveforms compression="LZ" ', "compression 'lz'"),
        ('encoding="Base64"', 'encoding="Plain"', "is no number"),
    ],
)  # fmt: skip
def test_a_file_that_makes_no_sense_is_refused(read, few, former, new, rule):
    text = write_philips(few, 500, 5, "Base64").decode()
    assert former in text
    content = text.replace(former, new).encode()
    if rule is None:
        assert read(content).n_samples == 12
        return
    with pytest.raises(UserError, match=rule):
        read(content)


def test_plain_numbers_may_be_missing_or_absurd(read, few):
    text = write_philips(few, 500, 5, "Plain").decode().replace('bitspersample="16">', "> NaN ")
    assert np.isnan(read(text.encode()).read(0, 2)[:, 0]).tolist() == [True, False]
    with pytest.raises(UserError, match="an amplitude of"):
        read(text.replace("NaN", "1e300").encode())


@pytest.mark.parametrize("form", FORMS)
def test_a_file_that_was_cut_off_anywhere_is_refused_in_one_line(tmp_path, few, form):
    content = write_philips(few, 500, 5, form).strip()
    assert count_readable_cuts(tmp_path / "e.xml", content, read_philips) == 0
