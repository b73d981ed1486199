from pathlib import Path

import numpy as np
import pytest
import wfdb

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.wfdb.wfdb_files import read_record, write_record
from ecg_anomaly.records.wfdb.wfdb_record import WfdbRecord

LINE = "{file} 16{extra} 200(0)/{unit} 16 0 0 {checksum} 0 {name}"


def write_leads(folder: Path, leads: list[dict], fs: str = "250", n: int = 400) -> list[np.ndarray]:
    """Write record r with a 16-bit file per lead; return what is stored."""
    rng = np.random.default_rng(1)
    lines, stored = [], []
    for i, lead in enumerate(leads):
        values = rng.integers(-900, 900, n * lead.get("per_frame", 1)).astype("<i2")
        stored.append(values)
        (folder / f"r{i}.dat").write_bytes(values.tobytes())
        given = {"file": f"r{i}.dat", "extra": "", "unit": "mV", "name": f"L{i}", **lead}
        given.setdefault("checksum", int(values.sum(dtype=np.int64)) % 65536)
        lines.append(LINE.format(**given))
    (folder / "r.hea").write_text(f"r {len(leads)} {fs} {n}\n" + "\n".join(lines) + "\n")
    return stored


def test_it_reads_what_the_pipeline_reads(folder, record):
    recording = WfdbRecord(folder / "r1.hea")
    whole = read_record(folder, "r1")
    assert (recording.name, recording.fs, recording.leads) == ("r1", 360.0, ("MLII", "V1"))
    assert recording.n_samples == 1080
    np.testing.assert_array_equal(recording.read(0, 1080), whole.signal)
    np.testing.assert_array_equal(recording.read(0, 1080), record.signal)


def test_units_are_those_of_the_header(tmp_path):
    leads = [{"unit": "mV"}, {"unit": "uV"}, {"unit": "V"}, {"unit": "mmHg"}]
    stored = write_leads(tmp_path, leads)
    recording = WfdbRecord(tmp_path / "r.hea")
    assert recording.leads == ("L0", "L1", "L2")
    for column, (values, scale) in enumerate(zip(stored, [1, 1e-3, 1e3], strict=False)):
        found = recording.read(0, 400)[:, column]
        np.testing.assert_allclose(found, values / 200 * scale, rtol=1e-6)


@pytest.mark.parametrize("step", [400, 37])
def test_a_lag_is_taken_out(tmp_path, step):
    stored = write_leads(tmp_path, [{}, {"extra": ":5"}])
    recording = WfdbRecord(tmp_path / "r.hea")
    parts = [recording.read(a, min(a + step, 400)) for a in range(0, 400, step)]
    found = np.concatenate(parts)
    np.testing.assert_allclose(found[:, 0], stored[0] / 200, rtol=1e-6)
    np.testing.assert_allclose(found[:395, 1], stored[1][5:] / 200, rtol=1e-6)
    assert np.isnan(found[395:, 1]).all()


@pytest.mark.parametrize("step", [1600, 101])
def test_frames_of_many_samples_give_the_full_rate(tmp_path, step):
    leads = [{"extra": "x4", "per_frame": 4}, {"name": "slow"}, {"extra": "x4:3", "per_frame": 4}]
    stored = write_leads(tmp_path, leads, fs="62.5")
    recording = WfdbRecord(tmp_path / "r.hea")
    assert (recording.fs, recording.n_samples) == (250.0, 1600)
    assert recording.leads == ("L0", "L2")
    parts = [recording.read(a, min(a + step, 1600)) for a in range(0, 1600, step)]
    found = np.concatenate(parts)
    np.testing.assert_allclose(found[:, 0], stored[0] / 200, rtol=1e-6)
    np.testing.assert_allclose(found[:1588, 1], stored[2][12:] / 200, rtol=1e-6)


def test_a_named_lead_brings_its_own_rate(tmp_path):
    leads = [{"extra": "x4", "per_frame": 4}, {"name": "slow"}]
    stored = write_leads(tmp_path, leads, fs="125")
    recording = WfdbRecord(tmp_path / "r.hea", lead="SLOW")
    assert (recording.fs, recording.leads) == (125.0, ("slow",))
    np.testing.assert_allclose(recording.read(0, 400)[:, 0], stored[1] / 200, rtol=1e-6)


@pytest.fixture
def segments(tmp_path, record):
    """Segments `a` and `b` of three seconds; of b the first lead is another."""
    for name in "ab":
        write_record(type(record)(**{**vars(record), "name": name}), tmp_path)
    text = (tmp_path / "b.hea").read_text()
    (tmp_path / "b.hea").write_text(text.replace("MLII", "V5"))
    layout = "~ 0 200/mV 12 0 0 0 0 V1\n~ 0 200/mV 12 0 0 0 0 MLII\n"
    (tmp_path / "layout.hea").write_text("layout 2 360 0\n" + layout)
    return tmp_path


@pytest.mark.parametrize(
    "lines",
    ["r/3 2 360 2660\na 1080\n~ 500\nb 1080\n", "r/3 2 360 2160\nlayout 0\nb 1080\na 1080\n",
     "r/4 2 360 4240\na 1080\na 1080\n~ 1000\na 1080\n"],
)  # fmt: skip
@pytest.mark.parametrize("step", [5000, 700, 499])
def test_segments_are_joined_as_the_pipeline_joins_them(segments, lines, step):
    (segments / "r.hea").write_text(lines)
    whole = read_record(segments, "r")
    recording = WfdbRecord(segments / "r.hea")
    n = recording.n_samples
    assert (recording.leads, n) == (whole.leads, len(whole.signal))
    found = [recording.read(a, min(a + step, n)) for a in range(0, n, step)]
    np.testing.assert_array_equal(np.concatenate(found), whole.signal)


def test_a_segment_may_lie_in_a_folder_below(segments, record):
    (segments / "below").mkdir()
    for name in ("a.hea", "a.dat"):
        (segments / name).rename(segments / "below" / name)
    (segments / "r.hea").write_text("r/1 2 360 1080\nbelow/a 1080\n")
    recording = WfdbRecord(segments / "r.hea")
    np.testing.assert_array_equal(recording.read(0, 1080), record.signal)


def flip_a_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 4
    path.write_bytes(content)


@pytest.mark.parametrize(
    "stretches",
    [[(0, 1080)], [(0, 600), (600, 1080)], [(600, 1080), (0, 600)], [(0, 700), (500, 1080)],
     [(300, 500), (900, 1080), (0, 400), (450, 950)]],
)  # fmt: skip
def test_a_wrong_checksum_is_found_when_all_has_been_read(folder, stretches):
    sound = WfdbRecord(folder / "r1.hea")
    for start, stop in stretches * 2:
        sound.read(start, stop)
    flip_a_byte(folder / "r1.dat")
    recording = WfdbRecord(folder / "r1.hea")
    for start, stop in stretches[:-1]:
        recording.read(start, stop)
    with pytest.raises(UserError, match=r"r1\.dat: lead \w+ has checksum"):
        recording.read(*stretches[-1])


def test_a_file_that_shrinks_while_it_is_read_is_named(folder):
    recording = WfdbRecord(folder / "r1.hea")
    content = (folder / "r1.dat").read_bytes()
    (folder / "r1.dat").write_bytes(content[:300])
    recording.read(0, 100)
    with pytest.raises(UserError, match=r"r1\.dat: truncated"):
        recording.read(0, 1080)


def test_nothing_is_held_of_a_long_gap(tmp_path, folder):
    (folder / "r.hea").write_text(f"r/3 2 360 {10**9 * 2 // 3 + 2160}\nr1 1080\n"
                                  f"~ {10**9 * 2 // 3}\nr1 1080\n")  # fmt: skip
    recording = WfdbRecord(folder / "r.hea")
    assert np.isnan(recording.read(10**8, 10**8 + 5)).all()
    assert np.isfinite(recording.read(recording.n_samples - 1080, recording.n_samples)).all()


def test_missing_samples_are_nan(folder, record):
    values = np.rint(record.signal * 200).astype(np.int64)
    values[5, 1] = -2048
    wfdb.wrsamp(
        "m", fs=360, units=["mV"] * 2, sig_name=["a", "b"], d_signal=values, fmt=["212"] * 2,
        adc_gain=[200.0] * 2, baseline=[0] * 2, write_dir=str(folder),
    )  # fmt: skip
    found = WfdbRecord(folder / "m.hea").read(0, 1080)
    assert np.argwhere(np.isnan(found)).tolist() == [[5, 1]]
