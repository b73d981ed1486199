import pytest

from ecg_anomaly.archive.archive_run import run_here
from ecg_anomaly.archive.drift.recording_profile import MEASURES
from ecg_anomaly.archive.drift.site_profiles import list_recordings, read_site
from ecg_anomaly.files.errors import UserError


def test_a_table_and_the_folder_that_it_was_made_of_look_alike(
    prepare, model, chosen, records, tmp_path
):
    list(run_here(prepare(), model))
    table = read_site(str(tmp_path / "table"), model, chosen.sha256)
    folder = read_site(str(records), model, chosen.sha256)
    assert table.keys() == MEASURES.keys()
    assert all((table[name] == folder[name]).all() for name in MEASURES)
    assert all(len(values) == 4 for values in table.values())


def test_what_is_neither_is_one_line(tmp_path, model, chosen):
    for place, words in ((tmp_path / "none", "neither a table"), (tmp_path, "holds no recording")):
        with pytest.raises(UserError, match=words):
            read_site(str(place), model, chosen.sha256)


def test_signals_of_headers_are_no_recordings_of_their_own(records):
    assert {path.suffix for path in list_recordings(str(records))} == {".hea"}
