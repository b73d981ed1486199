import json
from pathlib import Path

import pytest

from ecg_anomaly.detector.loading import FORMAT, load_detector
from ecg_anomaly.files.digests import file_sha256
from ecg_anomaly.files.errors import UserError

PARTS = [
    "calibration.npz", "detector.json", "network.json", "network.onnx", "normal_scores.npz",
    "transform.json",
]  # fmt: skip


def test_every_part_has_its_digest(folder: Path) -> None:
    assert sorted(json.loads((folder / "sha256.json").read_text())) == PARTS
    assert sorted(p.name for p in folder.iterdir()) == sorted([*PARTS, "sha256.json"])


@pytest.mark.parametrize("part", PARTS)
def test_a_changed_byte_is_refused_by_name(copied: Path, part: str) -> None:
    content = bytearray((copied / part).read_bytes())
    content[len(content) // 2] ^= 1
    (copied / part).write_bytes(content)
    with pytest.raises(UserError, match=f"{part}: changed since"):
        load_detector(copied)


@pytest.mark.parametrize("part", [*PARTS, "sha256.json"])
def test_a_missing_part_is_refused_by_name(copied: Path, part: str) -> None:
    (copied / part).unlink()
    with pytest.raises(UserError, match=part):
        load_detector(copied)


@pytest.mark.parametrize("listing", ["{}", "[]", "3", '{"detector.json": "ab"}', "not json"])
def test_a_listing_that_does_not_name_the_parts_is_refused(copied: Path, listing: str) -> None:
    (copied / "sha256.json").write_text(listing)
    with pytest.raises(UserError):
        load_detector(copied)


@pytest.mark.parametrize("part", PARTS)
def test_a_listing_that_leaves_out_one_part_is_refused(copied: Path, part: str) -> None:
    digests = json.loads((copied / "sha256.json").read_text())
    del digests[part]
    (copied / "sha256.json").write_text(json.dumps(digests))
    with pytest.raises(UserError, match=r"sha256\.json: does not list every part"):
        load_detector(copied)


def test_another_layout_is_refused(copied: Path) -> None:
    path = copied / "detector.json"
    path.write_text(path.read_text().replace(f'"format": {FORMAT}', '"format": 99'))
    digests = json.loads((copied / "sha256.json").read_text())
    digests[path.name] = file_sha256(path)
    (copied / "sha256.json").write_text(json.dumps(digests))
    with pytest.raises(UserError, match="layout 99"):
        load_detector(copied)


def replace_part(model: Path, part: str, content: bytes) -> None:
    (model / part).write_bytes(content)
    digests = json.loads((model / "sha256.json").read_text())
    digests[part] = file_sha256(model / part)
    (model / "sha256.json").write_text(json.dumps(digests))


@pytest.mark.parametrize(
    ("part", "content"),
    [("detector.json", b"{}"), ("detector.json", b"[1]"), ("detector.json", b"\xff\xfe"),
     ("detector.json", b'{"format": 1}'), ("network.onnx", b"\x08\x09"),
     ("calibration.npz", b"PK"), ("transform.json", b'{"a": 1}'), ("transform.json", b"[]"),
     ("network.json", b"null"), ("network.json", b'{"kind": 1}'), ("normal_scores.npz", b"")],
)  # fmt: skip
def test_a_part_of_nonsense_is_refused_even_when_its_digest_fits(
    copied: Path, part: str, content: bytes
) -> None:
    replace_part(copied, part, content)
    with pytest.raises(UserError, match=f"^({copied}|{copied / part}): "):
        load_detector(copied, 0.1)


@pytest.mark.parametrize(
    ("part", "key", "value", "said"),
    [("detector.json", "threshold", {"value": float("nan")}, "threshold is not a number"),
     ("detector.json", "threshold", {"value": None}, "not a readable detector"),
     ("detector.json", "threshold", {}, r"detector\.json: has no 'value'"),
     ("detector.json", "leads", [["MLII"]], "not 96 samples of 4 channels"),
     ("detector.json", "leads", 5, "not a readable detector"),
     ("detector.json", "leads", [[1], [2]], "not lists of names"),
     ("network.json", "kind", "lstm_classifier", "not a readable detector"),
     ("network.json", "samples", 95, "not 95 samples"),
     ("network.json", "features", 17, "4 features, not 17")],
)  # fmt: skip
def test_parts_that_contradict_each_other_are_refused(
    copied: Path, part: str, key: str, value: object, said: str
) -> None:
    content = json.loads((copied / part).read_text())
    assert key in content
    replace_part(copied, part, json.dumps({**content, key: value}).encode())
    with pytest.raises(UserError, match=said):
        load_detector(copied)


@pytest.mark.parametrize(
    ("group", "key"), [("preprocess", "fs"), ("features", "history_s"), ("preprocess", "flat_mv")]
)
def test_a_description_that_lacks_a_key_is_refused_in_one_line(
    copied: Path, group: str, key: str
) -> None:
    content = json.loads((copied / "detector.json").read_text())
    del content[group][key]
    replace_part(copied, "detector.json", json.dumps(content).encode())
    with pytest.raises(UserError, match=key) as caught:
        load_detector(copied)
    assert "\n" not in str(caught.value)


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such detector folder"):
        load_detector(tmp_path / "absent")


@pytest.mark.parametrize("rate", [-0.1, 1.5, float("nan")])
def test_a_rate_that_is_no_share_is_refused(folder: Path, rate: float) -> None:
    with pytest.raises(UserError, match="false_alarm_rate"):
        load_detector(folder, rate)
