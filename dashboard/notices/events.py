"""What happens to submissions, as those it concerns are told: codes and numbers of submissions alone.

Never the name of a file either: people write into those whatever they like.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from dashboard.notices.kept import coordinators_of, partners_of, tell
from etl import Receipt
from schemas import audit
from schemas.codes import Action, SubmissionState
from schemas.tables import Submission
from schemas.words import N_

HANDED_IN = N_("Submission {number} of {what} awaits a decision.")

ANSWERED = N_("Remarks on submission {number} of {what} were answered.")

ACCEPTED_IN_PART, REOPENED = "accept_part", "reopen"
"What is decided about values of a submission, beside what the log of decisions has."

DECIDED = {
    Action.ACCEPT: N_("Submission {number} of {what} was accepted; its values count now."),
    ACCEPTED_IN_PART: N_(
        "Submission {number} of {what} was accepted, but for values that are asked about again."
    ),
    REOPENED: N_("A value of submission {number} of {what} is asked about again."),
    Action.RETURN: N_("Submission {number} of {what} was returned with remarks."),
    Action.WITHDRAW: N_("Submission {number} of {what} was withdrawn; what counted before counts."),
    Action.REINSTATE: N_("Submission {number} of {what} was reinstated; its values count again."),
}


def checked(conn: Connection, receipt: Receipt, *, actor: str) -> None:
    """Tell the coordinators of a submission that waits for them since now, and of answers in it.

    In the transaction that writes what came of it; nobody is told of what still has errors.
    """
    row = _submission(conn, receipt.submission_id)
    if row is None or not row.programme_code:
        return
    people = coordinators_of(conn, row.programme_code)
    if receipt.state == SubmissionState.READY != receipt.before:
        _tell(conn, row, people, "submission", HANDED_IN, actor)
    if receipt.answered:
        _tell(conn, row, people, "thread", ANSWERED, actor)


def decided(conn: Connection, submission_id: int, action: str, *, actor: str) -> None:
    """Tell whoever sent a submission, and the partners of its project, what was decided about it.

    In the transaction of the decision: nobody is told of what did not happen.
    """
    row = _submission(conn, submission_id)
    if row is None:
        return
    people = partners_of(conn, row.programme_code or "", row.project_code or "")
    if sender := audit.account_of(row.sender):
        people.append(sender)
    _tell(conn, row, people, "decision", DECIDED[action], actor)


def _submission(conn: Connection, submission_id: int) -> Submission | None:
    mine = Submission.submission_id == submission_id
    row: Submission | None = conn.execute(select(Submission.__table__).where(mine)).one_or_none()  # type: ignore[assignment]
    return row


def _tell(
    conn: Connection, row: Submission, people: Iterable[int], kind: str, text: str, actor: str
) -> None:
    """Tell everybody but whoever did it."""
    number = str(row.submission_id)
    tell(
        conn,
        {one for one in people if audit.actor_of(one) != actor},
        kind,
        text,
        link=f"/work/review/{number}",
        programme_code=row.programme_code or "",
        project_code=row.project_code or "",
        number=number,
        what=row.project_code or row.programme_code or "–",
    )
