"""The delivery ledger: who was sent which revision, and how that ended.

A row of SQLite for each way of sending, day, revision and recipient. A row is claimed and synced
to the disk before anything is sent, and marked as begun and synced again before the message itself
is. So a run that dies leaves rows that can safely be sent, and rows that nobody can know of.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from reports.archive.manifest import Revision
from reports.errors import DeliveryError
from reports.store import sync

Status = Literal["claimed", "accepted", "deferred", "refused", "unknown", "bounced"]
Kind = Literal["edition", "correction"]

FILE = "deliveries.sqlite"
_VERSION = 1
_SCHEMA = """
CREATE TABLE deliveries (
    via TEXT, day TEXT, revision INTEGER, key TEXT, address TEXT, kind TEXT, message_id TEXT,
    status TEXT, begun INTEGER, attempts INTEGER, hard INTEGER, at TEXT, reply TEXT,
    PRIMARY KEY (via, day, revision, key)
) WITHOUT ROWID;
CREATE INDEX by_message ON deliveries (message_id);
CREATE INDEX by_reader ON deliveries (key, via, day);
CREATE INDEX by_status ON deliveries (status) WHERE status IN ('claimed', 'deferred');
CREATE TABLE history (
    n INTEGER PRIMARY KEY, via TEXT, day TEXT, revision INTEGER, key TEXT,
    at TEXT, status TEXT, reply TEXT
);
CREATE INDEX by_delivery ON history (via, day, revision, key);
CREATE TABLE notices (seal TEXT PRIMARY KEY, at TEXT) WITHOUT ROWID;
CREATE TABLE lifted (key TEXT PRIMARY KEY, at TEXT) WITHOUT ROWID;
CREATE TABLE kept (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
"""
_COLUMNS = (
    "via, day, revision, key, address, kind, message_id, status, begun, attempts, hard, at, reply"
)
_WAIT = 30.0


@dataclass(frozen=True)
class Delivery:
    """What the ledger has of one revision for one recipient."""

    via: str
    """How it goes: `smtp`, or `outbox` for files."""
    revision: Revision
    key: str
    address: str
    kind: Kind
    message_id: str
    status: Status
    begun: bool
    """The message itself may have been on its way when this was last written."""
    attempts: int
    hard: bool
    """It failed for good because of the address."""
    at: str
    reply: str


@dataclass(frozen=True)
class Claim:
    """A message that is about to be sent."""

    key: str
    address: str
    kind: Kind
    message_id: str


@dataclass(frozen=True)
class Ledger:
    """An open ledger; `open_ledger` makes it."""

    connection: sqlite3.Connection
    path: Path

    def of(self, via: str, day: date, keys: Sequence[str]) -> dict[str, list[Delivery]]:
        """Return what some recipients were sent of a day, by recipient, the newest first."""
        found: dict[str, list[Delivery]] = {}
        query = (
            f"SELECT {_COLUMNS} FROM deliveries WHERE via = ? AND day = ? "  # noqa: S608
            f"AND key IN ({_marks(keys)}) ORDER BY revision DESC"
        )
        for row in self._rows(query, (via, day.isoformat(), *keys)):
            found.setdefault(row.key, []).append(row)
        return found

    def claim(self, via: str, revision: Revision, claims: Sequence[Claim], at: str) -> None:
        """Claim rows that were not sent yet; synced when this returns.

        Only the holder of the lock claims: `sending` looked at each row under it.
        """
        with self._writing(durable=True) as connection:
            for claim in claims:
                place = (via, revision.as_of.isoformat(), revision.number, claim.key)
                connection.execute(
                    f"INSERT INTO deliveries ({_COLUMNS}) "  # noqa: S608
                    "VALUES (?, ?, ?, ?, ?, ?, ?, 'claimed', 0, 0, 0, ?, '') "
                    "ON CONFLICT DO UPDATE SET status = 'claimed', begun = 0, at = excluded.at, "
                    "kind = excluded.kind, message_id = excluded.message_id "
                    "WHERE status = 'deferred' OR (status = 'claimed' AND NOT begun)",
                    (*place, claim.address, claim.kind, claim.message_id, at),
                )
                self._note(place, at, "claimed", "")

    def begin(self, via: str, revision: Revision, key: str) -> None:
        """Note that a message is about to go out; synced when this returns."""
        with self._writing(durable=True) as connection:
            changed = connection.execute(
                "UPDATE deliveries SET begun = 1 WHERE via = ? AND day = ? AND revision = ? "
                "AND key = ? AND status = 'claimed' AND begun = 0",
                (via, revision.as_of.isoformat(), revision.number, key),
            )
            if changed.rowcount != 1:
                raise DeliveryError(
                    f"{revision} for {key} is no longer ours to send",
                    "another run has the ledger: see that its folder is on a local disk",
                )

    def settle(
        self,
        via: str,
        revision: Revision,
        key: str,
        status: Status,
        at: str,
        reply: str,
        *,
        hard: bool = False,
    ) -> None:
        """Note how a delivery ended, unless a bounce was faster than the server's answer.

        It is on the disk with the next claim at the latest. Power that fails before leaves it
        claimed, or unknown where the message had begun, and neither is sent twice.
        """
        with self._writing(durable=False) as connection:
            place = (via, revision.as_of.isoformat(), revision.number, key)
            connection.execute(
                "UPDATE deliveries SET status = ?, begun = 0, attempts = attempts + 1, hard = ?, "
                "at = ?, reply = ? WHERE via = ? AND day = ? AND revision = ? AND key = ? "
                "AND status IN ('claimed', 'unknown')",
                (status, int(hard), at, reply, *place),
            )
            self._note(place, at, status, reply)

    def resolve(self, row: Delivery, status: Status, at: str, reply: str) -> None:
        """Write down what a person says of a row: accepted, or deferred to send it again."""
        with self._writing(durable=True) as connection:
            place = (row.via, row.revision.as_of.isoformat(), row.revision.number, row.key)
            connection.execute(
                "UPDATE deliveries SET status = ?, begun = 0, attempts = 0, hard = 0, at = ?, "
                "reply = ? WHERE via = ? AND day = ? AND revision = ? AND key = ?",
                (status, at, reply, *place),
            )
            self._note(place, at, status, reply)

    def recover(self, at: str) -> int:
        """Turn what dead runs had begun into unknown; return how many. The lock must be held."""
        reply = "the run that sent it ended before the server's answer"
        with self._writing(durable=True) as connection:
            connection.execute(
                "INSERT INTO history (via, day, revision, key, at, status, reply) "
                "SELECT via, day, revision, key, ?, 'unknown', ? FROM deliveries "
                "WHERE status = 'claimed' AND begun",
                (at, reply),
            )
            return connection.execute(
                "UPDATE deliveries SET status = 'unknown', attempts = attempts + 1, at = ?, "
                "reply = ? WHERE status = 'claimed' AND begun",
                (at, reply),
            ).rowcount

    def release(self, via: str, revision: Revision, at: str) -> None:
        """Give back what was claimed and not begun: it is to be sent by the next run."""
        where = "status = 'claimed' AND NOT begun AND via = ? AND day = ? AND revision = ?"
        place = (via, revision.as_of.isoformat(), revision.number)
        with self._writing(durable=False) as connection:
            connection.execute(f"DELETE FROM deliveries WHERE attempts = 0 AND {where}", place)  # noqa: S608
            connection.execute(
                f"UPDATE deliveries SET status = 'deferred', at = ? WHERE {where}",  # noqa: S608
                (at, *place),
            )

    def waiting(self, via: str, revision: Revision, most: int, after: str) -> list[str]:
        """Return the keys after another of rows that are deferred and tried less than so often."""
        rows = self.connection.execute(
            "SELECT key FROM deliveries WHERE status = 'deferred' AND via = ? AND day = ? "
            "AND revision = ? AND attempts < ? AND key > ? ORDER BY key LIMIT 100",
            (via, revision.as_of.isoformat(), revision.number, most, after),
        )
        return [key for (key,) in rows]

    def listed(self, day: date | None = None) -> Iterator[Delivery]:
        """Yield rows by way, day, revision and recipient: of a day, or all."""
        query = (
            f"SELECT {_COLUMNS} FROM deliveries WHERE coalesce(day = ?, 1) "  # noqa: S608
            "ORDER BY via, day, revision, key"
        )
        return self._rows(query, (day.isoformat() if day else None,))

    def history(self, row: Delivery) -> list[tuple[str, str, str]]:
        """Return all that happened to a row: when, status, reply."""
        return self.connection.execute(
            "SELECT at, status, reply FROM history WHERE via = ? AND day = ? AND revision = ? "
            "AND key = ? ORDER BY n",
            (row.via, row.revision.as_of.isoformat(), row.revision.number, row.key),
        ).fetchall()

    def by_message(self, message_id: str) -> Delivery | None:
        """Return the row of a Message-ID; what was sent comes before its copy in the outbox."""
        where = "WHERE message_id = ? ORDER BY via = 'smtp' DESC"
        query = f"SELECT {_COLUMNS} FROM deliveries {where}"  # noqa: S608
        return next(self._rows(query, (message_id,)), None)

    def suspended(self, limit: int, keys: Sequence[str] | None = None) -> dict[str, int]:
        """Return who bounced for good in so many editions in a row, with how many these are.

        An edition that stands as accepted ends the row, and so does a person (`lift`).
        """
        among = f"AND d.key IN ({_marks(keys)})" if keys is not None else ""
        rows = self.connection.execute(
            "SELECT d.key, COUNT(DISTINCT d.day) AS days FROM deliveries d "  # noqa: S608
            f"LEFT JOIN lifted l ON l.key = d.key WHERE d.hard {among} AND d.via = 'smtp' "
            "AND d.at > coalesce(l.at, '') AND d.day > coalesce((SELECT max(a.day) FROM "
            "deliveries a WHERE a.key = d.key AND a.via = 'smtp' AND a.status = 'accepted'), '') "
            "GROUP BY d.key HAVING days >= ?",
            (*(keys or ()), limit),
        )
        return dict(rows.fetchall())

    def lift(self, key: str, at: str) -> None:
        """Forget the bounces of an address so far."""
        with self._writing(durable=True) as connection:
            connection.execute("INSERT OR REPLACE INTO lifted VALUES (?, ?)", (key, at))

    def forget(self, key: str) -> int:
        """Erase an address from all rows; return how many there were.

        The rows stay, under a name that says nothing, so that what was sent can be counted.
        """
        self.connection.execute("PRAGMA secure_delete = ON")
        with self._writing(durable=True) as connection:
            named = "'forgotten-' || lower(hex(randomblob(8)))"
            (alias,) = connection.execute(f"SELECT {named}").fetchone()
            changed = connection.execute(
                "UPDATE deliveries SET key = ?, address = '', message_id = '', reply = '' "
                "WHERE key = ?",
                (alias, key),
            )
            connection.execute("UPDATE history SET key = ?, reply = '' WHERE key = ?", (alias, key))
            connection.execute("DELETE FROM lifted WHERE key = ?", (key,))
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return changed.rowcount

    def notice(
        self, seal: str, at: str, row: Delivery, status: Status, reply: str, *, hard: bool
    ) -> bool:
        """Take a notice about a delivery, once; tell whether it is new."""
        with self._writing(durable=True) as connection:
            new = connection.execute("INSERT OR IGNORE INTO notices VALUES (?, ?)", (seal, at))
            if not new.rowcount:
                return False
            place = (row.via, row.revision.as_of.isoformat(), row.revision.number, row.key)
            connection.execute(
                "UPDATE deliveries SET status = ?, begun = 0, hard = max(hard, ?), at = ?, "
                "reply = ? WHERE via = ? AND day = ? AND revision = ? AND key = ?",
                (status, int(hard), at, reply, *place),
            )
            self._note(place, at, status, reply)
            return True

    def keep(self, values: Mapping[str, str]) -> None:
        """Keep small values by name."""
        with self._writing(durable=True) as connection:
            connection.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?)", values.items())

    def kept(self, name: str) -> str | None:
        """Return a value that was kept."""
        row = self.connection.execute("SELECT value FROM kept WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def _rows(self, query: str, values: Sequence[object]) -> Iterator[Delivery]:
        return map(_delivery, self.connection.execute(query, values))

    def _note(self, place: Sequence[object], at: str, status: str, reply: str) -> None:
        self.connection.execute(
            "INSERT INTO history (via, day, revision, key, at, status, reply) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (*place, at, status, reply),
        )

    @contextmanager
    def _writing(self, *, durable: bool) -> Iterator[sqlite3.Connection]:
        """Hold a short transaction; a durable one is on the disk at its end, with all before it."""
        self.connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield self.connection
            self.connection.execute("COMMIT")
        except BaseException:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            raise


def _delivery(row: Sequence[Any]) -> Delivery:
    via, day, number, key, address, kind, message_id, status, begun, attempts, hard, at, reply = row
    return Delivery(
        via,
        Revision(date.fromisoformat(day), number),
        key,
        address,
        kind,
        message_id,
        status,
        bool(begun),
        attempts,
        bool(hard),
        at,
        reply,
    )


def _marks(keys: Iterable[str]) -> str:
    return ", ".join("?" for _ in keys)


@contextmanager
def open_ledger(folder: Path, *, make: bool = True) -> Iterator[Ledger]:
    """Open the ledger of a folder, made where there is none; raise DeliveryError where it fails."""
    path = folder / FILE
    try:
        if make and not folder.is_dir():
            folder.mkdir(parents=True, exist_ok=True)
            sync(folder.parent)
        if make:
            # Addresses are nobody else's business.
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        connection = sqlite3.connect(path, timeout=_WAIT, isolation_level=None)
    except (OSError, sqlite3.Error) as error:
        raise broken(path, error) from error
    try:
        _prepare(connection)
        yield Ledger(connection, path)
    except sqlite3.Error as error:
        raise broken(path, error) from error
    finally:
        connection.close()


def _prepare(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("BEGIN IMMEDIATE")
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if not version:
        for statement in _SCHEMA.split(";"):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {_VERSION}")
    connection.execute("COMMIT")
    if version > _VERSION:
        raise sqlite3.DatabaseError("it was written by a later version of this program")


def broken(path: Path, error: Exception) -> DeliveryError:
    """Return what to raise where a file of the ledger cannot be used."""
    reason = getattr(error, "strerror", None) or str(error)
    return DeliveryError(
        f"the delivery ledger {path} cannot be used: {reason.lower()}",
        "nothing is sent without it: make room on its disk, or bring it back from a copy",
    )
