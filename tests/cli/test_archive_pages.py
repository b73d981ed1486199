import pytest

from ecg_anomaly.cli.main import main


@pytest.fixture
def table(model, records, tmp_path):
    """Score two recordings, and one that is absent, into a table."""
    manifest = tmp_path / "m.txt"
    manifest.write_text("".join(f"{records / name}\n" for name in ("s01", "s02", "s09")))
    words = ["--detector", str(model), "--output", str(tmp_path / "table"), "--workers", "1"]
    assert main(["archive", str(manifest), *words]) == 0
    return tmp_path / "table"


def test_a_page_and_triage_pages_on_demand(unrendered, table, model, records, tmp_path, capsys):
    words = ["archive-page", str(table), "--output", str(tmp_path / "out")]
    named = ["--detector", str(model)]
    assert main([*words, *named, "--pages", "1"]) == 0
    page = (tmp_path / "out/archive.html").read_text()
    assert page.count('href="recordings/') == 1
    assert main([*words, *named, "--recording", str(records / "s01")]) == 0
    assert main([*words, *named, "--recording", str(records / "s02")]) == 0
    assert main(words) == 0  # rows of one detector only: it need not be named
    page = (tmp_path / "out/archive.html").read_text()
    assert page.count('href="recordings/') == 2
    assert f"3 recordings -> {tmp_path / 'out/archive.html'}" in capsys.readouterr().out


def test_what_cannot_be_shown_is_one_line(unrendered, table, model, tmp_path, capsys):
    assert main(["archive-page", str(tmp_path / "none")]) == 1
    words = ["--detector", str(model), "--output", str(tmp_path / "out")]
    assert main(["archive-page", str(table), *words, "--recording", "/absent"]) == 1
    lines = [line for line in capsys.readouterr().err.splitlines() if line.startswith("error")]
    assert "no table of an archive" in lines[0]
    assert "/absent: no such file" in lines[1]
