import json

import pytest

from ecg_anomaly.archive import recording_scoring
from ecg_anomaly.archive.manifest import ManifestRow
from ecg_anomaly.archive.recording_scoring import name_failure, read_options, score_entry
from ecg_anomaly.cli.main import main
from ecg_anomaly.files.errors import UserError


def test_a_row_says_what_score_says(chosen, model, sound, tmp_path):
    main(["score", str(sound / "s02"), "--detector", str(model), "--output", str(tmp_path)])
    told = json.loads((tmp_path / "s02.summary.json").read_text())
    row, beats = score_entry(ManifestRow(str(sound / "s02")), chosen, None, beats=True)
    assert row["status"] == "scored"
    assert row["verdict"] == told["verdict"]
    assert row["beats_flagged"] == told["beats"]["flagged"]
    assert row["mean_bpm"] == told["rhythm"]["heart_rate"]["mean_bpm"]
    assert row["detector_sha256"] == told["detector"]["id"]
    assert row["threshold"] == told["detector"]["threshold"]
    assert [f["kind"] for f in row["findings"]] == [f["kind"] for f in told["findings"]]
    assert beats.num_rows == told["beats"]["found"]


def test_the_same_bytes_are_not_scored_again(chosen, records, monkeypatch):
    entry = ManifestRow(str(records / "s01"))
    known, _ = score_entry(entry, chosen, None)
    (records / "s01.hea").touch()
    monkeypatch.setattr(recording_scoring, "_score", None)
    row, _ = score_entry(entry, chosen, known)
    assert row == {**known, "version": row["version"]}


@pytest.mark.parametrize(
    ("spoil", "failure"),
    [
        (lambda path: path.with_suffix(".hea").unlink(), "missing"),
        (lambda path: path.with_suffix(".dat").unlink(), "unreadable"),
        (lambda path: path.with_suffix(".hea").write_text("s01 2"), "unreadable"),
        (lambda path: path.with_suffix(".hea").write_text(""), "unreadable"),
    ],
)
def test_what_cannot_be_read_is_a_row(chosen, records, spoil, failure):
    path = records / "s01"
    spoil(path)
    row, beats = score_entry(ManifestRow(str(path.with_suffix(".hea"))), chosen, None, beats=True)
    assert (row["status"], row["failure"]) == ("failed", failure)
    assert str(path) in row["reason"]
    assert "\n" not in row["reason"]
    assert beats is None


def test_a_defect_of_ours_is_a_row_too(chosen, sound, monkeypatch, capsys):
    monkeypatch.setattr(recording_scoring, "_score", lambda *_: 1 / 0)
    row, _ = score_entry(ManifestRow(str(sound / "s01")), chosen, None)
    assert row["failure"] == "internal error"
    assert "ZeroDivisionError" in row["reason"]
    assert "Traceback" in capsys.readouterr().err


def test_a_manifest_may_say_how_to_read(chosen, sound):
    options = read_options(ManifestRow("x", fs="250", unit="uV", lead="II"))
    assert (options.fs, options.unit, options.lead) == (250.0, "uV", "II")
    for fs in ("fast", "-1", "inf", "nan"):
        row, _ = score_entry(ManifestRow(str(sound / "s01"), fs=fs), chosen, None)
        assert row["reason"].startswith(f"{sound / 's01'}: column fs: {fs!r} is no sampling rate")
        assert row["failure"] == "manifest"


def test_what_a_manifest_says_wrongly_is_said_of_its_columns(chosen, sound):
    for said, rule in (({"unit": "furlong"}, "column unit: "), ({"lead": "aVX"}, "no lead 'aVX'")):
        row, _ = score_entry(ManifestRow(str(sound / "s01"), **said), chosen, None)
        assert rule in row["reason"]
        assert "--" not in row["reason"]
        assert row["failure"] == "manifest"


def test_failures_have_few_names():
    assert name_failure(UserError("a", "no such file", "x")) == "missing"
    assert name_failure(UserError("a", "0.10 s long, a window takes 0.80 s", "x")) == "too short"
    assert name_failure(UserError("a", "the gain is 0", "x")) == "unreadable"
