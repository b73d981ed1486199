"""The command `score`: files, printed lines, options, stopping it."""

ENDINGS = [".anom", ".beats.csv", ".html", ".summary.json"]


def test_every_recording_gets_its_four_files(score, records, tmp_path, capsys):
    assert score(records / "s01", records / "s02.hea") == 0
    written = sorted(path.name for path in (tmp_path / "out").iterdir())
    files = [f"{name}{ending}" for name in ("s01", "s02") for ending in ENDINGS]
    assert written == sorted(["index.html", *files])
    lines = capsys.readouterr().out.splitlines()
    of_recordings = [line.split(":")[0] for line in lines if not line.startswith("  ")]
    assert of_recordings[:2] == ["s01", "s02"]
    assert lines[-1].startswith("Not a medical device")
    assert lines[1].startswith("  nothing critical")


def test_two_runs_give_the_same_bytes(score, records, tmp_path):
    for output in (tmp_path / "a", tmp_path / "b"):
        assert score(records / "s01", output=output) == 0
    for ending in ENDINGS:
        first, second = ((tmp_path / x / f"s01{ending}").read_bytes() for x in "ab")
        assert first == second
