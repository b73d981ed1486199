"""DICOM recordings: which groups and channels are read, their names and their scale."""

import os
import subprocess
import sys

import numpy as np
import pytest
from damage import count_readable_cuts

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.dicom.dicom_record import read_dicom
from ecg_anomaly.records.read_options import ReadOptions
from lab.fuzzing.dicom_writer import SYNTAXES, DicomCoding, make_channel, make_group, write_dicom
from pipeline_copy import ROOT


@pytest.mark.parametrize("preamble", [True, False])
@pytest.mark.parametrize("counted", [True, False])
@pytest.mark.parametrize("syntax", list(SYNTAXES)[:2])
def test_the_samples_are_those_that_were_written(read, leads, syntax, counted, preamble):
    content = write_dicom([make_group(leads)], DicomCoding(*syntax, counted), preamble)
    record = read(content)
    assert (record.name, record.fs, record.n_samples) == ("1.2.840.99", 500.0, 500)
    assert record.leads == ("II", "V1", "V5")
    assert record.notes == record.left_out == ()
    expected = np.stack([*leads.values()], axis=1) * 0.0025
    np.testing.assert_array_equal(record.read(0, 500), expected.astype(np.float32))


@pytest.mark.parametrize(
    ("channel", "name"),
    [
        (make_channel("Lead aVR (Goldberger)"), "aVR"), (make_channel("Lead I (Einthoven)"), "I"),
        (make_channel("?", "5.6.3-9-3"), "V1"), (make_channel("?", "2:62"), "aVR"),
        (make_channel("?", "MDC_ECG_LEAD_V4"), "V4"), (make_channel("Lead X", "2:16"), "ECG X"),
        (make_channel("ECG unspecified", "2:0"), "ECG lead 0"), (make_channel("ECG"), "ECG"),
    ],
)  # fmt: skip
def test_a_channel_is_named_after_its_lead(read, channel, name):
    group = make_group({"x": np.arange(200)}, channels=[channel])
    assert read(write_dicom([group])).leads == (name,)


def test_amplitudes_have_a_sensitivity_a_baseline_and_a_unit(read):
    stored = np.arange(200)
    channels = [make_channel("II", "", "0.5", "mV", "-7"), make_channel("V1", "", "3", "nV")]
    group = make_group({"II": stored, "V1": stored}, channels=channels)
    found = read(write_dicom([group])).read(0, 200)
    np.testing.assert_allclose(found, np.stack([stored * 0.5 - 7, stored * 3e-6], 1), rtol=1e-6)


def test_other_channels_and_senseless_ones_are_left_out(read, leads):
    channels = [
        make_channel("II", "", "0"), make_channel("Lead V1"),
        make_channel("Arterial pressure", "", "1", "mm[Hg]"),
    ]  # fmt: skip
    record = read(write_dicom([make_group(leads, channels=channels)]))
    assert record.leads == ("V1",)
    assert [(out.name, out.why) for out in record.left_out] == [
        ("II", "sensitivity is 0, baseline 0"), ("Arterial pressure", "unit 'mm[Hg]'"),
    ]  # fmt: skip


def test_an_averaged_beat_is_not_read(read, leads):
    beat = make_group({name: stored[:90] for name, stored in leads.items()}, label="MEDIAN BEAT")
    record = read(write_dicom([beat, make_group(leads)]))
    assert record.n_samples == 500
    assert record.notes == ("group MEDIAN BEAT is not read",)
    with pytest.raises(UserError, match="averaged beats only, no rhythm strip"):
        read(write_dicom([beat]))


def test_what_was_derived_is_read_only_alone(read, leads):
    derived = [
        (tag, kind, "DERIVED" if tag == 0x003A0004 else value)
        for tag, kind, value in make_group(leads, label="FILTERED")
    ]
    assert read(write_dicom([derived])).n_samples == 500
    record = read(write_dicom([derived, make_group({"I": np.arange(300)})]))
    assert (record.leads, record.n_samples) == (("I",), 300)
    assert record.notes == ("group FILTERED is not read",)


def test_groups_follow_each_other_in_time(read):
    groups = [
        make_group({name: np.full(100, i + 1)}, offset_ms=1000.0 * i)
        for i, name in enumerate(("I", "V1", "I"))
    ]
    record = read(write_dicom(groups))
    assert (record.leads, record.n_samples) == (("I", "V1"), 1100)
    found = record.read(0, 1100)
    assert list(np.flatnonzero(np.isfinite(found[:, 0]))) == [*range(100), *range(1000, 1100)]
    assert list(np.flatnonzero(np.isfinite(found[:, 1]))) == [*range(500, 600)]


def test_an_image_is_named_for_what_it_is(read):
    with pytest.raises(UserError, match=r"without a waveform \(modality 'ECG'\)"):
        read(write_dicom([]))


def test_a_lead_that_must_be_there_and_one_to_ignore(read, leads):
    content = write_dicom([make_group(leads)])
    assert read(content, ReadOptions(ignore=("v1",))).leads == ("II", "V5")
    with pytest.raises(UserError, match="no lead 'aVF' among II, V1, V5"):
        read(content, ReadOptions(lead="aVF"))


@pytest.mark.parametrize(("counted", "n_least"), [(True, 69), (False, 0)])
def test_a_file_that_is_cut_anywhere_is_read_or_refused(tmp_path, counted, n_least):
    content = write_dicom([make_group({"II": np.arange(70)})], DicomCoding(counted=counted))
    assert count_readable_cuts(tmp_path / "x.dcm", content, read_dicom) >= n_least


def test_what_pydicom_remarks_is_not_printed(tmp_path):
    content = write_dicom([make_group({"II": np.arange(70)})])
    (tmp_path / "x.dcm").write_bytes(
        content.replace(b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1..1\0\0")
    )
    code = "from ecg_anomaly.records.opening import open_record as o; print(o('x.dcm').leads)"
    command = [sys.executable, "-c", code]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=True, env=environment
    )
    assert (done.stdout, done.stderr) == ("('II',)\n", "")
