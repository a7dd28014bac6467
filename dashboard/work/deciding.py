"""Deciding about a submission, and telling whom it concerns: one way, whichever page it is asked on."""

from collections.abc import Collection

from sqlalchemy import Connection

import etl
from dashboard import access, notices
from schemas import database
from schemas.words import N_


def accept(
    submission_id: int,
    leaving: Collection[etl.Slice] = (),
    text: str = "",
    *,
    seen: int | None = None,
) -> None:
    """Accept a submission, but for some slices that go back with a message.

    DecisionError where that is not possible, ConflictError where something was decided meanwhile.
    """
    reader = access.reader()

    def tell(conn: Connection) -> None:
        said = N_("{file} was accepted, but for some values that are asked about again.")
        concerned(conn, submission_id, "accepted", said if leaving else N_("{file} was accepted."))

    if leaving:
        etl.review.accept_part(
            submission_id, leaving, text, author=reader.account_id, seen=seen, beside=tell
        )
    else:
        etl.accept(submission_id, actor=reader.actor, seen=seen, beside=tell)


def send_back(submission_id: int, text: str) -> None:
    """Return a submission to its partner with a message."""
    with database.begin() as conn:
        etl.review.send_back(conn, submission_id, text, author=access.reader().account_id)
        concerned(conn, submission_id, "returned", N_("{file} was returned with remarks."))


def concerned(conn: Connection, submission_id: int, kind: str, text: str) -> None:
    """Tell the sender of a submission and the partners of its project what became of it."""
    row = etl.submission_row(conn, submission_id)
    sender = etl.account_of(row.sender)
    others = notices.partners_of(conn, row.programme_code or "", row.project_code or "")
    told = {one for one in (sender, *others) if one} - {access.reader().account_id}
    link = f"/work/review/{submission_id}"
    notices.tell(conn, sorted(told), kind, text, link=link, file=row.file_name)
