"""Browsers that are signed in: the cookie holds a token, the database its hash."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select, update

from dashboard.accounts.roles import COLUMNS, Grant, granted, grants
from schemas import audit
from schemas.tables import Account, Place, RoleGiven, Sitting

IDLE, LONGEST = timedelta(minutes=60), timedelta(hours=12)
SEEN = timedelta(minutes=1)
"How exactly it is known when a browser was seen last."


@dataclass(frozen=True)
class Reader:
    """Who asks: an account with its roles. Nobody in particular is the public."""

    account_id: int = 0
    name: str = ""
    language: str = ""
    grants: tuple[Grant, ...] = ()
    is_demo: bool = False
    places: frozenset[str] = frozenset()
    "The places that its roles are for, with everything within them."

    @property
    def is_anonymous(self) -> bool:
        """Whether nobody is signed in."""
        return not self.account_id

    @property
    def actor(self) -> str:
        """The account as other tables and the audit trail name it; empty for the public."""
        return audit.actor_of(self.account_id) if self.account_id else ""


def digest(token: str) -> str:
    """Return what is kept of a token: tokens are random, so that a plain hash does."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_sitting(conn: Connection, account_id: int, browser: str = "") -> str:
    """Return the token of a browser that is signed in from now on; what ended by itself is forgotten."""
    token, now = secrets.token_urlsafe(32), datetime.now(UTC)
    conn.execute(
        delete(Sitting).where(or_(Sitting.seen_at < now - IDLE, Sitting.started_at < now - LONGEST))
    )
    row = {
        "token_hash": digest(token),
        "account_id": account_id,
        "started_at": now,
        "seen_at": now,
        "browser": browser[:80],
    }
    conn.execute(insert(Sitting), [row])
    return token


def reader(conn: Connection, token: str) -> tuple[Reader, bool] | None:
    """Return who a token is of, and whether it is time to say that it was seen; None where it has ended."""
    now = datetime.now(UTC)
    rows = conn.execute(
        select(*Account.__table__.columns, Sitting.started_at, Sitting.seen_at, *COLUMNS)
        .join(Sitting, Sitting.account_id == Account.account_id)
        .outerjoin(RoleGiven, RoleGiven.account_id == Account.account_id)
        .where(Sitting.token_hash == digest(token))
        .order_by(RoleGiven.role_given_id)
    ).all()
    row = rows[0] if rows else None
    if row is None or row.disabled_at or row.deleted_at:
        return None
    if now - row.seen_at > IDLE or now - row.started_at > LONGEST:
        return None
    return _reader(conn, row, granted(rows)), now - row.seen_at > SEEN


def reader_of(conn: Connection, row: Any) -> Reader:
    """Return the reader that an account is."""
    return _reader(conn, row, grants(conn, row.account_id))


def _reader(conn: Connection, row: Any, given: tuple[Grant, ...]) -> Reader:
    return Reader(
        row.account_id,
        row.name,
        row.language,
        given,
        row.is_demo,
        _within(conn, {grant.place_code for grant in given} - {""}),
    )


def _within(conn: Connection, codes: set[str]) -> frozenset[str]:
    """Return places with everything within them."""
    if not codes:
        return frozenset()
    found = select(Place.place_code).where(Place.place_code.in_(codes)).cte(recursive=True)
    inside = select(Place.place_code).join(found, Place.parent_code == found.c.place_code)
    return frozenset(conn.execute(select(found.union(inside).c.place_code)).scalars())


def seen(conn: Connection, token: str) -> None:
    """Keep that a browser was seen now."""
    mine = Sitting.token_hash == digest(token)
    conn.execute(update(Sitting).where(mine).values(seen_at=datetime.now(UTC)))


def sittings(conn: Connection, account_id: int, token: str = "") -> list[dict[str, Any]]:
    """Return the browsers that an account is signed in with, the last seen first.

    Each has started_at, seen_at, browser, and `is_here` for that of the token.
    """
    now = datetime.now(UTC)
    rows = conn.execute(
        select(Sitting.__table__)
        .where(
            Sitting.account_id == account_id,
            Sitting.seen_at >= now - IDLE,
            Sitting.started_at >= now - LONGEST,
        )
        .order_by(Sitting.seen_at.desc())
    ).mappings()
    here = digest(token)
    return [{**row, "is_here": row["token_hash"] == here} for row in rows]


def end(conn: Connection, token: str) -> None:
    """End what a token is of: it is refused from now on."""
    conn.execute(delete(Sitting).where(Sitting.token_hash == digest(token)))


def end_all(conn: Connection, account_id: int, *, but: str = "") -> None:
    """End everything that an account is signed in with, except of one token."""
    theirs = Sitting.account_id == account_id
    conn.execute(delete(Sitting).where(theirs, Sitting.token_hash != digest(but)))
