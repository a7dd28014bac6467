"""The audit trail: who did what, when, with what effect; each entry sealed by the one before."""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, select, text

from schemas.codes import COMMAND
from schemas.tables import Audit

LOCK = 0x6D746F77
"The PostgreSQL lock that puts writers of the trail in line; SQLite has one writer anyway."

ACTOR = re.compile(r"account (\d{1,9})", re.ASCII)
"How an account is named (`actor_of`)."

BEGINNING = "0" * 64
"What stands for the entry before the first."


def actor_of(account_id: int | None) -> str:
    """Return what names an account wherever something is kept: its number, so that no name stays behind."""
    return f"account {account_id}" if account_id else COMMAND


def account_of(actor: str) -> int | None:
    """Return the number of the account that did something; None where it was none.

    >>> account_of("account 7"), account_of("command line")
    (7, None)
    """
    found = ACTOR.fullmatch(actor)
    return int(found[1]) if found else None


def record(
    conn: Connection,
    actor: str,
    action: str,
    subject: str,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> int:
    """Return the id of a new entry, written in the caller's transaction.

    Effects are stored as JSON: dates and moments become text.
    """
    if conn.dialect.name == "postgresql":
        # Two writers must not follow the same entry: the second waits until the first has committed.
        conn.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    previous = conn.execute(
        select(Audit.hash).order_by(Audit.audit_id.desc()).limit(1)
    ).scalar_one_or_none()
    entry = {
        "at": datetime.now(UTC),
        "actor": actor,
        "action": action,
        "subject": subject,
        "before": _plain(before),
        "after": _plain(after),
        "previous_hash": previous or BEGINNING,
    }
    statement = insert(Audit).values(**entry, hash=seal(entry)).returning(Audit.audit_id)
    return conn.execute(statement).scalar_one()


def seal(entry: dict[str, Any]) -> str:
    """Return the hash of an entry: SHA-256 over the hash before it and its canonical JSON."""
    content = {
        name: entry[name] for name in ("at", "actor", "action", "subject", "before", "after")
    }
    content["at"] = content["at"].astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256((entry["previous_hash"] + _canonical(content)).encode()).hexdigest()


@dataclass(frozen=True)
class Verdict:
    """What is found of the whole chain: its length, its last hash, and the entries that are not right."""

    length: int
    last_hash: str
    broken: tuple[int, ...]


def verdict(conn: Connection) -> Verdict:
    """Return what is found of the whole chain.

    An end that was cut off leaves no trace in the chain itself: whoever keeps its last hash
    elsewhere finds it out (`holds`).
    """
    broken: list[int] = []
    previous, length = BEGINNING, 0
    rows = select(*Audit.__table__.columns).order_by(Audit.audit_id)
    for row in conn.execute(rows.execution_options(yield_per=1000)).mappings():
        if row["previous_hash"] != previous or row["hash"] != seal(dict(row)):
            broken.append(row["audit_id"])
        previous, length = row["hash"], length + 1
    return Verdict(length, previous, tuple(broken))


def verify(conn: Connection) -> list[int]:
    """Return the ids of the entries that were changed, or that follow a removed one."""
    return list(verdict(conn).broken)


def holds(conn: Connection, hash_: str) -> bool:
    """Return whether an entry of a hash that was kept elsewhere is still there."""
    same = select(Audit.audit_id).where(Audit.hash == hash_)
    return hash_ == BEGINNING or conn.execute(same).first() is not None


def _canonical(content: object) -> str:
    return json.dumps(
        content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str
    )


def _plain(effect: dict[str, Any] | None) -> dict[str, Any] | None:
    return None if effect is None else json.loads(_canonical(effect))
