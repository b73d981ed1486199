"""Recordings that cannot be scored: one line, status 1, and the others are scored."""

import json
import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from ecg_anomaly.files.digests import file_sha256


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:500])


def errors_of(capsys) -> list[str]:
    lines = capsys.readouterr().err.splitlines()
    return [line for line in lines if line.startswith("error: ")]


def test_one_bad_recording_does_not_stop_the_others(score, records, tmp_path, capsys):
    truncate(records / "s01.dat")
    assert score(records / "s01", records / "absent", records / "s02", "--strict") == 1
    shown = capsys.readouterr()
    errors = [line for line in shown.err.splitlines() if line.startswith("error: ")]
    assert len(errors) == 2
    assert "s01.dat: truncated" in errors[0]
    assert shown.err.splitlines()[-1].startswith("2 of 3 recordings failed: ")
    assert "s02: " in shown.out
    failed = json.loads((tmp_path / "out/failed.json").read_text())
    assert [row["record"] for row in failed] == [str(records / "s01"), str(records / "absent")]
    assert failed[0]["where"].endswith("s01.dat")
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"s02.html", "failed.json"} < names
    assert not any(name.startswith((".", "s01")) for name in names)


def test_a_folder_is_said_to_be_none(score, records, capsys):
    assert score(records) == 1
    assert "records: a folder, not a recording; name a recording in it" in errors_of(capsys)[0]


def test_what_failed_before_is_not_told_again(score, records, tmp_path):
    assert score(records / "absent") == 1
    assert (tmp_path / "out/failed.json").exists()
    assert score(records / "s01") == 0
    assert not (tmp_path / "out/failed.json").exists()


def test_a_checksum_that_is_wrong_leaves_no_result(score, records, tmp_path, capsys):
    content = bytearray((records / "s01.dat").read_bytes())
    content[-7] ^= 2
    (records / "s01.dat").write_bytes(content)
    assert score(records / "s01") == 1
    assert "checksum" in errors_of(capsys)[0]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["failed.json"]


def test_a_defect_of_ours_keeps_its_traceback_and_stops_nothing(
    score, records, tmp_path, capsys, monkeypatch
):
    from ecg_anomaly.cli import score_file as scored

    write = scored.open_results

    def fail_once(folder, recording):
        if recording.name == "s01":
            raise ZeroDivisionError("a defect")
        return write(folder, recording)

    monkeypatch.setattr(scored, "open_results", fail_once)
    assert score(records / "s01", records / "s02") == 1
    shown = capsys.readouterr()
    assert "Traceback" in shown.err
    assert "internal error (ZeroDivisionError: a defect)" in shown.err
    assert "s02: " in shown.out


def test_two_recordings_of_one_name_keep_their_folders(score, records, tmp_path, capsys):
    other = tmp_path / "other"
    shutil.copytree(records, other)
    assert score(records / "s01", other / "s01.hea", records / "s02") == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} >= {"records", "other", "s02.html"}
    shown = capsys.readouterr().out
    for folder in ("records", "other"):
        assert (tmp_path / "out" / folder / "s01.html").is_file()
        assert f"out/{folder}/s01.html" in shown


def test_two_recordings_of_one_name_in_one_folder_are_refused(score, records, tmp_path, capsys):
    assert score(records / "s01", records / "s01.hea") == 1
    assert "would both write s01.*" in errors_of(capsys)[0]
    assert not (tmp_path / "out").exists()


def test_a_dot_in_a_name_makes_no_two_recordings_one(score, records, tmp_path):
    for name in ("rec.1", "rec.2"):
        text = (records / "s01.hea").read_text()
        (records / f"{name}.hea").write_text(text)
    assert score(records / "rec.1", records / "rec.2.hea") == 0
    assert (tmp_path / "out/rec_1.anom").is_file()
    assert (tmp_path / "out/rec_2.anom").is_file()


def test_a_lead_that_no_recording_has_is_named(score, records, capsys):
    assert score(records / "s01", "--lead", "V9") == 1
    assert "no lead 'V9' among MLII, V1" in errors_of(capsys)[0]


@pytest.mark.parametrize(
    ("words", "said"),
    [(["--workers", "0"], "--workers"), (["--threshold", "nan"], "--threshold"),
     (["--threshold", "inf"], "--threshold"), (["--threshold=-inf"], "--threshold"),
     (["--false-alarm-rate", "nan"], "--false-alarm-rate"),
     (["--false-alarm-rate=-0.1"], "--false-alarm-rate"),
     (["--false-alarm-rate", "inf"], "--false-alarm-rate"),
     (["--fs", "nan"], "--fs"), (["--fs", "inf"], "--fs"), (["--fs", "0"], "--fs"),
     (["--false-alarm-rate", "2"], "false_alarm_rate"), (["--fs", "100"], "--fs")],
)  # fmt: skip
def test_an_option_of_no_sense_is_named(score, records, words, said, capsys):
    assert score(records / "s01", *words) == 1
    (error,) = errors_of(capsys)
    assert said in error
    assert "internal" not in error


def test_an_output_that_is_a_file_is_named(score, records, tmp_path, capsys):
    (tmp_path / "out").write_text("")
    assert score(records / "s01") == 1
    assert f"{tmp_path / 'out'}/failed.json: cannot be written" in errors_of(capsys)[0]
    assert (tmp_path / "out").read_text() == ""


@pytest.fixture
def copied(model: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(model, tmp_path / "model"))


def test_a_changed_detector_is_refused_before_anything_is_scored(
    score, records, tmp_path, copied, capsys
):
    content = bytearray((copied / "network.onnx").read_bytes())
    content[50] ^= 1
    (copied / "network.onnx").write_bytes(content)
    assert score(records / "s01", records / "s02", detector=copied) == 1
    assert "network.onnx: changed since" in errors_of(capsys)[0]
    assert not any((tmp_path / "out").iterdir())


@pytest.mark.parametrize(
    ("part", "content"),
    [("detector.json", b"{}"), ("detector.json", b"[1]"), ("detector.json", b"\xff\xfe"),
     ("network.onnx", b"\x08\x09"), ("calibration.npz", b"PK"), ("transform.json", b'{"a": 1}'),
     ("normal_scores.npz", b""), ("network.json", b"null")],
)  # fmt: skip
def test_a_part_of_nonsense_is_refused_even_when_its_digest_fits(
    score, records, copied, part, content, capsys
):
    (copied / part).write_bytes(content)
    digests = json.loads((copied / "sha256.json").read_text())
    (copied / "sha256.json").write_text(json.dumps({**digests, part: file_sha256(copied / part)}))
    assert score(records / "s01", "--false-alarm-rate", 0.1, detector=copied) == 1
    assert errors_of(capsys)


@pytest.mark.parametrize("name", ["absent", "models:/ecg-anomaly@champion"])
def test_a_detector_that_is_not_there_is_named(score, records, name, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    assert score(records / "s01", detector=name) == 1
    assert errors_of(capsys)[0].startswith(f"error: {name}: ")


def test_an_output_that_may_not_be_written_is_named(score, records, capsys):
    former = os.geteuid()
    with TemporaryDirectory() as place:
        Path(place).chmod(0o555)
        if former == 0:  # root may write everything: become somebody who may not
            os.seteuid(65534)
        try:
            status = score(records / "s01", output=Path(place))
        finally:
            os.seteuid(former)
        assert list(Path(place).iterdir()) == []
    assert status == 1
    assert "cannot be written (Permission denied)" in errors_of(capsys)[0]
