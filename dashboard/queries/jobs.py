"""Jobs: how far each is, for whoever asked for it or sees all of its submission."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from dashboard.queries.rows import Record
from schemas.codes import JobKind, JobState
from schemas.scope import Scope
from schemas.tables import Job, Submission

_COLUMNS = [
    Job.job_id,
    Job.kind,
    Job.arguments,
    Job.state,
    Job.done,
    Job.total,
    Job.submission_id,
    Job.code,
    Job.code_arguments,
    Job.file_name,
    Job.result.is_not(None).label("has_file"),
]


def _is_for(scope: Scope, account_id: int) -> ColumnElement[bool]:
    is_asker = and_(Job.account_id == account_id, Job.account_id.is_not(None))
    return or_(
        is_asker,
        and_(Job.kind == JobKind.INGEST, Submission.state.is_not(None), scope.own_submission()),
    )


def _select(*columns: Any) -> Any:
    return select(*columns).outerjoin(Submission, Submission.submission_id == Job.submission_id)


def job(conn: Connection, scope: Scope, account_id: int, job_id: int) -> Record:
    """Return one job, or None where there is none that is for the reader."""
    return conn.execute(
        _select(*_COLUMNS).where(Job.job_id == job_id, _is_for(scope, account_id))
    ).first()


def reading(conn: Connection, scope: Scope, submission_id: int) -> Record:
    """Return the job that reads a submission, or last failed to; None where there is none."""
    newest = (
        select(func.max(Job.job_id))
        .where(Job.submission_id == submission_id, Job.kind == JobKind.INGEST)
        .scalar_subquery()
    )
    return conn.execute(
        _select(*_COLUMNS).where(
            Job.job_id == newest, Job.state != JobState.DONE, scope.own_submission()
        )
    ).first()


def result(
    conn: Connection, scope: Scope, account_id: int, job_id: int
) -> tuple[str, bytes] | None:
    """Return name and bytes of the file that a job made; None where there is none for the reader."""
    row = conn.execute(
        _select(Job.file_name, Job.result).where(Job.job_id == job_id, _is_for(scope, account_id))
    ).first()
    return (row[0], row[1]) if row and row[1] is not None else None


def _counts(conn: Connection, column: Any) -> dict[str, int]:
    rows = conn.execute(select(column, func.count()).group_by(column)).all()
    return {row[0]: row[1] for row in rows}


def jobs_by_state(conn: Connection) -> dict[str, int]:
    """Return how many jobs are in each state."""
    return {**dict.fromkeys(map(str, JobState), 0), **_counts(conn, Job.state)}


def submissions_by_state(conn: Connection) -> dict[str, int]:
    """Return how many submissions are in each state."""
    return _counts(conn, Submission.state)
