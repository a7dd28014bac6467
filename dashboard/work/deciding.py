"""Deciding about a submission, and telling whom it concerns: one way, whichever page it is asked on."""

from collections.abc import Callable, Collection

from sqlalchemy import Connection

import etl
from dashboard import access, notices
from dashboard.notices import ACCEPTED_IN_PART
from schemas import database
from schemas.codes import Action


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
        what = ACCEPTED_IN_PART if leaving else Action.ACCEPT
        notices.decided(conn, submission_id, what, actor=reader.actor)

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
        notices.decided(conn, submission_id, Action.RETURN, actor=access.reader().actor)


def withdraw(submission_id: int) -> None:
    """Take an accepted submission back; DecisionError where that is not possible."""
    _decide(etl.withdraw, submission_id, Action.WITHDRAW)


def reinstate(submission_id: int) -> None:
    """Make a withdrawn submission count again; DecisionError where that is not possible."""
    _decide(etl.reinstate, submission_id, Action.REINSTATE)


def _decide(decide: Callable[..., None], submission_id: int, action: Action) -> None:
    actor = access.reader().actor
    decide(submission_id, actor=actor)
    with database.begin() as conn:
        notices.decided(conn, submission_id, action, actor=actor)
