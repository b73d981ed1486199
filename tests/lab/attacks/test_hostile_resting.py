"""The hostile resting ECGs are what their names say."""

import re
from xml.etree import ElementTree

import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.opening import open_record
from lab.attacks.hostile_resting import (
    write_entities,
    write_lzw_bomb,
    write_many_attributes,
    write_many_elements,
    write_one_bit_samples,
    write_week_of_parts,
)


def test_entities_stand_for_a_billion_numbers(tmp_path):
    text = write_entities(tmp_path).read_text()
    assert re.search(r'<!ENTITY a9 "(&a8;){10}">', text)
    assert "<digits>&a9;0" in text
    with pytest.raises(UserError, match="document type"):
        open_record(tmp_path / "hostile.ecg")


@pytest.mark.parametrize("write", [write_many_elements, write_many_attributes])
def test_elements_and_attributes_fill_the_file(tmp_path, write):
    path = write(tmp_path, 200_000)
    assert 100_000 < path.stat().st_size < 200_100
    root = ElementTree.fromstring(path.read_bytes())
    assert len(root) + sum(len(child.attrib) for child in root) > 10_000


def test_parts_lie_two_hours_apart(tmp_path):
    recording = open_record(write_week_of_parts(tmp_path, 50))
    assert recording.n_samples == 49 * 7200 * 500 + 500
    assert recording.next_stored(500) == 7200 * 500


def test_codes_of_a_bomb_stand_for_many_samples(tmp_path):
    path = write_lzw_bomb(tmp_path, 1000)
    assert path.stat().st_size < 5000
    text = path.read_text().replace('durationperchannel="18"', "")
    path.write_text(text)
    assert open_record(path).n_samples > 300_000


def test_samples_take_one_bit(tmp_path):
    path = write_one_bit_samples(tmp_path, 2, 5000)
    recording = open_record(path)
    assert recording.n_samples == 40_000
    assert path.stat().st_size < recording.n_samples * 2 / 8 + 500
