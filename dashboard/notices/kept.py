"""Notices: kept in the transaction of what they tell of, listed, read."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, or_, select, update

from dashboard import accounts
from schemas import audit, words
from schemas.codes import Role
from schemas.tables import Account, Notice, Place, Project, ProjectPlace, RoleGiven
from schemas.words import N_

LONGEST = 200
"Characters of a name that are told."


@dataclass(frozen=True)
class Told:
    """One notice, with the names of the people in it as they are now."""

    notice_id: int
    account_id: int
    kind: str
    text: str
    arguments: Mapping[str, str]
    link: str
    created_at: datetime
    read_at: datetime | None
    names: Mapping[str, str]

    def sentence(self, language: str) -> str:
        """Return what is told, in a language and on one line."""
        gone = words.text(N_("somebody who has left"), language)
        filled = {
            place: self.names.get(word, gone) if audit.account_of(word) else word
            for place, word in self.arguments.items()
        }
        shown = {place: words.apart(one_line(word), language) for place, word in filled.items()}
        return words.text(self.text, language, **shown)


def one_line(text: str) -> str:
    """Return a text without line breaks, signs that nobody sees, and what is too long.

    >>> one_line("Ana\\r\\nBcc: all@example.org")
    'Ana Bcc: all@example.org'
    """
    seen = "".join(
        " " if sign.isspace() or unicodedata.category(sign) in ("Zl", "Zp") else sign
        for sign in text
        if sign.isspace() or unicodedata.category(sign)[0] != "C"
    )
    plain = " ".join(seen.split())
    return plain if len(plain) <= LONGEST else f"{plain[: LONGEST - 1]}…"


# --- Telling --------------------------------------------------------------------------------------


def tell(
    conn: Connection,
    account_ids: Iterable[int],
    kind: str,
    text: str,
    *,
    link: str,
    programme_code: str = "",
    project_code: str = "",
    **arguments: str,
) -> None:
    """Keep a notice for each account that may still sign in, in the caller's transaction.

    `text` is a sentence of the catalogue (`N_`) with named places, `arguments` fill them: names and
    codes, never values; a person is named by the account (`account 7`). `link` is a page of ours.
    The codes of programme and project may be named in the text too.
    """
    wanted = sorted(set(account_ids))
    places = {"programme_code": programme_code, "project_code": project_code, **arguments}
    if not all(isinstance(word, str) for word in places.values()):
        raise TypeError("a notice tells names and codes alone, which are texts")
    text.format(**places)  # whoever forgets one learns it here, not whoever reads it
    if not link.startswith("/") or link.startswith("//"):
        raise ValueError(f"{link} is no page of ours")
    there = select(Account.account_id).where(
        Account.account_id.in_(wanted), Account.disabled_at.is_(None), Account.deleted_at.is_(None)
    )
    now = datetime.now(UTC)
    rows = [
        {
            "account_id": account_id,
            "kind": kind,
            "text": text,
            "arguments": {place: one_line(word) for place, word in places.items() if word},
            "link": link,
            "programme_code": programme_code,
            "project_code": project_code,
            "created_at": now,
        }
        for account_id in sorted(conn.execute(there).scalars())
    ]
    if rows:
        conn.execute(insert(Notice), rows)


def partners_of(conn: Connection, programme_code: str, project_code: str) -> list[int]:
    """Return the accounts that hand in for a project, also those with a role for where it runs."""
    runs_in = set(
        conn.execute(
            select(ProjectPlace.place_code)
            .join(Project, Project.project_code == ProjectPlace.project_code)
            .where(Project.project_code == project_code, Project.programme_code == programme_code)
        ).scalars()
    )
    around, wanted = set(runs_in), runs_in
    while wanted:
        parents = select(Place.parent_code).where(
            Place.place_code.in_(wanted), Place.parent_code.is_not(None)
        )
        wanted = {code for code in conn.execute(parents).scalars() if code} - around
        around |= wanted
    is_of = select(Project.project_code).where(
        Project.project_code == project_code, Project.programme_code == programme_code
    )
    return _holders(
        conn,
        RoleGiven.role == Role.PARTNER,
        or_(RoleGiven.project_code.in_(is_of), RoleGiven.place_code.in_(sorted(around))),
    )


def coordinators_of(conn: Connection, programme_code: str) -> list[int]:
    """Return the accounts that decide on what is handed in for a programme."""
    return _holders(
        conn,
        RoleGiven.role == Role.COORDINATOR,
        or_(RoleGiven.programme_code.is_(None), RoleGiven.programme_code == programme_code),
    )


def evaluators_of(conn: Connection, programme_code: str) -> list[int]:
    """Return the accounts that write reports on a programme: its evaluators and its coordinators."""
    return _holders(
        conn,
        RoleGiven.role.in_((Role.COORDINATOR, Role.EVALUATOR)),
        or_(RoleGiven.programme_code.is_(None), RoleGiven.programme_code == programme_code),
    )


def _holders(conn: Connection, *conditions: Any) -> list[int]:
    found = (
        select(RoleGiven.account_id)
        .join(Account, Account.account_id == RoleGiven.account_id)
        .where(Account.disabled_at.is_(None), Account.deleted_at.is_(None), *conditions)
        .distinct()
        .order_by(RoleGiven.account_id)
    )
    return list(conn.execute(found).scalars())


# --- Reading --------------------------------------------------------------------------------------


def told_of(conn: Connection, rows: Iterable[Any]) -> list[Told]:
    """Return rows of the table as notices, with the names of the people in them."""
    found = list(rows)
    people = {
        word for row in found for word in row.arguments.values() if audit.account_of(str(word))
    }
    names = accounts.named(conn, people)
    return [
        Told(
            row.notice_id,
            row.account_id,
            row.kind,
            row.text,
            row.arguments,
            row.link,
            row.created_at,
            row.read_at,
            names,
        )
        for row in found
    ]


def listed(conn: Connection, account_id: int, limit: int = 50) -> list[Told]:
    """Return the newest notices of an account, the newest first."""
    rows = conn.execute(
        select(Notice.__table__)
        .where(Notice.account_id == account_id)
        .order_by(Notice.created_at.desc(), Notice.notice_id.desc())
        .limit(limit)
    )
    return told_of(conn, rows)


def one(conn: Connection, account_id: int, notice_id: int) -> Told | None:
    """Return a notice of an account; None where it has none of that number."""
    mine = (Notice.account_id == account_id, Notice.notice_id == notice_id)
    return next(iter(told_of(conn, conn.execute(select(Notice.__table__).where(*mine)))), None)


def unread(conn: Connection, account_id: int) -> int:
    """Return how many notices of an account were not read yet."""
    mine = (Notice.account_id == account_id, Notice.read_at.is_(None))
    return int(conn.execute(select(func.count()).select_from(Notice).where(*mine)).scalar_one())


def mark_read(conn: Connection, account_id: int, notice_ids: Iterable[int] | None = None) -> None:
    """Keep that an account has read some of its notices, by default all."""
    mine = [Notice.account_id == account_id, Notice.read_at.is_(None)]
    if notice_ids is not None:
        mine.append(Notice.notice_id.in_(sorted(notice_ids)))
    conn.execute(update(Notice).where(*mine).values(read_at=datetime.now(UTC)))
