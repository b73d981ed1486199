"""Keep events, the signal around alarms and snapshots in a database: SQLite, or another by URL.

An event is kept once: its stream, run, sample and kind name it. So after a restart, what is said
again from the last snapshot on is known, and what was kept and not passed on is passed on then.
"""

import copy
import json
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import delete, func, select

from ecg_anomaly.live.events import Event
from ecg_anomaly.live.outputs.database_link import DatabaseLink
from ecg_anomaly.live.outputs.store_tables import (
    CURSORS,
    EVENTS,
    LONGEST,
    META,
    SNAPSHOTS,
    STRIPS,
)


@dataclass(frozen=True)
class Snapshot:
    """A stream as it was kept: number of its run, position in its source, and its state."""

    run: int
    position: str
    state: bytes


class EventStore:
    """The database.

    Parameters
    ----------
    url : str
        A file of SQLite, or an address as SQLAlchemy writes it (``postgresql+psycopg://...``).
    by : str
        Names the process, the same after a restart: several may share a database, and each passes
        on the events that it kept.

    Attributes
    ----------
    database : DatabaseLink

    Raises
    ------
    UserError
        When it cannot be opened, or another version made it.
    """

    def __init__(self, url: str, by: str = "") -> None:
        self._by, self.database = by, DatabaseLink(url)
        self.database.prepare(META)
        self._insert = self.database.insert
        # Made once: SQLAlchemy takes longer to make a statement than SQLite to execute it.
        once = self._insert(EVENTS).on_conflict_do_nothing()
        self._keep_event = once.returning(EVENTS.c.seq)
        self._move_cursor = self.database.replace_row(CURSORS, "output")
        self._replace_snapshot = self.database.replace_row(SNAPSHOTS, "stream")

    def of(self, by: str) -> "EventStore":
        """Return a store of the same database in which another process keeps its events."""
        other = copy.copy(self)
        other._by = by
        return other

    def keep(self, events: Sequence[Event]) -> list[Event]:
        """Keep events; return those that are new, in order.

        Raises
        ------
        UserError
            When they cannot be kept: the disk is full, the server is gone.
        """
        if not events:
            return []
        new, now = [], time.time()
        with self.database.begin() as link:
            for found in events:
                values = {
                    "stream": found.stream, "run": found.run, "sample": found.sample,
                    "kind": found.kind, "time_s": found.time_s, "said": found.to_json(),
                    "kept_at": now, "kept_by": self._by,
                }  # fmt: skip
                if link.execute(self._keep_event, values).first() is not None:
                    new.append(found)
        return new

    def follow(self, output: str, most: int = 500) -> list[tuple[int, dict[str, Any]]]:
        """Return the next events that an output was not given: their numbers and rows."""
        with self.database.begin() as link:
            name = self._cursor(output)
            at = link.scalar(select(CURSORS.c.seq).where(CURSORS.c.output == name)) or 0
            wanted = select(EVENTS.c.seq, EVENTS.c.said)
            wanted = wanted.where(EVENTS.c.seq > at, EVENTS.c.kept_by == self._by)
            rows = link.execute(wanted.order_by(EVENTS.c.seq).limit(most)).all()
        return [(seq, json.loads(said)) for seq, said in rows]

    def read_after(self, seq: int, most: int = 500) -> list[tuple[int, dict[str, Any]]]:
        """Return the next events of all processes after a number: their numbers and rows."""
        wanted = select(EVENTS.c.seq, EVENTS.c.said).where(EVENTS.c.seq > seq)
        with self.database.begin() as link:
            rows = link.execute(wanted.order_by(EVENTS.c.seq).limit(most)).all()
        return [(number, json.loads(said)) for number, said in rows]

    def begin_following(self, output: str) -> None:
        """Let a new output begin with the next event: what was kept before is not for it."""
        with self.database.begin() as link:
            last = link.scalar(select(func.max(EVENTS.c.seq))) or 0
            link.execute(
                self._insert(CURSORS)
                .values(output=self._cursor(output), seq=last)
                .on_conflict_do_nothing()
            )

    def passed_on(self, output: str, seq: int | None = None) -> None:
        """Take note that an output was given all up to an event; None for all that there are."""
        with self.database.begin() as link:
            if seq is None:
                seq = link.scalar(select(func.max(EVENTS.c.seq))) or 0
            link.execute(self._move_cursor, {"output": self._cursor(output), "seq": seq})

    def _cursor(self, output: str) -> str:
        return f"{output}|{self._by}"[:LONGEST]

    def keep_strip(
        self, alarm: str, run: int, sample: int, fs: float, leads: Sequence[str],
        signal: NDArray[np.float32],
    ) -> None:  # fmt: skip
        """Keep the signal around an alarm, (n, n_leads) in mV, from a sample on."""
        packed = zlib.compress(np.ascontiguousarray(signal, "<f4").tobytes(), 1)
        values = {
            "alarm": alarm, "run": run, "sample": sample, "fs": fs,
            "leads": json.dumps(list(leads)), "signal": packed,
        }  # fmt: skip
        with self.database.begin() as link:
            link.execute(self._insert(STRIPS).values(values).on_conflict_do_nothing())

    def strips(self, alarm: str) -> list[tuple[int, float, list[str], NDArray[np.float32]]]:
        """Return the strips of an alarm: first sample, rate, leads, and (n, n_leads) in mV."""
        with self.database.begin() as link:
            rows = link.execute(select(STRIPS).where(STRIPS.c.alarm == alarm)).all()
        found = []
        for row in sorted(rows, key=lambda row: int(row.sample)):
            leads = json.loads(row.leads)
            signal = np.frombuffer(zlib.decompress(row.signal), "<f4").reshape(-1, len(leads))
            found.append((row.sample, row.fs, leads, signal))
        return found

    def keep_snapshot(self, stream: str, maker: str, kept: Snapshot) -> None:
        """Keep a stream as it is, in the place of its last snapshot."""
        values = {
            "run": kept.run, "position": kept.position, "maker": maker, "state": kept.state,
            "kept_at": time.time(),
        }  # fmt: skip
        with self.database.begin() as link:
            link.execute(self._replace_snapshot, {"stream": stream, **values})

    def snapshot(self, stream: str, maker: str) -> Snapshot | None:
        """Return a stream as it was kept by the same maker; None where it was not."""
        wanted = select(SNAPSHOTS).where(SNAPSHOTS.c.stream == stream, SNAPSHOTS.c.maker == maker)
        with self.database.begin() as link:
            row = link.execute(wanted).one_or_none()
        return Snapshot(row.run, row.position, row.state) if row else None

    def end_run(self, stream: str) -> None:
        """Forget the snapshot of a stream that has ended: its next run starts anew."""
        with self.database.begin() as link:
            link.execute(delete(SNAPSHOTS).where(SNAPSHOTS.c.stream == stream))

    def next_run(self, stream: str) -> int:
        """Return the number of a new run of a stream."""
        with self.database.begin() as link:
            last = link.scalar(select(func.max(EVENTS.c.run)).where(EVENTS.c.stream == stream))
        return (last or 0) + 1

    def alarms(self, stream: str, run: int, what: str, first: int) -> list[tuple[int, str]]:
        """Return the alarms that were "raised" or "acknowledged" from a sample on: where, keys."""
        wanted = select(EVENTS.c.sample, EVENTS.c.said).where(
            EVENTS.c.stream == stream, EVENTS.c.run == run, EVENTS.c.sample >= first,
            EVENTS.c.kind.like(f"alarm.%.{what}"),
        )  # fmt: skip
        with self.database.begin() as link:
            rows = link.execute(wanted.order_by(EVENTS.c.seq))
            return [(at, json.loads(said)["key"]) for at, said in rows]

    def close(self) -> None:
        """Close the links to the database."""
        self.database.close()
