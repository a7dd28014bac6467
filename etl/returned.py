"""Values that a partner is asked about again, until an accepted submission restates them."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from etl.slices import Slice, of_row
from schemas.tables import ReturnedValue


def open_ones(conn: Connection, programme_code: str) -> dict[Slice, Any]:
    """Return the rows of the values that are asked about, by their slices."""
    rows = conn.execute(
        select(ReturnedValue.__table__).where(
            ReturnedValue.programme_code == programme_code, ReturnedValue.settled_at.is_(None)
        )
    )
    return {of_row(row): row for row in rows}


def give_back(
    conn: Connection,
    submission_id: int,
    programme_code: str,
    slices: Iterable[Slice],
    *,
    moment: datetime,
    actor: str,
    threads: dict[Slice, int] | None = None,
    is_reopened: bool = False,
) -> None:
    """Ask for some slices again; those that are asked for already stay so.

    `threads` are where it is said why.
    """
    there = open_ones(conn, programme_code)
    rows = [
        {
            **one._asdict(),
            "project_code": one.project_code or None,
            "programme_code": programme_code,
            "submission_id": submission_id,
            "is_reopened": is_reopened,
            "thread_id": (threads or {}).get(one),
            "returned_at": moment,
            "returned_by": actor,
        }
        for one in dict.fromkeys(slices)
        if one not in there
    ]
    if rows:
        conn.execute(insert(ReturnedValue), rows)


def settle(
    conn: Connection,
    submission_id: int,
    programme_code: str,
    slices: Collection[Slice],
    moment: datetime,
) -> None:
    """Keep that an accepted submission restates some slices: nobody is asked for them any more."""
    wanted = set(slices)
    numbers = [
        row.returned_value_id
        for one, row in open_ones(conn, programme_code).items()
        if one in wanted
    ]
    if numbers:
        conn.execute(
            update(ReturnedValue)
            .where(ReturnedValue.returned_value_id.in_(numbers))
            .values(settled_at=moment, settled_by=submission_id)
        )


def unsettle(conn: Connection, submission_id: int) -> None:
    """Ask again for what a submission had settled, once it is withdrawn."""
    conn.execute(
        update(ReturnedValue)
        .where(ReturnedValue.settled_by == submission_id)
        .values(settled_at=None, settled_by=None)
    )
