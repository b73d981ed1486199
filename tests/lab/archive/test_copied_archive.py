from ecg_anomaly.archive.manifest import read_manifest
from ecg_anomaly.records.opening import open_record
from lab.archive.copied_archive import DISTINCT, archive_command, write_archive


def test_every_row_is_a_recording_of_its_own_that_can_be_opened(tmp_path):
    manifest = write_archive(tmp_path / "all", DISTINCT + 3, 12.0)
    rows = [row.uri for row in read_manifest(str(manifest))]
    assert len(set(rows)) == DISTINCT + 3
    assert {open_record(uri).n_samples for uri in rows} == {12 * 360}


def test_the_command_names_a_detector_only_if_there_is_one(tmp_path):
    assert "--detector" not in archive_command(tmp_path, tmp_path, None)
    assert archive_command(tmp_path, tmp_path, "d", "--beats")[-3:] == [
        "--detector",
        "d",
        "--beats",
    ]
