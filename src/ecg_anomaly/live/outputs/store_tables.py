"""The tables of the database of live monitoring.

Events are named by stream, run, sample and kind, and numbered as they are kept, so that an output
can remember how far it has come. Strips hold the signal around alarms, snapshots what is known of a
stream, cursors how far outputs are.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

META = MetaData()

#: Characters of a name at most.
LONGEST = 200

_NUMBER = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows of Integer alone

EVENTS = Table(
    "live_events", META,
    Column("seq", _NUMBER, primary_key=True, autoincrement=True),
    Column("stream", String(LONGEST), nullable=False), Column("run", Integer, nullable=False),
    Column("sample", BigInteger, nullable=False), Column("kind", String(LONGEST), nullable=False),
    Column("time_s", Float(53)), Column("said", Text), Column("kept_at", Float(53)),
    Column("kept_by", String(LONGEST), nullable=False),
    UniqueConstraint("stream", "run", "sample", "kind"),
)  # fmt: skip
STRIPS = Table(
    "live_strips", META,
    Column("alarm", String(300), primary_key=True), Column("run", Integer, primary_key=True),
    Column("sample", BigInteger, primary_key=True), Column("fs", Float(53)),
    Column("leads", Text), Column("signal", LargeBinary),
)  # fmt: skip
SNAPSHOTS = Table(
    "live_snapshots", META,
    Column("stream", String(LONGEST), primary_key=True), Column("run", Integer, nullable=False),
    Column("position", String(LONGEST)), Column("maker", String(64)), Column("state", LargeBinary),
    Column("kept_at", Float(53)),
)  # fmt: skip
CURSORS = Table(
    "live_cursors", META,
    Column("output", String(LONGEST), primary_key=True), Column("seq", BigInteger, nullable=False),
)  # fmt: skip
