from pathlib import Path

import edfio
import numpy as np
import pytest
from edf_file import replace_field, replace_onsets, write_edf

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.edf import edf_record
from ecg_anomaly.records.edf.edf_header import read_edf_header
from ecg_anomaly.records.edf.edf_record import EdfRecord
from ecg_anomaly.records.opening import open_record
from ecg_anomaly.records.read_options import ReadOptions

NOTES = [edfio.EdfAnnotation(1, None, "a note for room")]


@pytest.fixture
def signals() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    labels = ["ECG II", "EEG Fpz-Cz", "EKG", "V1"]
    return {label: rng.uniform(-2900, 2900, 256 * 10) for label in labels}


@pytest.fixture
def path(tmp_path: Path, signals) -> Path:
    return write_edf(tmp_path / "night 1.edf", signals, annotations=NOTES)


def test_leads_of_an_ecg_are_read_as_edfio_reads_them(path):
    recording = EdfRecord(path)
    assert (recording.name, recording.fs, recording.n_samples) == ("night 1", 256.0, 2560)
    assert recording.leads == ("II", "EKG", "V1")
    data = [signal.data / 1000 for signal in edfio.read_edf(path).signals]
    expected = np.stack([data[0], data[2], data[3]], axis=1)
    np.testing.assert_allclose(recording.read(0, 2560), expected, atol=1e-6)


@pytest.mark.parametrize("block", [1 << 20, 5000, 100])
def test_any_part_of_an_edf_file_is_that_part_of_the_whole(path, monkeypatch, block):
    whole = EdfRecord(path).read(0, 2560)
    monkeypatch.setattr(edf_record, "BLOCK_BYTES", block)
    edges = np.sort(np.random.default_rng(1).integers(0, 2561, (40, 2)), axis=1).tolist()
    for start, stop in [*edges, [0, 2560], [0, 1], [255, 257], [2559, 2560], [256, 256]]:
        np.testing.assert_array_equal(EdfRecord(path).read(start, stop), whole[start:stop])


@pytest.mark.parametrize("block", [1 << 20, 100])
def test_between_interrupted_data_records_there_is_nothing(path, monkeypatch, block):
    whole = EdfRecord(path).read(0, 2560)
    onsets = ["+5", "+6", "+7", "+10.5", "+11.5", "+12.5", "+13.5", "+14.5", "+20", "+21"]
    replace_onsets(path, onsets)
    monkeypatch.setattr(edf_record, "BLOCK_BYTES", block)
    recording = EdfRecord(path)
    assert recording.n_samples == 17 * 256
    found = recording.read(0, recording.n_samples)
    expected = np.full((17 * 256, 3), np.nan, dtype=np.float32)
    for i, onset in enumerate(onsets):
        start = round((float(onset) - 5) * 256)
        expected[start : start + 256] = whole[i * 256 : (i + 1) * 256]
    np.testing.assert_array_equal(found, expected)
    for start, stop in [(700, 800), (760, 1500), (1400, 1409), (900, 1000), (4000, 4352)]:
        np.testing.assert_array_equal(recording.read(start, stop), expected[start:stop])


def test_rounded_onsets_leave_no_hole_and_no_overlap(path):
    onsets = [f"+{i + (-1) ** i * 0.0015:g}" for i in range(10)]
    whole = EdfRecord(path).read(0, 2560)
    replace_onsets(path, onsets)
    recording = EdfRecord(path)
    assert recording.n_samples == 2560
    np.testing.assert_array_equal(recording.read(0, 2560), whole)


def test_a_signal_of_another_name_is_read_when_it_is_named(path, signals):
    recording = EdfRecord(path, ReadOptions(lead="eeg fpz-cz"))
    assert recording.leads == ("II", "EEG Fpz-Cz", "EKG", "V1")
    found = recording.read(0, 2560)[:, 1]
    np.testing.assert_allclose(found, signals["EEG Fpz-Cz"] / 1000, atol=1e-4)
    with pytest.raises(UserError, match=r"no lead 'III' among ECG II, EEG Fpz-Cz, EKG, V1"):
        EdfRecord(path, ReadOptions(lead="III"))


def test_leads_at_the_highest_rate_are_taken(tmp_path):
    synthetic = [
        edfio.EdfSignal(np.arange(fs * 5.0), fs, label=f"ECG V{i}", physical_dimension="mV")
        for i, fs in enumerate([100, 500, 500], start=1)
    ]
    edfio.Edf(synthetic, data_record_duration=1).write(tmp_path / "x.edf")
    assert EdfRecord(tmp_path / "x.edf").leads == ("V2", "V3")
    slow = EdfRecord(tmp_path / "x.edf", ReadOptions(lead="V1"))
    assert (slow.leads, slow.fs) == (("V1",), 100.0)


@pytest.mark.parametrize(
    ("unit", "scale"),
    [("mV", 1e3), ("V", 1e6), ("\u00b5V", 1.0), ("UV", 1.0), ("\u00c2\u00b5V", 1.0), ("mv", 1e3)],
)
def test_every_unit_of_volts_is_read(path, unit, scale):
    micro = EdfRecord(path).read(0, 2560)[:, 0]
    replace_field(path, "physical dimension", unit, signal=0)
    np.testing.assert_allclose(EdfRecord(path).read(0, 2560)[:, 0], micro * scale, rtol=1e-5)


def test_a_recorder_that_was_cut_off_counts_by_the_size(path):
    replace_field(path, "number of data records", "-1")
    path.write_bytes(path.read_bytes()[:-100])
    assert EdfRecord(path).n_samples == 9 * 256


@pytest.fixture
def cut(path):
    """Cut the file in the third signal of its sixth second."""
    whole = EdfRecord(path)
    header = read_edf_header(path)
    kept = 5 * header.record_samples + header.signals[2].offset + 40
    path.write_bytes(path.read_bytes()[: header.n_bytes + 2 * kept + 1])
    return whole.read(0, 5 * 256), path


def test_of_a_file_that_was_cut_off_every_stored_sample_is_read_and_the_loss_is_said(cut):
    whole, path = cut
    recording = EdfRecord(path)
    assert recording.n_samples == 6 * 256
    assert recording.notes == ("cut off: 5 of 10 data records are whole, the last 4.0 s are lost",)
    found = recording.read(0, recording.n_samples)
    np.testing.assert_array_equal(found[: 5 * 256], whole)
    stored = np.isfinite(found[5 * 256 :]).sum(axis=0)
    assert stored.tolist() == [256, 40, 0]
    np.testing.assert_array_equal(recording.read(1300, 1400), found[1300:1400])
    with pytest.raises(UserError, match=r"truncated, 5 of 10 data records"):
        EdfRecord(path, ReadOptions(strict=True))


@pytest.mark.parametrize(
    ("field", "text"),
    [("physical maximum", "-3000"), ("digital maximum", "-32768"), ("physical minimum", ""),
     ("digital minimum", "x"), ("physical dimension", ""), ("physical minimum", "1e99")],
)  # fmt: skip
def test_a_signal_that_is_not_read_may_be_odd(path, field, text):
    whole = EdfRecord(path).read(0, 2560)
    for signal, kept in ((1, [0, 1, 2]), (2, [0, 2])):  # the EEG, then one of three ECGs
        replace_field(path, field, text, signal)
        recording = EdfRecord(path)
        np.testing.assert_array_equal(recording.read(0, 2560), whole[:, kept])
    assert {signal.name for signal in recording.left_out} == {"EEG Fpz-Cz", "EKG"}


def test_the_unit_of_a_signal_that_states_none_is_the_given_one(path):
    micro = EdfRecord(path).read(0, 2560)
    for signal in (0, 2, 3):
        replace_field(path, "physical dimension", "", signal)
    with pytest.raises(UserError, match=r"signal 'ECG II' has no unit.* --unit"):
        EdfRecord(path)
    found = EdfRecord(path, ReadOptions(unit="V")).read(0, 2560)
    np.testing.assert_allclose(found, micro * 1e6, rtol=1e-5)


@pytest.mark.parametrize("block", [1 << 20, 5000, 100])
@pytest.mark.parametrize("columns", [[1], [2, 0], []])
def test_columns_are_read_in_the_order_asked_for(path, monkeypatch, block, columns):
    whole = EdfRecord(path).read(0, 2560)
    monkeypatch.setattr(edf_record, "BLOCK_BYTES", block)
    found = EdfRecord(path).read(100, 2500, columns)
    np.testing.assert_array_equal(found, whole[100:2500, columns])


def test_gaps_are_known(path):
    replace_onsets(path, [f"+{k}" for k in (0, 1, 2, 3, 4, 5, 6, 7, 3000, 3001)])
    recording = EdfRecord(path)
    assert recording.next_stored(2047) == 2047
    assert recording.next_stored(2048) == 3000 * 256


def test_more_leads_than_a_recording_has_are_refused(tmp_path):
    path = write_edf(tmp_path / "map.edf", {f"ECG {k}": np.zeros(256) for k in range(65)})
    with pytest.raises(UserError, match=r"map\.edf: 65 ECG leads, more than 64"):
        EdfRecord(path)


@pytest.mark.parametrize("block_bytes", [1 << 20, 300])
def test_bdf_has_samples_of_three_bytes(tmp_path, monkeypatch, block_bytes):
    monkeypatch.setattr("ecg_anomaly.records.edf.edf_record.BLOCK_BYTES", block_bytes)
    rng = np.random.default_rng(0)
    stored = rng.integers(-(2**23), 2**23, (2, 1280))
    signals = [
        edfio.BdfSignal.from_digital(
            x, 256.0, label=f"ECG {name}", physical_dimension="uV",
            physical_range=(-262144, 262143.96875), digital_range=(-(2**23), 2**23 - 1),
        )
        for name, x in zip(("II", "V1"), stored.astype(np.int32), strict=True)
    ]  # fmt: skip
    path = tmp_path / "biosemi.bdf"
    edfio.Bdf(signals, data_record_duration=1).write(path)
    record = open_record(path)
    assert (record.leads, record.fs, record.n_samples) == (("II", "V1"), 256.0, 1280)
    expected = np.stack([signal.data for signal in edfio.read_bdf(path).signals], axis=1) / 1000
    np.testing.assert_allclose(record.read(0, 1280), expected, atol=2e-5, rtol=1e-6)
    np.testing.assert_array_equal(record.read(300, 700, [1]), record.read(0, 1280)[300:700, [1]])
    path.write_bytes(path.read_bytes()[:-700])
    assert open_record(path).read(0, 1000).shape == (1000, 2)
