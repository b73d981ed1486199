from lab.archive import archive_speed


def test_the_least_time_of_each_way_is_compared_with_score(tmp_path, monkeypatch, capsys):
    turns = iter(
        [{"score": 12.0, "archive --workers": 11.0}, {"score": 10.0, "archive --workers": 13.0}]
    )
    monkeypatch.setattr(archive_speed, "write_archive", lambda *_: tmp_path)
    monkeypatch.setattr(archive_speed, "_time_ways", lambda *_: list(next(turns).items()))
    monkeypatch.setattr(archive_speed, "_project", lambda *_: None)
    archive_speed.measure_speed(tmp_path, 5, rounds=2)
    said = capsys.readouterr().out
    assert "| score | 10.0 | 1.00 |" in said
    assert "| archive --workers | 11.0 | 1.10 |" in said


def test_a_million_days_follow_from_the_seconds_of_half_an_hour(tmp_path, capsys):
    import pandas as pd

    (tmp_path / "recordings").mkdir()
    pd.DataFrame({"seconds": [0.9, 1.1]}).to_parquet(tmp_path / "recordings/part.parquet")
    archive_speed._project(tmp_path, 2)
    assert (
        "a million days: 13,333 core hours, at 1.00 s for half an hour" in capsys.readouterr().out
    )
