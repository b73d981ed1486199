from pathlib import Path

import numpy as np
import pytest
from damage import count_readable_cuts

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.read_options import ReadOptions
from ecg_anomaly.records.resting.aecg_record import read_aecg
from lab.fuzzing.xml_writers import aecg_set, join_series, write_aecg


@pytest.fixture
def read(tmp_path: Path):
    def read(content: bytes, options: ReadOptions | None = None):
        path = tmp_path / "trial 1.xml"
        path.write_bytes(content)
        return read_aecg(path, options or ReadOptions())

    return read


def test_the_samples_are_those_that_were_written(read, leads):
    recording = read(write_aecg(leads, 500.0, 2.5))
    assert (recording.name, recording.fs, recording.n_samples) == ("trial 1", 500.0, 600)
    assert recording.leads[:4] == ("I", "II", "V1", "V6")
    expected = np.stack([*leads.values()], axis=1) * 0.0025
    np.testing.assert_array_equal(recording.read(0, 600, [0, 1, 2, 3]), expected.astype(np.float32))


def test_prefixes_and_utf_16_change_nothing(read, leads):
    text = write_aecg(leads, 500.0).decode().replace("UTF-8", "UTF-16")
    recording = read(text.encode("utf-16"))
    whole = recording.read(0, 600)
    other = write_aecg(leads, 500.0).replace(b"<", b"<h:").replace(b"<h:/", b"</h:")
    other = other.replace(b"<h:?", b"<?").replace(b"<h:!", b"<!").replace(b"xmlns=", b"xmlns:h=")
    np.testing.assert_array_equal(read(other).read(0, 600), whole)


def test_sets_of_three_leads_follow_each_other(read, leads):
    sets = [
        aecg_set({name: leads[name]}, 500.0, 2.5, f"2026010203040{i}.200")
        for i, name in enumerate(("V1", "V6", "V1"), start=5)
    ]
    recording = read(join_series(sets))
    assert (recording.leads, recording.n_samples) == (("V1", "V6"), 1600)
    found = np.isfinite(recording.read(0, 1600)).sum(axis=0).tolist()
    assert found == [1200, 600]
    assert "there twice" not in " ".join(recording.notes)


@pytest.mark.parametrize(
    ("former", "new"),
    [
        ("20260102030405.000", "202601020304"), ("20260102030405.000", "20260230"),
        ("20260102030405.000", ""), ('unit="s"', 'unit="ms"'), ('value="0.002"', 'value="0,002"'),
        ("20260102030405.000", "20260102030405.000+0530"),
    ],
)  # fmt: skip
def test_times_are_read_in_every_form(read, leads, former, new):
    content = write_aecg(leads, 500.0).decode().replace(former, new)
    if new == 'unit="ms"':
        content = content.replace('value="0.002"', 'value="2"')
    assert (read(content.encode()).fs, read(content.encode()).n_samples) == (500.0, 600)


def test_times_that_make_no_sense_are_one_time(read, leads):
    times = ("", "in spring", "20260230", "20261301010101")
    names = zip(("I", "II", "V1", "V6"), times, strict=True)
    sets = [aecg_set({name: leads[name]}, 500.0, 2.5, time) for name, time in names]
    assert read(join_series(sets)).n_samples == 600


def test_a_zone_shifts_the_time(read, leads):
    one = {"V1": leads["V1"]}
    sets = [aecg_set(one, 500.0, 2.5, f"20260102{x}") for x in ("030405+0200", "010410+0000")]
    assert read(join_series(sets)).n_samples == 5 * 500 + 600


def test_a_time_without_a_zone_is_that_of_utc(read, leads):
    one = {"V1": leads["V1"]}
    sets = [aecg_set(one, 500.0, 2.5, f"20260102{x}") for x in ("030405", "030410+0000")]
    assert read(join_series(sets)).n_samples == 5 * 500 + 600


def test_relative_times_count_from_the_series(read, leads):
    text = write_aecg(leads, 500.0).decode().replace("TIME_ABSOLUTE", "TIME_RELATIVE")
    text = text.replace('<head value="20260102030405.000"/>', '<head value="2" unit="s"/>')
    assert read(text.encode()).n_samples == 600


def test_scale_and_origin_have_their_own_units(read, leads):
    text = write_aecg(leads, 500.0, 2.5).decode()
    text = text.replace('<origin value="0" unit="uV"/>', '<origin value="3" unit="mV"/>')
    found = read(text.encode()).read(0, 1)[0, 0]
    assert found == pytest.approx(3 + leads["I"][0] * 0.0025)


@pytest.mark.parametrize(
    ("unit", "interval"),
    [("sec", "0.002"), ("ms", "2"), ("US", "2000"), ("", "0.002"), ("min", "4e-5")],
)
def test_every_unit_of_time_is_read(read, few, unit, interval):
    text = write_aecg(few, 500.0).decode().replace('unit="s"', f'unit="{unit}"')
    fs = read(text.replace('value="0.002"', f'value="{interval}"').encode()).fs
    assert fs == pytest.approx(500.0 if unit != "min" else 1 / 0.0024)


def test_a_scale_of_one_and_no_origin(read, few):
    text = write_aecg(few, 500.0, 1.0).decode().replace('<origin value="0" unit="uV"/>', "")
    found = read(text.encode()).read(0, 12)[:, 0]
    np.testing.assert_array_equal(found, (few["V1"] * 1e-3).astype(np.float32))


def test_what_is_no_lead_and_no_rhythm_is_not_read(read, leads):
    text = write_aecg(leads, 500.0).decode().replace("MDC_ECG_LEAD_V1", "MDC_PULS_OXIM_PLETH")
    recording = read(text.encode())
    assert [left.name for left in recording.left_out] == ["MDC_PULS_OXIM_PLETH"]
    with pytest.raises(UserError, match="no series with signals"):
        read(text.replace('"RHYTHM"', '"REPRESENTATIVE_BEAT"').encode())


@pytest.mark.parametrize(
    ("former", "new", "rule"),
    [
        ("increment value", "increment x", "no increment of time"),
        ('value="0.002"', 'value="0"', "no increment of time"),
        ('value="0.002"', 'value="inf"', "no increment of time"),
        ('scale value="2.5"', 'scale value="0"', "scale or origin is no number"),
        ('origin value="0"', 'origin value="nan"', "scale or origin is no number"),
        ('unit="s"', 'unit="mV"', "no increment of time"),
        ('value="0.002"', 'value="2"', "sampling rate is 0.5 Hz"),
        ("TIME_ABSOLUTE", "TIME", "without a sequence of their times"),
        ('unit="uV"', 'unit="mmHg"', "unit 'mmHg'"),
        ('scale value="2.5"', 'scale value="x"', "scale or origin is no number"),
        ("<digits>", "<digits>1 2 x ", "'x' is no number"),
        ("<digits>", "<digits><x/>", None),
        ("</digits>", "</digit>", "no whole XML"),
    ],
)
def test_a_file_that_makes_no_sense_is_refused(read, few, former, new, rule):
    content = write_aecg(few, 500.0).decode().replace(former, new).encode()
    if rule is None:
        assert read(content).n_samples == 12
        return
    with pytest.raises(UserError, match=rule):
        read(content)


def test_a_file_that_was_cut_off_anywhere_is_refused_in_one_line(tmp_path, few):
    assert count_readable_cuts(tmp_path / "e.xml", write_aecg(few, 500.0).strip(), read_aecg) == 0
