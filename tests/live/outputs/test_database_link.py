from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Column, MetaData, Table, Text, text

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.live.outputs.database_link import DatabaseLink


def test_what_is_begun_is_committed_or_leaves_nothing(tmp_path):
    link = DatabaseLink(str(tmp_path / "a.sqlite"))
    with link.begin() as begun:
        begun.execute(text("create table words (word text)"))

    def write_two():
        with link.begin() as begun:
            begun.execute(text("insert into words values ('one')"))
            begun.execute(text("insert into absent values (1)"))

    with pytest.raises(UserError, match=r"failed \(no such table: absent\)"):
        write_two()
    with link.begin() as begun:
        assert begun.execute(text("select count(*) from words")).scalar() == 0
        assert begun.execute(text("pragma journal_mode")).scalar() == "wal"
    link.close()


def test_tables_that_several_create_at_once_are_there_for_all(tmp_path):
    tables = MetaData()
    for k in range(5):
        Table(f"t{k}", tables, Column("word", Text))
    links = [DatabaseLink(str(tmp_path / "a.sqlite")) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(link.prepare, tables) for link in links]:
            done.result()
    for link in links:
        with link.begin() as begun:
            assert begun.execute(text("select count(*) from t4")).scalar() == 0
        link.close()


@pytest.mark.parametrize("url", ["nothing://x", "postgresql+nothing://me:secret@a", "://"])
def test_what_is_no_database_is_said_without_its_password(url):
    with pytest.raises(UserError, match=r"is no database|failed") as raised:
        DatabaseLink(url)
    assert "secret" not in str(raised.value)


def test_a_folder_that_is_not_there_is_said(tmp_path):
    link = DatabaseLink(str(tmp_path / "nothing" / "a.sqlite"))
    with pytest.raises(UserError, match="unable to open"), link.begin():
        pass
