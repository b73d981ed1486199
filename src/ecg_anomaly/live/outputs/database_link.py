"""Open a database, SQLite or another by URL, with errors that a user can act on."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Executable, MetaData, Table, create_engine, event, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.schema import CreateTable

from ecg_anomaly.files.errors import UserError


class DatabaseLink:
    """A database.

    Parameters
    ----------
    url : str
        A file of SQLite, or an address as SQLAlchemy writes it (``postgresql+psycopg://...``).

    Attributes
    ----------
    insert : callable
        Makes an ``INSERT`` into a table that says what to do about a row that is there already.

    Raises
    ------
    UserError
        When it is no database, or there is no driver for it.
    """

    def __init__(self, url: str) -> None:
        self._name = url if "://" not in url else url.partition("://")[0] + "://..."
        with self._said_plainly():
            address = make_url(url) if "://" in url else make_url(f"sqlite:///{url}")
            local = address.get_backend_name() == "sqlite"
            self._engine = create_engine(address, pool_pre_ping=not local)  # a server may be gone
            if local:
                event.listen(self._engine, "connect", _prepare_sqlite)
        self.insert = postgresql.insert if self._engine.name == "postgresql" else sqlite.insert

    def replace_row(self, table: Table, key: str) -> Executable:
        """Make a statement that puts a row in the place of the one with the same key."""
        new = self.insert(table)
        others = {c.name: new.excluded[c.name] for c in table.columns if c.name != key}
        return new.on_conflict_do_update(index_elements=[key], set_=others)

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Give a link, and commit what was done with it, or nothing if something goes wrong.

        Raises
        ------
        UserError
            When the database fails: the disk is full, the server is gone.
        """
        with self._said_plainly(), self._engine.begin() as link:
            yield link

    def prepare(self, tables: MetaData) -> None:
        """Create the tables that are not there yet.

        Raises
        ------
        UserError
            When a table lacks a column: another version made it.
        """
        try:
            self._create(tables)
        except UserError:  # PostgreSQL, where another process creates them at the same moment
            self._create(tables)
        with self.begin() as link:
            there = inspect(link)
            for table in tables.sorted_tables:
                known = {column["name"] for column in there.get_columns(table.name)}
                lacking = sorted(set(table.columns.keys()) - known)
                if lacking:
                    rule = f"was made by another version (no column {lacking[0]} in {table.name})"
                    way_out = "name another database with --store, or move this one away"
                    raise UserError(self._name, rule, way_out)

    def _create(self, tables: MetaData) -> None:
        with self.begin() as link:
            for table in tables.sorted_tables:
                link.execute(CreateTable(table, if_not_exists=True))

    @contextmanager
    def _said_plainly(self) -> Iterator[None]:
        try:
            yield
        except (ArgumentError, NoSuchModuleError, ImportError) as error:
            rule = f"is no database that can be used ({type(error).__name__})"
            way_out = "name a file, or install its driver (ecg-anomaly[postgresql])"
            raise UserError(self._name, rule, way_out) from error
        except SQLAlchemyError as error:
            reason = str(getattr(error, "orig", error)).splitlines()[0]
            raise UserError(self._name, f"failed ({reason})", "see that it can be used") from error

    def close(self) -> None:
        """Close the links to the database."""
        self._engine.dispose()


def _prepare_sqlite(link: Any, _record: Any) -> None:
    """Write ahead: a killed process loses nothing, and readers do not wait."""
    for command in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000"):
        link.execute(f"PRAGMA {command}")
