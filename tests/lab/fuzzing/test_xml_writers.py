"""Files that are written are XML with the samples in it; the readers are tested with them."""

import base64
import zlib
from xml.etree import ElementTree

import numpy as np
import pytest

from lab.fuzzing.xml_writers import aecg_set, join_series, write_aecg, write_muse, write_philips

LEADS = {"II": np.arange(-50, 50), "V1": np.arange(100) ** 2}
HL7 = "{urn:hl7-org:v3}"


def test_an_aecg_holds_digits_and_times():
    root = ElementTree.fromstring(write_aecg(LEADS, 250.0))
    found = [element.text.split() for element in root.iter(f"{HL7}digits")]
    assert [[int(word) for word in words] for words in found] == [
        x.tolist() for x in LEADS.values()
    ]
    assert [e.attrib["value"] for e in root.iter(f"{HL7}increment")] == ["0.004"]
    two = join_series([aecg_set(LEADS, 250.0, 1.0, start) for start in ("2026", "2027")])
    assert len([*ElementTree.fromstring(two).iter(f"{HL7}sequenceSet")]) == 2


@pytest.mark.parametrize("checksums", [True, False])
def test_a_muse_file_holds_base64_and_checksums(checksums):
    root = ElementTree.fromstring(write_muse(LEADS, 500, checksums=checksums))
    for lead, samples in zip(root.iter("LeadData"), LEADS.values(), strict=True):
        raw = base64.b64decode(lead.findtext("WaveFormData"))
        assert np.frombuffer(raw, "<i2").tolist() == samples.tolist()
        assert int(lead.findtext("LeadDataCRC32")) == (zlib.crc32(raw) if checksums else 0)


def test_a_philips_file_in_every_form():
    form = {}
    for name in ("XLI", "Base64", "Plain"):
        root = ElementTree.fromstring(write_philips(LEADS, 500, form=name))
        (form[name],) = root.iter("{http://www3.medical.philips.com}parsedwaveforms")
    stored = np.concatenate([*LEADS.values()]).tolist()
    assert [int(word) for word in form["Plain"].text.split()] == stored
    assert np.frombuffer(base64.b64decode(form["Base64"].text), "<i2").tolist() == stored
    assert form["XLI"].attrib["compression"] == "XLI"
    assert len(form["XLI"].text) < len(form["Base64"].text)
    assert form["XLI"].attrib["durationperchannel"] == "200"
