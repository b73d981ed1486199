from pathlib import Path

import pytest

from lab.archive import archive_speed


@pytest.fixture
def written(monkeypatch):
    """Give manifests without recordings."""

    def write(folder: Path, n: int, _: float) -> Path:
        folder.mkdir()
        (folder / "manifest.txt").write_text("\n".join(f"r{i}" for i in range(n)))
        return folder / "manifest.txt"

    monkeypatch.setattr(archive_speed, "write_archive", write)


def test_every_way_scores_every_recording_once_and_is_compared_with_score(
    written, tmp_path, monkeypatch, capsys
):
    scored: dict[str, list[str]] = {}

    def way(name: str, took: float):
        def time_it(detector, first, manifest, output, workers):
            output.mkdir()
            scored.setdefault(name, []).extend(manifest.read_text().split())
            return archive_speed.WayTime(2.0, took, 1.0)

        return time_it

    for name, took in (("_time_score", 10.0), ("_time_here", 8.0), ("_time_spark", 11.0)):
        monkeypatch.setattr(archive_speed, name, way(name, took))
    archive_speed.measure_speed(tmp_path, 5, slices=2)
    assert all(sorted(names) == [f"r{i}" for i in range(5)] for names in scored.values())
    said = capsys.readouterr().out
    assert "| score | 2.0 | 20.0 | 1.00 |" in said
    assert "| archive --workers | 2.0 | 16.0 | 0.80 |" in said
    assert "| archive on Spark | 2.0 | 22.0 | 1.10 |" in said


def test_a_million_days_follow_from_the_seconds_of_half_an_hour(capsys):
    archive_speed._project(2.0, 2)
    assert (
        "a million days: 13,333 core hours, at 1.00 s of processor time" in capsys.readouterr().out
    )
