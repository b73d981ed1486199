"""The journal survives whoever is killed over it; a storage that is not there is named."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest
from optuna.trial import TrialState

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.search.storage import mend_journal, open_storage, study_folder
from ecg_anomaly.search.study import begin_study, read_trials

HOLDER = """
import sys, time
sys.path.insert(0, sys.argv[2])
from ecg_anomaly.search.storage import KernelLock
KernelLock(sys.argv[1]).acquire()
print("held", flush=True)
time.sleep(60)
"""


def journal_of(config):
    return study_folder(config.search) / "journal.log"


def test_half_a_line_is_cut_off_and_every_whole_one_stays(begin):
    _, config, parameters, study = begin()
    path = journal_of(config)
    whole = path.read_bytes()
    path.write_bytes(whole + whole[-40:-1])
    again = begin_study(open_storage(config.search), config, parameters, "data")
    assert read_trials(again) == read_trials(study)
    assert path.read_bytes() == whole


def test_a_study_that_is_open_reads_on_after_half_a_line(begin):
    storage, config, _, study = begin()
    with journal_of(config).open("ab") as stream:
        stream.write(b'{"op_code":5,"wor')
    assert len(read_trials(study)) == 1
    study.set_user_attr("later", 1)
    assert study.user_attrs["later"] == 1
    fresh = open_storage(config.search)
    assert fresh.get_study_user_attrs(fresh.get_study_id_from_name("toy"))["later"] == 1
    assert storage.get_study_user_attrs(storage.get_study_id_from_name("toy"))["later"] == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [(b"", b""), (b"a", b""), (b"a\n", b"a\n"), (b"a\nb", b"a\n"), (b"\n\n", b"\n\n")],
)
def test_a_journal_is_mended_to_whole_lines(tmp_path, before, after):
    path = tmp_path / "journal.log"
    path.write_bytes(before)
    mend_journal(path)
    assert path.read_bytes() == after


def test_a_lock_whose_holder_was_killed_is_free_at_once(begin):
    _, config, _, study = begin()
    source = str(Path(__file__).resolve().parents[2] / "src")
    command = [sys.executable, "-c", HOLDER, str(journal_of(config)), source]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        holder.kill()
    with Path(f"{journal_of(config)}.flock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    study.set_user_attr("a", 1)
    assert study.user_attrs["a"] == 1


def test_a_file_that_is_no_journal_is_named_and_left_alone(make_config):
    config = make_config()
    path = journal_of(config)
    path.parent.mkdir()
    path.write_text("hello\nworld\n")
    with pytest.raises(UserError, match=r"journal\.log: not a journal"):
        open_storage(config.search)
    assert path.read_text() == "hello\nworld\n"


def test_a_folder_that_cannot_be_written_is_named(make_config, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot be written"):
        open_storage(make_config(folder=tmp_path / "file").search)


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("postgresql+psycopg://me:secret@127.0.0.1:9/base", "127.0.0.1:9/base"),
        ("sqlite:////no/such/folder/study.db", "no/such/folder"),
        ("nothing://host/base", "nothing"),
        ("hello", "hello"),
    ],
)
def test_a_database_that_cannot_be_reached_is_named_in_one_line_without_its_password(
    make_config, url, word
):
    with pytest.raises(UserError) as caught:
        open_storage(make_config(storage=url).search)
    text = str(caught.value)
    assert text.startswith("search.storage: ")
    assert word in text
    assert "secret" not in text
    assert "\n" not in text


def test_two_processes_write_to_one_journal(begin):
    storage, config, _, study = begin()
    other = open_storage(config.search)
    number = storage.get_study_id_from_name("toy")
    for place, one in enumerate([storage, other] * 20):
        one.set_study_user_attr(number, f"a{place}", os.getpid())
    assert len(study.user_attrs) == 42
    claimed = [one.set_trial_state_values(0, state=TrialState.RUNNING) for one in (storage, other)]
    assert sorted(claimed) == [False, True]
