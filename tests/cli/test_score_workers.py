import pytest

pytestmark = pytest.mark.slow


def test_workers_write_what_one_process_writes(score, records, tmp_path, capsys):
    (records / "bad.hea").write_text("")
    paths = [records / name for name in ("s01", "bad", "s02")]
    assert score(*paths, output=tmp_path / "one") == 1
    first = capsys.readouterr()
    assert score(*paths, "--workers", 2, output=tmp_path / "two") == 1
    second = capsys.readouterr()
    assert first.out.replace("/one/", "/two/") == second.out
    assert first.err.replace("/one/", "/two/") == second.err
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert names == sorted(path.name for path in (tmp_path / "two").iterdir())
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
