import struct
from pathlib import Path

import numpy as np
import pytest
from damage import count_readable_cuts

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.read_options import ReadOptions
from ecg_anomaly.records.scp.scp_record import read_scp
from lab.fuzzing.scp_writer import (
    complex_section,
    encode_default,
    join_sections,
    lead_section,
    signal_section,
    take_differences,
    write_scp,
)

DEFAULT = struct.pack("<H", 19999)


@pytest.fixture
def read(tmp_path: Path):
    def read(record: bytes, options: ReadOptions | None = None):
        path = tmp_path / "rest 1.scp"
        path.write_bytes(record)
        return read_scp(path, options or ReadOptions())

    return read


@pytest.mark.parametrize("coded", [True, False])
@pytest.mark.parametrize("order", [0, 1, 2])
def test_the_samples_are_those_that_were_written(read, leads, order, coded):
    recording = read(write_scp(leads, 2000, 2500, order, coded))
    assert (recording.name, recording.fs, recording.n_samples) == ("rest 1", 500.0, 600)
    assert recording.leads == ("I", "II", "V1", "V6", "III", "aVR", "aVL", "aVF")
    expected = np.stack([*leads.values()], axis=1) * 0.0025
    np.testing.assert_array_equal(recording.read(0, 600, [0, 1, 2, 3]), expected.astype(np.float32))


def test_a_rate_that_was_rounded_to_microseconds_is_whole(read, few):
    assert read(write_scp(few, 1667)).fs == 600.0
    with pytest.raises(UserError, match="sampling rate is 50 Hz"):
        read(write_scp(few, 20000))


def parts(rows, nanovolts: int, order: int = 2, interval_us: int = 2000, flag: int = 0) -> bytes:
    coded = [encode_default(take_differences(np.asarray(row), order)) for row in rows]
    return signal_section(coded, nanovolts, interval_us, order, flag)


def subtracted(signal: np.ndarray, beat: np.ndarray, flags: int = 5, **others) -> dict[int, bytes]:
    """Return sections of a lead from which a beat in a coarser unit was subtracted twice."""
    residual = signal.copy()
    for middle in (150, 400):
        residual[middle - 20 : middle + 30] -= 2 * beat
    spans = [(0, 131, 151, 180), (1, 251, 271, 300), (0, 381, 401, 430)]
    return {
        2: DEFAULT, 3: lead_section([(1, 600, 3)], flags), 4: complex_section(100, 21, spans),
        5: parts([beat], 5000, interval_us=others.pop("beat_us", 2000)),
        6: parts([residual], 2500, **others),
    }  # fmt: skip


@pytest.fixture
def beat() -> np.ndarray:
    return np.rint(300 * np.hanning(50)).astype(int)


def test_the_reference_beat_is_added_where_it_was_subtracted(read, leads, beat):
    recording = read(join_sections(subtracted(leads["V1"], beat)))
    expected = (leads["V1"] * 0.0025).astype(np.float32)
    np.testing.assert_array_equal(recording.read(0, 600)[:, 0], expected)
    as_it_is = read(join_sections(subtracted(leads["V1"], beat, flags=4)))
    assert np.abs(as_it_is.read(0, 600)[:, 0] - expected).max() == pytest.approx(1.5, abs=0.01)


def test_leads_that_follow_each_other(read, leads):
    rows = [(1, 600, 3), (601, 1200, 8)]
    sections = {2: DEFAULT, 3: lead_section(rows), 6: parts([leads["V1"], leads["V6"]], 2500)}
    recording = read(join_sections(sections))
    assert (recording.leads, recording.n_samples) == (("V1", "V6"), 1200)
    assert np.isfinite(recording.read(0, 1200)).sum(axis=0).tolist() == [600, 600]


def test_calibration_pulses_are_left_out(read, leads):
    rows = [(1, 600, 3), (1, 600, 33)]
    sections = {2: DEFAULT, 3: lead_section(rows), 6: parts([leads["V1"], leads["V6"]], 2500)}
    recording = read(join_sections(sections))
    assert recording.leads == ("V1",)
    assert [left.why for left in recording.left_out] == ["calibration pulses"]


@pytest.mark.parametrize("flags", [4, 5])
def test_bimodal_compression_is_refused_with_a_way_out(read, leads, beat, flags):
    sections = subtracted(leads["V1"], beat, flags, flag=1, beat_us=500)
    with pytest.raises(UserError, match=r"bimodal compression.*export the ECG as DICOM or aECG"):
        read(join_sections(sections))
    with pytest.raises(UserError, match="bimodal"):
        read(join_sections(sections, version=29))
    if flags == 4:  # the byte means nothing any more
        assert read(join_sections(sections, version=30)).n_samples == 600
    sections[5] = parts([beat], 5000)  # announced, and nothing is thinned out
    assert read(join_sections(sections)).n_samples == 600


def test_a_rate_of_the_reference_beat_of_its_own_does_not_matter_if_it_is_not_used(
    read, leads, beat
):
    sections = subtracted(leads["V1"], beat, 4, beat_us=500)
    assert read(join_sections(sections)).n_samples == 600
    with pytest.raises(UserError, match="bimodal"):
        read(join_sections(subtracted(leads["V1"], beat, 5, beat_us=500)))


def change(sections: dict[int, bytes], **others: bytes | None) -> dict[int, bytes]:
    changed = {**sections, **{int(key[1:]): body for key, body in others.items()}}
    return {number: body for number, body in changed.items() if body is not None}


@pytest.mark.parametrize(
    ("others", "rule"),
    [
        ({"_3": None}, "no list of leads"),
        ({"_4": None}, "no list of QRS complexes"),
        ({"_5": None}, "no reference beats"),
        ({"_2": b"\1\0\0\0"}, "no Huffman code"),
        ({"_2": None}, "samples"),
        ({"_3": lead_section([(1, 2**32 - 1, 3)], 5)}, "samples of all leads"),
        ({"_3": lead_section([(1, 4_000_000, 3)], 5)}, "4000000 samples in"),
        ({"_4": complex_section(65535, 1, [])}, "lead 1 of section 5"),
        ({"_5": b"\1\2"}, "section 5 ends within its header"),
        ({"_6": b"\1\2"}, "section 6 ends within its header"),
        ({"_6": signal_section([b"ab"], 2500, 2000, 3)}, "differences of order 3"),
        ({"_6": signal_section([b"ab"], 2500, 0, 2)}, "interval 0"),
        ({"_6": signal_section([b"abc"], 2500, 2000, 2)[:-2]}, "section 6: 2 of 3 bytes"),
        ({"_6": signal_section([b""], 2500, 2000, 2)}, "600 samples in 0 bytes"),
        ({"_6": parts([np.zeros(600, int)], 0)}, "no amplitude per bit"),
    ],
)
def test_what_makes_no_sense_is_refused(read, leads, beat, others, rule):
    sections = change(subtracted(leads["V1"], beat), **others)
    with pytest.raises(UserError, match=rule):
        read(join_sections(sections))


def test_a_file_that_was_cut_off_anywhere_is_refused_in_one_line(tmp_path, few):
    assert count_readable_cuts(tmp_path / "e.scp", write_scp(few), read_scp) == 0
