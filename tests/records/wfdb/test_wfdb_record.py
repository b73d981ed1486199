from pathlib import Path

import numpy as np
import pytest
import wfdb

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.read_options import ReadOptions
from ecg_anomaly.records.wfdb.wfdb_files import read_record, write_record
from ecg_anomaly.records.wfdb.wfdb_folder import list_records
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


def test_it_reads_what_wfdb_reads(folder, record):
    recording = WfdbRecord(folder / "r1.hea")
    whole = wfdb.rdrecord(str(folder / "r1")).p_signal.astype(np.float32)
    assert (recording.name, recording.fs, recording.leads) == ("r1", 360.0, ("MLII", "V1"))
    assert recording.n_samples == 1080
    np.testing.assert_array_equal(recording.read(0, 1080), whole)
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
    recording = WfdbRecord(tmp_path / "r.hea", ReadOptions(lead="SLOW"))
    assert (recording.fs, recording.leads) == (125.0, ("slow",))
    np.testing.assert_allclose(recording.read(0, 400)[:, 0], stored[1] / 200, rtol=1e-6)


@pytest.fixture
def segments(tmp_path, make_noise_record):
    """Segments `a`, of MLII and V1, and `b`, of V5 and V1; their signals by name."""
    signals = {}
    for seed, name in enumerate("ab"):
        part = make_noise_record(name, seed)
        write_record(part, tmp_path)
        signals[name] = part.signal
    rename_leads(tmp_path / "b.hea", MLII="V5")
    layout = "~ 0 200/mV 12 0 0 0 0 V1\n~ 0 200/mV 12 0 0 0 0 MLII\n"
    (tmp_path / "layout.hea").write_text("layout 2 360 0\n" + layout)
    return tmp_path, signals


def rename_leads(header: Path, **names: str) -> None:
    text = header.read_text()
    for old, new in names.items():
        assert old in text
        text = text.replace(old, new)
    header.write_text(text)


def join(signals: dict, lines: list[str], leads: tuple[str, ...]) -> np.ndarray:
    """Lay the segments that the lines name end to end, as header(5) says."""
    held = {"a": ("MLII", "V1"), "b": ("V5", "V1"), "~": (), "layout": ()}
    parts = []
    for name, length in (line.split() for line in lines):
        part = np.full((int(length), len(leads)), np.nan, dtype=np.float32)
        for column, lead in enumerate(held[name]):
            part[:, leads.index(lead)] = signals[name][:, column]
        parts.append(part)
    return np.concatenate(parts)


@pytest.mark.parametrize(
    ("lines", "leads"),
    [(["a 1080", "~ 500", "b 1080"], ("MLII", "V1", "V5")),
     (["layout 0", "b 1080", "a 1080"], ("V1", "MLII", "V5")),
     (["a 1080", "a 1080", "~ 1000", "a 1080"], ("MLII", "V1"))],
)  # fmt: skip
@pytest.mark.parametrize("step", [5000, 700, 499])
def test_segments_are_joined_by_the_names_of_their_leads(segments, lines, leads, step):
    folder, signals = segments
    n = sum(int(line.split()[1]) for line in lines)
    (folder / "r.hea").write_text("\n".join([f"r/{len(lines)} 2 360 {n}", *lines, ""]))
    recording = WfdbRecord(folder / "r.hea")
    assert (recording.leads, recording.n_samples) == (leads, n)
    found = [recording.read(a, min(a + step, n)) for a in range(0, n, step)]
    np.testing.assert_array_equal(np.concatenate(found), join(signals, lines, leads))


def test_segments_of_a_record_are_not_listed(segments):
    folder, _ = segments
    (folder / "r1.hea").write_text("r1/2 2 360 1080\nlayout 0\na 1080\n")
    assert list_records(folder) == ["b", "r1"]
    (folder / "r1.hea").write_text("r1/3 2 360 2660\na 1080\n~ 500\nb 1080\n")
    assert list_records(folder) == ["layout", "r1"]


def test_two_leads_of_one_name_stay_two(segments):
    folder, signals = segments
    rename_leads(folder / "a.hea", MLII="ECG", V1="ECG")
    rename_leads(folder / "b.hea", V5="ECG", V1="ECG")
    (folder / "r1.hea").write_text("r1/2 2 360 2160\na 1080\nb 1080\n")
    recording = WfdbRecord(folder / "r1.hea")
    assert recording.leads == ("ECG", "ECG")
    whole = np.concatenate([signals["a"], signals["b"]])
    np.testing.assert_array_equal(recording.read(0, 2160), whole)


@pytest.mark.parametrize(
    ("master", "rule"),
    [
        ("r1/2 2 360 2160\na 1080\nc 1080\n", r"c\.hea: no such header"),
        ("r1/2 2 360 2161\na 1080\nb 1081\n", r"b\.hea: 1080 samples, r1\.hea announces 1081"),
        ("r1/2 2 250 2160\na 1080\nb 1080\n", "no segment at 250 Hz"),
        ("r1/2 2 360 2160\na 1080\nr1 1080\n", "no segment at 360 Hz"),
        ("r1/1 2 360 1080\n~ 1080\n", "stores no signal: every segment is a gap"),
    ],
)
def test_segments_that_do_not_fit_are_refused(segments, master, rule):
    folder, _ = segments
    (folder / "r1.hea").write_text(master)
    refused(folder, rule)


@pytest.mark.parametrize("damage", ["absent", "truncated", "changed"])
def test_damaged_segment_is_refused_by_name(segments, damage):
    folder, _ = segments
    (folder / "r1.hea").write_text("r1/2 2 360 2160\na 1080\nb 1080\n")
    data = (folder / "b.dat").read_bytes()
    (folder / "b.dat").write_bytes(data[:-1] if damage == "truncated" else b"\x07" + data[1:])
    if damage == "absent":
        (folder / "b.dat").unlink()
    refused(folder, r"b\.dat: ")


def refused(folder: Path, rule: str) -> None:
    with pytest.raises(UserError, match=rule) as caught:
        read_record(folder, "r1")
    assert str(folder) in caught.value.where
    assert len(str(caught.value).splitlines()) == 1


def test_a_segment_may_lie_in_a_folder_below(segments):
    folder, signals = segments
    (folder / "below").mkdir()
    for name in ("a.hea", "a.dat"):
        (folder / name).rename(folder / "below" / name)
    (folder / "r.hea").write_text("r/1 2 360 1080\nbelow/a 1080\n")
    recording = WfdbRecord(folder / "r.hea")
    np.testing.assert_array_equal(recording.read(0, 1080), signals["a"])


def flip_a_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 4
    path.write_bytes(content)


@pytest.mark.parametrize(
    "spans",
    [[(0, 1080)], [(0, 600), (600, 1080)], [(600, 1080), (0, 600)], [(0, 700), (500, 1080)],
     [(300, 500), (900, 1080), (0, 400), (450, 950)]],
)  # fmt: skip
def test_a_wrong_checksum_is_found_when_all_has_been_read(folder, spans):
    sound = WfdbRecord(folder / "r1.hea")
    for start, stop in spans * 2:
        sound.read(start, stop)
    flip_a_byte(folder / "r1.dat")
    recording = WfdbRecord(folder / "r1.hea")
    for start, stop in spans[:-1]:
        recording.read(start, stop)
    with pytest.raises(UserError, match=r"r1\.dat: lead \w+ has checksum"):
        recording.read(*spans[-1])


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


@pytest.mark.parametrize("fs", ["0.001", "63", "100001"])
def test_a_rate_of_no_ecg_is_refused(tmp_path, fs):
    write_leads(tmp_path, [{}], fs=fs)
    with pytest.raises(UserError, match=r"r\.hea: sampling rate is "):
        WfdbRecord(tmp_path / "r.hea")


def test_a_lead_that_is_not_there_is_named(folder):
    assert WfdbRecord(folder / "r1.hea", ReadOptions(lead="v1")).leads == ("MLII", "V1")
    with pytest.raises(UserError, match=r"r1\.hea: no lead 'V9' among MLII, V1"):
        WfdbRecord(folder / "r1.hea", ReadOptions(lead="V9"))


@pytest.mark.parametrize("columns", [[0], [1], [1, 0], [0, 1], []])
def test_columns_are_read_in_the_order_asked_for(segments, columns):
    folder, _ = segments
    (folder / "r.hea").write_text("r/4 2 360 2660\nlayout 0\na 1080\n~ 500\nb 1080\n")
    recording = WfdbRecord(folder / "r.hea")
    assert recording.leads == ("V1", "MLII", "V5")
    whole = recording.read(0, 2660)
    np.testing.assert_array_equal(recording.read(100, 2600, columns), whole[100:2600, columns])
    np.testing.assert_array_equal(recording.read(2, 2660, [2, 1, 0]), whole[2:, ::-1])


def test_gaps_are_known_and_so_is_where_they_end(segments):
    folder, _ = segments
    (folder / "r.hea").write_text("r/6 2 360 3660\nlayout 0\n~ 400\na 1080\n~ 500\nb 1080\n~ 600\n")
    recording = WfdbRecord(folder / "r.hea")
    stored = ~np.isnan(recording.read(0, 3660)).all(axis=1)
    for start in (0, 399, 400, 1000, 1479, 1480, 1979, 1980, 3059, 3060, 3659, 3660):
        later = np.flatnonzero(stored[start:])
        assert recording.next_stored(start) == (start + later[0] if len(later) else 3660)


def test_a_month_that_a_cut_off_file_only_announces_is_a_gap(segments):
    folder, _ = segments
    month = 30 * 86_400 * 360
    text = (folder / "a.hea").read_text()
    (folder / "a.hea").write_text(text.replace(" 1080", f" {month}", 1))
    (folder / "r.hea").write_text(f"r/2 2 360 {month + 1080}\na {month}\nb 1080\n")
    recording = WfdbRecord(folder / "r.hea")
    assert [recording.next_stored(at) for at in (0, 1079, 1080)] == [0, 1079, month]


def test_leads_that_are_stored_nowhere_are_none(tmp_path):
    write_leads(tmp_path, [{}])
    text = (tmp_path / "r.hea").read_text()
    absent = "~ 16 200 16 0 0 0 0 L0\n" * 20_000
    (tmp_path / "r.hea").write_text(text.replace("r 1 ", "r 20001 ") + absent)
    recording = WfdbRecord(tmp_path / "r.hea")
    assert recording.leads == ("L0",)
    assert recording.read(0, 400).shape == (400, 1)


@pytest.mark.parametrize("n", [64, 65, 2000])
def test_more_leads_than_a_recording_has_are_refused(tmp_path, n):
    (tmp_path / "r.dat").write_bytes(bytes(2 * n))
    lines = "".join(f"r.dat 16 200 16 0 0 0 0 L{k}\n" for k in range(n))
    (tmp_path / "r.hea").write_text(f"r {n} 360 1\n{lines}")
    if n == 64:
        assert len(WfdbRecord(tmp_path / "r.hea").leads) == n
        return
    with pytest.raises(UserError, match=f"r.hea: {n} ECG leads, more than 64"):
        WfdbRecord(tmp_path / "r.hea")
