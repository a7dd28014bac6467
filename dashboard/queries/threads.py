"""Discussions that the reader may see, who else sees them, and what waits for a decision."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, exists, func, or_, select

import etl
from dashboard.queries.observations import may_see
from schemas import audit
from schemas.codes import Role, SubmissionState
from schemas.codes import Subject as Kind
from schemas.scope import NOTHING, Scope
from schemas.tables import (
    Account,
    Observation,
    Place,
    ProjectIndicator,
    ProjectPlace,
    ReturnedValue,
    RoleGiven,
    Submission,
    Thread,
)


def thread(conn: Connection, scope: Scope, thread_id: int) -> Any:
    """Return the row of a thread; None where there is none that the scope may see."""
    found = select(Thread.__table__).where(Thread.thread_id == thread_id, scope.sees_thread())
    return conn.execute(found).one_or_none()


@dataclass(frozen=True)
class Told:
    """A thread with its messages, and the names of who wrote."""

    thread: Any
    messages: tuple[Any, ...]
    names: dict[int, str]
    mentions: dict[int, list[int]]


def told(conn: Connection, rows: Collection[Any]) -> list[Told]:
    """Return threads with all that was said in them."""
    if not rows:
        return []
    said = etl.threads.messages_of(conn, [row.thread_id for row in rows])
    mentions = etl.threads.mentioned(conn, [one.message_id for one in said])
    ids = {one.author for one in said} | {one for some in mentions.values() for one in some}
    ids |= {row.resolved_by for row in rows}
    names = names_of(conn, {one for one in ids if one})
    return [
        Told(row, tuple(one for one in said if one.thread_id == row.thread_id), names, mentions)
        for row in rows
    ]


def names_of(conn: Connection, account_ids: Collection[int]) -> dict[int, str]:
    """Return the names of accounts; those that were deleted have none."""
    if not account_ids:
        return {}
    rows = conn.execute(
        select(Account.account_id, Account.name).where(Account.account_id.in_(sorted(account_ids)))
    )
    return {row.account_id: row.name for row in rows}


def threads_about(conn: Connection, scope: Scope, subject: etl.threads.Subject) -> list[Told]:
    """Return the threads about a subject that the scope may see, open ones first."""
    return told(conn, etl.threads.threads_of(conn, subject, seen=scope.sees_thread()))


def threads_on_values(
    conn: Connection, scope: Scope, programme_code: str, indicator_codes: Collection[str]
) -> list[Told]:
    """Return the threads on values of some indicators that the scope may see, open ones first."""
    found = (
        select(Thread.__table__)
        .where(
            Thread.kind == Kind.VALUE,
            Thread.programme_code == programme_code,
            Thread.indicator_code.in_(sorted(indicator_codes)),
            scope.sees_thread(),
        )
        .order_by(Thread.resolved_at.is_not(None), Thread.thread_id.desc())
    )
    return told(conn, list(conn.execute(found)))


def remarks(conn: Connection, scope: Scope, submission_id: int) -> list[Any]:
    """Return the open remarks that go back with a workbook, as `etl.annotated` takes them."""
    names = {
        row.account_id: row.name for row in conn.execute(select(Account.account_id, Account.name))
    }
    return etl.review.remarks_for(conn, submission_id, names, seen=scope.sees_thread())


# --- Who sees a thread ----------------------------------------------------------------------------


def readers(conn: Connection, row: Any) -> dict[int, str]:
    """Return the names of the accounts that may see a thread (its row, or a subject to be), by number.

    The other way round than `Scope.sees_thread`: from the thread to the roles.
    """
    projects, places, sender = _concerned(conn, row)
    roles = conn.execute(
        select(RoleGiven.__table__, Account.name)
        .join(Account, Account.account_id == RoleGiven.account_id)
        .where(Account.disabled_at.is_(None), Account.deleted_at.is_(None))
        .order_by(Account.name)
    )
    return {
        one.account_id: one.name
        for one in roles
        if (
            one.role in (Role.COORDINATOR, Role.EVALUATOR)
            and one.programme_code in (None, row.programme_code)
        )
        or (one.role == Role.PARTNER and (one.project_code in projects or one.place_code in places))
        or audit.actor_of(one.account_id) == sender
    }


def _concerned(conn: Connection, row: Any) -> tuple[set[str], set[str], str]:
    """Return the projects and the places (with what they are within) of a thread, and who sent its workbook."""
    projects = {row.project_code} - {None, ""}
    places = {row.place_code} - {None, ""}
    sender = ""
    if row.submission_id:
        of = conn.execute(
            select(Submission.sender, Submission.project_code).where(
                Submission.submission_id == row.submission_id
            )
        ).one()
        sender = of.sender
        if row.kind == Kind.SUBMISSION and of.project_code:
            projects.add(of.project_code)
    is_of_all = row.kind in (Kind.SUBMISSION, Kind.PROJECT) and not places
    if row.kind == Kind.INDICATOR and not projects:
        reporting = ProjectIndicator.indicator_code == row.indicator_code
        projects |= set(
            conn.execute(select(ProjectIndicator.project_code).where(reporting)).scalars()
        )
        is_of_all = True
    if is_of_all:
        inside = ProjectPlace.project_code.in_(sorted(projects))
        places |= set(conn.execute(select(ProjectPlace.place_code).where(inside)).scalars())
    above = {
        row.place_code: row.parent_code
        for row in conn.execute(select(Place.place_code, Place.parent_code))
    }
    for code in list(places):
        while code := above.get(code):
            places.add(code)
    return projects, places, sender


# --- What waits -----------------------------------------------------------------------------------

WAITING = (SubmissionState.READY, SubmissionState.REJECTED)


def queue(
    conn: Connection, scope: Scope, states: Collection[str], *, place_codes: Collection[str] = ()
) -> list[Any]:
    """Return the submissions in some states of which the scope sees all, the oldest first.

    Of some places where they are named. `open_threads` are the discussions that are not resolved.
    """
    talk = (
        select(func.count())
        .where(
            Thread.submission_id == Submission.submission_id,
            Thread.resolved_at.is_(None),
            scope.sees_thread(),
        )
        .correlate(Submission)
        .scalar_subquery()
    )
    statement = select(*Submission.__table__.columns, talk.label("open_threads")).where(
        Submission.state.in_(sorted(states)), scope.own_submission()
    )
    if place_codes:
        runs = exists().where(
            ProjectPlace.project_code == Submission.project_code,
            ProjectPlace.place_code.in_(sorted(place_codes)),
        )
        statement = statement.where(runs)
    order = (Submission.received_at, Submission.submission_id)
    return list(conn.execute(statement.order_by(*order).limit(200)))


def discussions(conn: Connection, scope: Scope, *, limit: int = 100) -> list[Told]:
    """Return the open threads that the scope may see, the oldest first."""
    found = (
        select(Thread.__table__)
        .where(Thread.resolved_at.is_(None), scope.sees_thread())
        .order_by(Thread.opened_at, Thread.thread_id)
        .limit(limit)
    )
    return told(conn, list(conn.execute(found)))


def returned_values(
    conn: Connection, scope: Scope, *, submission_id: int | None = None, limit: int = 500
) -> list[Any]:
    """Return the values that partners are asked about again, of which the scope sees all."""
    sent = exists().where(
        Submission.submission_id == ReturnedValue.submission_id,
        Submission.sender == scope.sender,
        Submission.sender != NOTHING,
    )
    statement = select(ReturnedValue.__table__).where(
        ReturnedValue.settled_at.is_(None), or_(scope.own(ReturnedValue), sent)
    )
    if submission_id is not None:
        statement = statement.where(ReturnedValue.submission_id == submission_id)
    order = (ReturnedValue.returned_at, ReturnedValue.returned_value_id)
    return list(conn.execute(statement.order_by(*order).limit(limit)))


def histories(
    conn: Connection, scope: Scope, programme_code: str, indicator_codes: Collection[str]
) -> list[Any]:
    """Return every version of the values of some indicators that the scope may see, oldest first."""
    return list(
        conn.execute(
            select(Observation.__table__)
            .where(
                Observation.programme_code == programme_code,
                Observation.indicator_code.in_(sorted(indicator_codes)),
                may_see(Observation, scope),
            )
            .order_by(Observation.accepted_at, Observation.observation_id)
        )
    )
