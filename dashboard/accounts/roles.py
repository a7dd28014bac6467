"""What an account may do, and for what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from schemas import audit
from schemas.codes import Role
from schemas.tables import Place, Programme, Project, RoleGiven


@dataclass(frozen=True)
class Grant:
    """One role, for everything or for the named programme, project or place.

    >>> Grant(Role.PARTNER, project_code="PP-ES").is_of("MEDTOWN", "PP-ES")
    True
    """

    role: Role
    programme_code: str = ""
    project_code: str = ""
    place_code: str = ""

    def is_of(self, programme_code: str, project_code: str = "") -> bool:
        """Return whether a role that is not a place's reaches a programme's project."""
        if self.place_code:
            return False
        if self.project_code:
            return self.project_code == project_code
        return self.programme_code in ("", programme_code)

    def __str__(self) -> str:
        """Return the role and what it is for, as the audit trail says it."""
        return " ".join(
            part
            for part in (self.role, self.programme_code, self.project_code, self.place_code)
            if part
        )


COLUMNS = (
    RoleGiven.role,
    RoleGiven.programme_code,
    RoleGiven.project_code,
    RoleGiven.place_code,
)


def grants(conn: Connection, account_id: int) -> tuple[Grant, ...]:
    """Return the roles of an account, in the order in which they were given."""
    rows = conn.execute(
        select(*COLUMNS).where(RoleGiven.account_id == account_id).order_by(RoleGiven.role_given_id)
    )
    return granted(rows)


def granted(rows: Iterable[Any]) -> tuple[Grant, ...]:
    """Return the roles in rows that have their `COLUMNS`; a row may be of none."""
    return tuple(
        Grant(
            Role(row.role), row.programme_code or "", row.project_code or "", row.place_code or ""
        )
        for row in rows
        if row.role
    )


def give(conn: Connection, account_id: int, grant: Grant, *, actor: str) -> None:
    """Give a role, once; IntegrityError for a programme, project or place that is not there."""
    if grant in grants(conn, account_id):
        return
    row = {
        "account_id": account_id,
        "role": grant.role,
        "programme_code": grant.programme_code or None,
        "project_code": grant.project_code or None,
        "place_code": grant.place_code or None,
        "given_by": actor,
        "given_at": datetime.now(UTC),
    }
    conn.execute(insert(RoleGiven), [row])
    audit.record(conn, actor, "give_role", audit.actor_of(account_id), after={"role": str(grant)})


def asked_for(
    conn: Connection,
    *,
    admin: bool = False,
    coordinator: str | None = None,
    evaluator: str | None = None,
    partner: Iterable[str] = (),
) -> list[Grant]:
    """Return roles as a command names them: `*` for every programme, a project's or a place's code.

    LookupError for a code that there is nothing of.
    """
    found = [Grant(Role.ADMINISTRATOR)] if admin else []
    for role, code in ((Role.COORDINATOR, coordinator), (Role.EVALUATOR, evaluator)):
        if code is not None:
            found.append(Grant(role, "" if code == "*" else _known(conn, Programme, code)))
    for code in partner:
        is_project = _is_known(conn, Project, code)
        found.append(
            Grant(Role.PARTNER, project_code=code)
            if is_project
            else Grant(Role.PARTNER, place_code=_known(conn, Place, code))
        )
    return found


def _is_known(conn: Connection, table: Any, code: str) -> bool:
    (key,) = table.__table__.primary_key.columns
    return conn.execute(select(key).where(key == code)).first() is not None


def _known(conn: Connection, table: Any, code: str) -> str:
    if not _is_known(conn, table, code):
        raise LookupError(f"There is no {table.__tablename__} {code}.")
    return code


def take(conn: Connection, account_id: int, grant: Grant, *, actor: str) -> None:
    """Take a role back."""
    mine = RoleGiven.account_id == account_id
    same = (
        column == word if word else column.is_(None)
        for column, word in zip(
            COLUMNS[1:], (grant.programme_code, grant.project_code, grant.place_code), strict=True
        )
    )
    gone = conn.execute(delete(RoleGiven).where(mine, RoleGiven.role == grant.role, *same))
    if gone.rowcount:
        audit.record(
            conn, actor, "take_role", audit.actor_of(account_id), before={"role": str(grant)}
        )
