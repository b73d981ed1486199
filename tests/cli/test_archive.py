import pytest

from ecg_anomaly.cli.archive import parse_shard
from ecg_anomaly.cli.main import main
from ecg_anomaly.files.errors import UserError


@pytest.fixture
def archive(model, tmp_path):
    """Return a function that scores a manifest into ``table`` and returns the exit status."""

    def run(manifest, *words: str) -> int:
        options = ["--detector", str(model), "--output", str(tmp_path / "table"), *words]
        return main(["archive", str(manifest), *options])

    return run


def test_an_archive_is_scored_and_a_second_run_scores_nothing(archive, records, tmp_path, capsys):
    manifest = tmp_path / "m.csv"
    names = ["s01", "s02", "s02", "s09"]
    manifest.write_text("uri\n" + "".join(f"{records / name}.hea\n" for name in names))
    assert archive(manifest, "--workers", "1") == 0
    shown = capsys.readouterr()
    assert "1 failed, 2 scored -> " in shown.out
    assert "Not a medical device" in shown.out
    assert "rows left out that name a recording again: 1" in shown.err
    assert archive(manifest, "--shard", "0/1") == 0
    assert "1 failed, 2 there already" in capsys.readouterr().out


@pytest.mark.parametrize("words", [("--shard", "2/2"), ("--shard", "1"), ("--workers", "0")])
def test_an_option_that_makes_no_sense_is_one_line(archive, tmp_path, capsys, words):
    (tmp_path / "m.txt").write_text("x\n")
    assert archive(tmp_path / "m.txt", *words) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"error: {words[0]}: ")


def test_a_bad_manifest_is_one_line(archive, tmp_path, capsys):
    assert archive(tmp_path / "none.csv") == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "no such manifest" in line


def test_shards_count_from_zero():
    assert parse_shard("0/4") == (0, 4)
    with pytest.raises(UserError, match="give i/n"):
        parse_shard("4/4")
