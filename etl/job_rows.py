"""The rows of jobs: who takes one, how far it is, what came of it, which ones a dead worker left.

A job is taken by one atomic statement. The number of the attempt is the right to write what came of
it: who was thought dead and wakes up later writes nothing.
"""

import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, and_, func, insert, or_, select, update
from sqlalchemy.exc import SQLAlchemyError

from schemas import audit, database
from schemas.codes import JobKind, JobState
from schemas.findings import Finding, finding
from schemas.tables import Job

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
KEPT = timedelta(days=1)
"How long a file that was asked for can be fetched."

FORGOTTEN = timedelta(days=30)
"After which nothing is kept of a finished job."

UNFINISHED = (JobState.WAITING, JobState.RUNNING)


class BusyError(Exception):
    "Somebody works at the job, and gave a sign of life a moment ago"


@dataclass
class Taken:
    """A job in somebody's hands."""

    job_id: int
    attempt: int
    kind: JobKind
    arguments: dict[str, Any]
    submission_id: int | None = None
    account_id: int | None = None
    is_finished: bool = False

    @property
    def actor(self) -> str:
        """Who asked for it, as the audit trail names them."""
        return audit.actor_of(self.account_id)


def patience() -> float:
    """Return after how many seconds without a beat a job is somebody else's (MEDTOWN_JOB_PATIENCE)."""
    return float(os.environ.get("MEDTOWN_JOB_PATIENCE", "") or 20)


def _ago(times: float = 1) -> datetime:
    return datetime.now(UTC) - times * timedelta(seconds=patience())


def _is_left() -> ColumnElement[bool]:
    """Return the condition that whoever had taken a job gives no more signs of life."""
    return and_(Job.state == JobState.RUNNING, Job.heartbeat_at < _ago())


def _is_lost() -> ColumnElement[bool]:
    """Return the condition that a job waits, and was never sent, or so long ago that it was lost."""
    return and_(
        Job.state == JobState.WAITING,
        or_(and_(Job.sent_at.is_(None), Job.created_at < _ago()), Job.sent_at < _ago(10)),
    )


# --- Begin ----------------------------------------------------------------------------------------


def add(
    conn: Connection,
    kind: JobKind,
    arguments: dict[str, Any],
    *,
    account_id: int | None = None,
    submission_id: int | None = None,
    is_taken: bool = False,
) -> Taken:
    """Return a new job, written in the caller's transaction; taken at once where nobody else will."""
    now = datetime.now(UTC)
    row = {
        "kind": kind,
        "arguments": arguments,
        "account_id": account_id,
        "submission_id": submission_id,
        "state": JobState.RUNNING if is_taken else JobState.WAITING,
        "attempts": int(is_taken),
        "total": 3 if kind == JobKind.INGEST else 1,
        "created_at": now,
        "started_at": now if is_taken else None,
        "heartbeat_at": now if is_taken else None,
    }
    job_id = conn.execute(insert(Job).returning(Job.job_id), [row]).scalar_one()
    return Taken(job_id, int(is_taken), kind, arguments, submission_id, account_id)


def unfinished(conn: Connection, submission_id: int, *kinds: JobKind) -> int | None:
    """Return the newest job of some kinds that is under way for a submission."""
    return conn.execute(
        select(func.max(Job.job_id)).where(
            Job.submission_id == submission_id, Job.state.in_(UNFINISHED), Job.kind.in_(kinds)
        )
    ).scalar_one_or_none()


def take(job_id: int, bind: Engine | None = None) -> Taken | None:
    """Return a job that is the caller's from now on; None where there is nothing to do any more.

    BusyError where somebody else works at it.
    """
    now = datetime.now(UTC)
    with database.begin(bind) as conn:
        _give_up(conn)
        row = conn.execute(
            update(Job)
            .where(Job.job_id == job_id, or_(Job.state == JobState.WAITING, _is_left()))
            .values(
                state=JobState.RUNNING,
                attempts=Job.attempts + 1,
                started_at=now,
                heartbeat_at=now,
                done=0,
            )
            .returning(
                Job.job_id,
                Job.attempts,
                Job.kind,
                Job.arguments,
                Job.submission_id,
                Job.account_id,
            )
        ).one_or_none()
        if row is None:
            state = conn.execute(select(Job.state).where(Job.job_id == job_id)).scalar()
            if state == JobState.RUNNING:
                raise BusyError(job_id)
            return None
    return Taken(row[0], row[1], JobKind(row[2]), *row[3:])


def _give_up(conn: Connection) -> None:
    """End what killed whoever took it, so many times."""
    why = finding("job_given_up", count=MOST_ATTEMPTS)
    conn.execute(
        update(Job)
        .where(Job.attempts >= MOST_ATTEMPTS, or_(_is_left(), Job.state == JobState.WAITING))
        .values(
            state=JobState.FAILED,
            finished_at=datetime.now(UTC),
            code=why.code,
            code_arguments=why.arguments,
        )
    )


# --- While it runs --------------------------------------------------------------------------------


def _change(taken: Taken, bind: Engine | None, **values: Any) -> None:
    """Write how far a job is; that it cannot be written now is no reason to stop working."""
    try:
        with database.begin(bind) as conn:
            conn.execute(
                update(Job).where(_is_mine(taken)).values(heartbeat_at=datetime.now(UTC), **values)
            )
    except SQLAlchemyError:
        log.warning("job %s: no sign of life could be given", taken.job_id)


def _is_mine(taken: Taken) -> ColumnElement[bool]:
    return and_(
        Job.job_id == taken.job_id,
        Job.attempts == taken.attempt,
        Job.state == JobState.RUNNING,
    )


def tell(taken: Taken, done: int, total: int, bind: Engine | None = None) -> None:
    """Write how many steps of how many are done."""
    _change(taken, bind, done=done, total=total)


@contextmanager
def beating(taken: Taken, bind: Engine | None = None) -> Iterator[None]:
    """Give signs of life while the block runs; none is due for what is done in a moment."""
    is_over = threading.Event()

    def beat() -> None:
        while not is_over.wait(patience() / 4):
            _change(taken, bind)

    thread = threading.Thread(target=beat, name=f"job {taken.job_id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def give_back(taken: Taken, bind: Engine | None = None) -> None:
    """Leave a job to whoever takes it next, at once; where not even that can be written, to time."""
    with suppress(SQLAlchemyError), database.begin(bind) as conn:
        conn.execute(update(Job).where(_is_mine(taken)).values(state=JobState.WAITING))


# --- End ------------------------------------------------------------------------------------------


def finish(
    conn: Connection,
    taken: Taken,
    *,
    why: Finding | None = None,
    file_name: str = "",
    result: bytes | None = None,
) -> None:
    """Write what came of a job, once, in the caller's transaction: done, or failed and why."""
    if taken.is_finished:
        return
    conn.execute(
        update(Job)
        .where(_is_mine(taken))
        .values(
            state=JobState.FAILED if why else JobState.DONE,
            finished_at=datetime.now(UTC),
            done=Job.done if why else Job.total,
            code=why.code if why else "",
            code_arguments={**why.arguments, "found": why.found} if why else {},
            file_name=file_name,
            result=result,
        )
    )
    taken.is_finished = True


# --- What was left behind -------------------------------------------------------------------------


def left_behind(bind: Engine | None = None) -> list[int]:
    """Return the jobs that somebody has to be sent to again, each to one caller alone."""
    wanted = or_(_is_left(), _is_lost())
    with database.connect(bind) as conn:  # nobody is kept from writing where there is nothing to do
        if conn.execute(select(Job.job_id).where(wanted).limit(1)).first() is None:
            return []
    with database.begin(bind) as conn:
        _give_up(conn)
        found = select(Job.job_id).where(wanted).with_for_update(skip_locked=True)
        ids = list(conn.execute(found).scalars())
        mark_sent(conn, ids, state=JobState.WAITING)
    return ids


def mark_sent(conn: Connection, job_ids: list[int], **values: Any) -> None:
    """Write that jobs were sent to the workers."""
    conn.execute(
        update(Job).where(Job.job_id.in_(job_ids)).values(sent_at=datetime.now(UTC), **values)
    )


def tidy(bind: Engine | None = None) -> None:
    """Forget files that were not fetched in a day, and jobs that ended a month ago."""
    now = datetime.now(UTC)
    old = and_(Job.finished_at < now - KEPT, Job.result.is_not(None))
    with database.connect(bind) as conn:
        if (
            conn.execute(
                select(Job.job_id).where(or_(old, Job.finished_at < now - FORGOTTEN)).limit(1)
            ).first()
            is None
        ):
            return
    with database.begin(bind) as conn:
        conn.execute(update(Job).where(old).values(result=None))
        conn.execute(Job.__table__.delete().where(Job.finished_at < now - FORGOTTEN))  # type: ignore[attr-defined]
