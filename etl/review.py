"""Review: what a workbook says beside what counts, and giving it, or single values, back with remarks.

Each decision is one transaction with what was said about it.
"""

from collections.abc import Collection, Mapping

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Engine, select, update

from etl import decisions, returned, store, threads, versions
from etl.decisions import Beside
from etl.listing import Remark
from etl.slices import Slice, of_row
from etl.threads import Subject
from schemas import audit
from schemas.codes import Subject as Kind
from schemas.codes import SubmissionState
from schemas.findings import finding
from schemas.tables import Observation, ReturnedValue, Submission, Thread, current


def comparison(conn: Connection, submission_id: int) -> pd.DataFrame:
    """Return what a submission says beside what counts without it (`versions.compared`, and raw).

    Of an accepted one: beside what would count, had it never come.
    """
    submission = store.submission_row(conn, submission_id)
    taken = store.taken_again(conn, submission_id)
    programme, rows = taken.programme_code or "", taken.rows
    if submission.state == SubmissionState.ACCEPTED:
        order = versions.accepted_places(conn, programme)
        order.pop(submission_id, None)
        before = versions.counting_rows(conn, programme, rows, order)
    else:
        before = store.of_slices(store.known_rows(conn, programme, taken.indicators), rows)
    return versions.compared(before, rows)


def left_out(conn: Connection, submission_id: int) -> set[Slice]:
    """Return the slices of a submission that its partner is still asked about."""
    mine = select(ReturnedValue.__table__).where(
        ReturnedValue.submission_id == submission_id, ReturnedValue.settled_at.is_(None)
    )
    return {of_row(row) for row in conn.execute(mine)}


# --- Deciding -------------------------------------------------------------------------------------


def accept_part(
    submission_id: int,
    leaving: Collection[Slice],
    text: str,
    *,
    author: int,
    seen: int | None = None,
    beside: Beside | None = None,
    bind: Engine | None = None,
) -> None:
    """Accept a submission but for some slices, which stay open as returned values, and say why.

    A value that was remarked on has its reason there; of the others the text is.
    """
    said = threads.cleaned(text)

    def tell(conn: Connection) -> None:
        _explain(conn, submission_id, said, author=author)
        if beside:
            beside(conn)

    decisions.accept(
        submission_id,
        actor=audit.actor_of(author),
        leaving=leaving,
        seen=seen,
        beside=tell,
        bind=bind,
    )


def _explain(conn: Connection, submission_id: int, text: str, *, author: int) -> None:
    """Say of returned values why they were: in the remark on each, else in one on the workbook."""
    own = threads.open_thread(
        conn, _of_submission(conn, submission_id), text, author=author, is_remark=True
    )
    reasons = _reasons(conn, submission_id)
    rows = conn.execute(
        select(ReturnedValue.__table__).where(
            ReturnedValue.submission_id == submission_id,
            ReturnedValue.settled_at.is_(None),
            ReturnedValue.thread_id.is_(None),
        )
    ).all()
    for row in rows:
        conn.execute(
            update(ReturnedValue)
            .where(ReturnedValue.returned_value_id == row.returned_value_id)
            .values(thread_id=reasons.get(of_row(row), own))
        )


def _reasons(conn: Connection, submission_id: int) -> dict[Slice, int]:
    """Return the open remarks on the values of a submission."""
    return {
        of_row(row): row.thread_id
        for row in threads.remarks_of(conn, submission_id)
        if row.kind == Kind.VALUE
    }


def send_back(conn: Connection, submission_id: int, text: str, *, author: int) -> int:
    """Return a submission to its partner with a message: the number of its discussion."""
    decisions.send_back(conn, submission_id, actor=audit.actor_of(author))
    subject = _of_submission(conn, submission_id)
    return threads.open_thread(conn, subject, text, author=author, is_remark=True)


def _of_submission(conn: Connection, submission_id: int) -> Subject:
    row = store.submission_row(conn, submission_id)
    return Subject(
        kind=Kind.SUBMISSION,
        submission_id=submission_id,
        programme_code=row.programme_code or "",
        project_code=row.project_code or "",
    )


def reopen(conn: Connection, observation_id: int, text: str, *, author: int) -> int:
    """Ask again about a value that counts, and return the number of the discussion.

    It counts on; its partner sees that it is under review. DecisionError for one that does not count.
    """
    row = conn.execute(
        select(Observation.__table__).where(Observation.observation_id == observation_id, current())
    ).one_or_none()
    if row is None:
        raise store.DecisionError(finding("value_does_not_count", found=observation_id))
    one = of_row(row)
    where = {"submission_id": row.submission_id, "sheet": row.sheet, "cell": row.cell}
    subject = threads.of_slice(row.programme_code, one, **where)
    thread_id = threads.open_thread(conn, subject, text, author=author, is_remark=True)
    moment = conn.execute(
        select(Thread.opened_at).where(Thread.thread_id == thread_id)
    ).scalar_one()
    returned.give_back(
        conn,
        row.submission_id,
        row.programme_code,
        [one],
        moment=moment,
        actor=audit.actor_of(author),
        threads={one: thread_id},
        is_reopened=True,
    )
    audit.record(
        conn,
        audit.actor_of(author),
        "reopen_value",
        f"submission {row.submission_id}, {row.sheet}!{row.cell}",
        after={"thread": thread_id},
    )
    return thread_id


# --- Remarks that go back -------------------------------------------------------------------------


def remarks_for(
    conn: Connection,
    submission_id: int,
    names: Mapping[int, str],
    *,
    seen: ColumnElement[bool] | None = None,
) -> list[Remark]:
    """Return the open remarks on a submission as they stand in its workbook, each with what was said.

    `names` are those of the accounts that wrote; `seen` is the condition that a thread may be seen.
    """
    found = threads.remarks_of(conn, submission_id, seen=seen)
    said: dict[int, list[str]] = {}
    for one in threads.messages_of(conn, [row.thread_id for row in found]):
        name = names.get(one.author or 0, "")
        said.setdefault(one.thread_id, []).append(f"{name}: {one.text}" if name else one.text)
    return [
        Remark(row.thread_id, row.sheet, row.cell, "\n".join(said.get(row.thread_id, [])))
        for row in found
    ]


def before_and_after(conn: Connection, submission_id: int) -> tuple[list[int], list[int]]:
    """Return the returned submissions that one follows, and those that follow it once it was returned.

    They are of the same project; where a workbook is of several, of the same sender.
    """
    row = store.submission_row(conn, submission_id)
    same = (
        Submission.project_code == row.project_code
        if row.project_code
        else (Submission.project_code.is_(None)) & (Submission.sender == row.sender)
    )
    others = conn.execute(
        select(
            Submission.submission_id,
            Submission.state,
            Submission.decided_at,
            Submission.received_at,
        )
        .where(same, Submission.programme_code == row.programme_code)
        .order_by(Submission.received_at)
    ).all()
    is_returned = row.state == SubmissionState.RETURNED
    earlier = [
        one.submission_id
        for one in others
        if one.state == SubmissionState.RETURNED and one.decided_at < row.received_at
    ]
    later = (
        [one.submission_id for one in others if one.received_at > row.decided_at]
        if is_returned
        else []
    )
    return earlier[-1:], later
