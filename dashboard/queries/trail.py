"""The audit trail, for those who administer."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from dashboard import accounts
from dashboard.queries.rows import Record
from schemas.tables import Audit

VERIFIED = "verify_audit"
"The action under which it is kept that the chain was looked at."


@dataclass(frozen=True)
class Asked:
    """Which entries are asked for; what is empty does not matter."""

    action: str = ""
    actor: str = ""
    subject: str = ""
    "How the subject begins."
    since: date | None = None
    until: date | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the conditions that an entry is asked for."""
        found: list[ColumnElement[bool]] = []
        if self.action:
            found.append(Audit.action == self.action)
        if self.actor:
            found.append(Audit.actor == self.actor)
        if self.subject:
            found.append(Audit.subject.startswith(self.subject, autoescape=True))
        if self.since:
            found.append(Audit.at >= _start(self.since))
        if self.until:
            found.append(Audit.at < _start(self.until + timedelta(days=1)))
        return found


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def audit_length(conn: Connection, asked: Asked) -> int:
    """Return how many entries are asked for."""
    counted = select(func.count()).select_from(Audit).where(*asked.conditions())
    return int(conn.execute(counted).scalar_one())


def audit_entries(
    conn: Connection, asked: Asked, *, limit: int | None = None, offset: int = 0
) -> list[Record]:
    """Return entries that are asked for, the newest first."""
    found = (
        select(Audit.__table__)
        .where(*asked.conditions())
        .order_by(Audit.audit_id.desc())
        .limit(limit)
        .offset(offset)
    )
    return list(conn.execute(found))


def audit_actions(conn: Connection) -> list[str]:
    """Return every action that there are entries of."""
    return list(conn.execute(select(Audit.action).distinct().order_by(Audit.action)).scalars())


def audit_actors(conn: Connection) -> dict[str, str]:
    """Return who did anything, with the name of each as it is now; empty for one that is gone."""
    found = conn.execute(select(Audit.actor).distinct().order_by(Audit.actor)).scalars().all()
    names = accounts.named(conn, found)
    return {actor: names.get(actor, "") for actor in found}


def last_verified(conn: Connection) -> Any:
    """Return the entry that says when the chain was looked at last, and what was found; None for never."""
    return conn.execute(
        select(Audit.__table__)
        .where(Audit.action == VERIFIED)
        .order_by(Audit.audit_id.desc())
        .limit(1)
    ).one_or_none()
