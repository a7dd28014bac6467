"""Notifications: who is told of what. The smallest that rounds need."""

from collections.abc import Iterable

from sqlalchemy import Connection, or_, select

from schemas import audit
from schemas.codes import Role
from schemas.tables import Account, Place, ProjectPlace, RoleGiven


def tell(
    conn: Connection,
    account_ids: Iterable[int],
    kind: str,
    text: str,
    *,
    link: str,
    **arguments: str,
) -> None:
    """Keep that somebody was told of something, in the caller's transaction."""
    told = {"kind": kind, "link": link, **arguments}
    for account_id in account_ids:
        audit.record(conn, "notices", "tell", f"account {account_id}", after=told)


def partners_of(conn: Connection, programme_code: str, project_code: str) -> list[int]:
    """Return the accounts that report for a project, or for a place where it runs."""
    links = ProjectPlace.project_code == project_code
    places = set(conn.scalars(select(ProjectPlace.place_code).where(links)))
    rows = conn.execute(select(Place.place_code, Place.parent_code))
    around = {row[0]: row[1] for row in rows}
    for place in list(places):
        parent = around.get(place)
        while parent:
            places.add(parent)
            parent = around.get(parent)
    return _accounts(
        conn,
        Role.PARTNER,
        or_(RoleGiven.project_code == project_code, RoleGiven.place_code.in_(sorted(places))),
    )


def coordinators_of(conn: Connection, programme_code: str) -> list[int]:
    """Return the accounts that coordinate a programme."""
    mine = or_(RoleGiven.programme_code.is_(None), RoleGiven.programme_code == programme_code)
    return _accounts(conn, Role.COORDINATOR, mine)


def _accounts(conn: Connection, role: Role, condition: object) -> list[int]:
    statement = (
        select(Account.account_id)
        .join(RoleGiven, RoleGiven.account_id == Account.account_id)
        .where(Account.disabled_at.is_(None), RoleGiven.role == role, condition)  # type: ignore[arg-type]
        .distinct()
        .order_by(Account.account_id)
    )
    return list(conn.scalars(statement))
