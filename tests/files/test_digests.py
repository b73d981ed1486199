import hashlib

from ecg_anomaly.files.digests import file_sha256, folder_sha256, parse_sha256sums


def test_file_digest_is_that_of_its_bytes(tmp_path):
    (tmp_path / "x").write_bytes(b"abc")
    assert file_sha256(tmp_path / "x") == hashlib.sha256(b"abc").hexdigest()


def test_folder_digest_sees_names_and_content_but_not_the_place(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name / "sub").mkdir(parents=True)
        (tmp_path / name / "sub" / "x").write_bytes(b"abc")
        (tmp_path / name / "y").write_bytes(b"")
    one = folder_sha256(tmp_path / "one")
    assert one == folder_sha256(tmp_path / "two")
    (tmp_path / "two" / "y").rename(tmp_path / "two" / "z")
    assert folder_sha256(tmp_path / "two") != one
    (tmp_path / "one" / "sub" / "x").write_bytes(b"abd")
    assert folder_sha256(tmp_path / "one") != one


def test_sums_are_read_in_text_and_binary_notation():
    text = "AB12  a.dat\n\ncd34 *with space.hea\n"
    assert parse_sha256sums(text) == {"a.dat": "ab12", "with space.hea": "cd34"}
