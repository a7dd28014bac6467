"""The audit trail: who did what, when, with what effect; each entry sealed by the one before."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, select, text

from schemas.tables import Audit

LOCK = 0x6D746F77
"The PostgreSQL lock that puts writers of the trail in line; SQLite has one writer anyway."

BEGINNING = "0" * 64
"What stands for the entry before the first."


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


def verify(conn: Connection) -> list[int]:
    """Return the ids of the entries that were changed, or that follow a removed one."""
    broken: list[int] = []
    previous = BEGINNING
    columns = Audit.__table__.columns
    for row in conn.execute(select(*columns).order_by(Audit.audit_id)).mappings():
        if row["previous_hash"] != previous or row["hash"] != seal(dict(row)):
            broken.append(row["audit_id"])
        previous = row["hash"]
    return broken


def _canonical(content: object) -> str:
    return json.dumps(
        content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str
    )


def _plain(effect: dict[str, Any] | None) -> dict[str, Any] | None:
    return None if effect is None else json.loads(_canonical(effect))
