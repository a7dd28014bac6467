"""Telling people what concerns them: who they are, and where it is kept.

The smallest version: who is concerned is known, and nothing is kept yet.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, or_, select

from schemas.codes import Role
from schemas.tables import Account, ProjectPlace, RoleGiven


def tell(
    conn: Connection,
    account_ids: Iterable[int],
    kind: str,
    text: str,
    *,
    link: str,
    **arguments: str,
) -> None:
    """Keep a notice for some accounts, in the caller's transaction.

    `text` is a sentence of the catalogue with named places; `arguments` are codes and names.
    """


def partners_of(conn: Connection, programme_code: str, project_code: str) -> list[int]:
    """Return the accounts that hand in for a project, by its code or by one of its places."""
    inside = select(ProjectPlace.place_code).where(ProjectPlace.project_code == project_code)
    return _of(
        conn,
        Role.PARTNER,
        or_(RoleGiven.project_code == project_code, RoleGiven.place_code.in_(inside)),
    )


def coordinators_of(conn: Connection, programme_code: str) -> list[int]:
    """Return the accounts that decide about a programme."""
    return _of(
        conn,
        Role.COORDINATOR,
        or_(RoleGiven.programme_code.is_(None), RoleGiven.programme_code == programme_code),
    )


def _of(conn: Connection, role: Role, condition: object) -> list[int]:
    found = (
        select(RoleGiven.account_id)
        .join(Account, Account.account_id == RoleGiven.account_id)
        .where(RoleGiven.role == role, condition, Account.disabled_at.is_(None))  # type: ignore[arg-type]
        .distinct()
        .order_by(RoleGiven.account_id)
    )
    return list(conn.execute(found).scalars())
