"""DICOM files that are written are what an independent library reads."""

import io

import numpy as np
import pydicom
import pytest

from lab.fuzzing.dicom_writer import SYNTAXES, DicomCoding, make_channel, make_group, write_dicom

LEADS = {"I": np.arange(6) - 3, "II": np.arange(6) * 100}


@pytest.mark.parametrize("counted", [True, False])
@pytest.mark.parametrize("syntax", SYNTAXES)
def test_pydicom_reads_the_elements(syntax, counted):
    order = syntax[1]
    group = make_group(LEADS, 250.0, "RHYTHM", dtype=f"{order}i2", padding=-32768)
    content = write_dicom([group, group], DicomCoding(*syntax, counted))
    found = pydicom.dcmread(io.BytesIO(content))
    assert found.file_meta.TransferSyntaxUID == SYNTAXES[syntax]
    assert [int(g.NumberOfWaveformSamples) for g in found.WaveformSequence] == [6, 6]
    first = found.WaveformSequence[0]
    assert (first.NumberOfWaveformChannels, float(first.SamplingFrequency)) == (2, 250.0)
    assert first.ChannelDefinitionSequence[1].ChannelSourceSequence[0].CodeMeaning == "II"
    if order == "<":  # pydicom takes every file for one of this order
        np.testing.assert_array_equal(found.waveform_array(0)[:, 1], LEADS["II"] * 2.5)


def test_a_channel_has_code_scale_and_unit():
    group = make_group({"x": np.arange(4)}, channels=[make_channel("x", "2:62", "5", "mV", "7")])
    found = pydicom.dcmread(io.BytesIO(write_dicom([group], preamble=False)), force=True)
    channel = found.WaveformSequence[0].ChannelDefinitionSequence[0]
    assert channel.ChannelSourceSequence[0].CodeValue == "2:62"
    assert channel.ChannelSensitivityUnitsSequence[0].CodeValue == "mV"
    np.testing.assert_array_equal(found.waveform_array(0)[:, 0], np.arange(4) * 5.0 + 7)
