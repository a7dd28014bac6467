"""Submissions with their findings and files, and how recent the data are."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import (
    Connection,
    case,
    exists,
    func,
    select,
    true,
)

from dashboard import accounts
from dashboard.queries.rows import Record, tidy
from schemas import codes, published, tables
from schemas.scope import Scope
from schemas.tables import Decision, Observation, Submission

SUBMISSION = [
    "submission_id",
    "file_name",
    "sender",
    "programme_code",
    "project_code",
    "layout_code",
    "language",
    "state",
    "values_found",
    "received_at",
    "decided_at",
]


DECIDED = (codes.SubmissionState.ACCEPTED, codes.SubmissionState.WITHDRAWN)
RETURNED = codes.SubmissionState.RETURNED


def _last_decision(as_of: datetime) -> Any:
    """Return the last thing that had been decided about a submission at a moment; null for nothing."""
    return (
        select(Decision.action)
        .where(Decision.submission_id == Submission.submission_id, Decision.decided_at <= as_of)
        .order_by(Decision.decided_at.desc())
        .limit(1)
        .correlate(Submission)
        .scalar_subquery()
    )


def _submission_columns(as_of: datetime | None) -> list[Any]:
    """Return the columns `SUBMISSION`, the state and its day as they were at a moment."""
    columns = {name: getattr(Submission, name) for name in SUBMISSION}
    if as_of:
        last = _last_decision(as_of)
        columns["state"] = case(
            (last == codes.Action.WITHDRAW, codes.SubmissionState.WITHDRAWN),
            (last == codes.Action.RETURN, codes.SubmissionState.RETURNED),
            (last.is_not(None), codes.SubmissionState.ACCEPTED),
            (Submission.state.in_((*DECIDED, RETURNED)), codes.SubmissionState.READY),
            else_=Submission.state,
        ).label("state")
        columns["decided_at"] = (
            select(func.max(Decision.decided_at))
            .where(Decision.submission_id == Submission.submission_id, Decision.decided_at <= as_of)
            .correlate(Submission)
            .scalar_subquery()
            .label("decided_at")
        )
    return list(columns.values())


def _may_see_submission(scope: Scope, as_of: datetime | None) -> Any:
    """Return the condition that the scope may see a submission, and that it was there at a moment."""
    condition: Any = Submission.received_at <= as_of if as_of else true()
    is_decided: Any = Submission.state.in_(DECIDED)
    if as_of:
        is_decided = (
            func.coalesce(_last_decision(as_of), codes.Action.RETURN) != codes.Action.RETURN
        )
    return condition & (scope.own_submission() | is_decided)


def submissions(
    conn: Connection,
    scope: Scope,
    *,
    project_code: str = "",
    as_of: datetime | None = None,
    limit: int = 100,
) -> pd.DataFrame:
    """Return the newest submissions, newest first (columns `SUBMISSION`, errors, warnings, is_own, sent_by).

    Of one project where it is named: those that are of it alone, or hold values of it too. Of what
    is not its own (`is_own`) a scope sees what was decided, and nothing of who sent it or what the
    checks said.
    """
    table = tables.FindingRow
    counts = (
        select(
            table.submission_id,
            func.count().filter(table.severity == codes.Severity.ERROR).label("errors"),
            func.count().filter(table.severity == codes.Severity.WARNING).label("warnings"),
        )
        .group_by(table.submission_id)
        .subquery()
    )
    statement = (
        select(
            *_submission_columns(as_of),
            func.coalesce(counts.c.errors, 0),
            func.coalesce(counts.c.warnings, 0),
            scope.own_submission(),
        )
        .outerjoin(counts, counts.c.submission_id == Submission.submission_id)
        .where(_may_see_submission(scope, as_of))
        .order_by(Submission.received_at.desc(), Submission.submission_id.desc())
        .limit(limit)
    )
    if project_code:
        holds = exists().where(
            Observation.submission_id == Submission.submission_id,
            Observation.project_code == project_code,
        )
        statement = statement.where((Submission.project_code == project_code) | holds)
    frame = tidy(conn.execute(statement), [*SUBMISSION, "errors", "warnings", "is_own"])
    frame["is_own"] = frame["is_own"].astype(bool)
    frame.loc[~frame["is_own"], ["errors", "warnings"]] = 0
    frame.loc[~frame["is_own"], "sender"] = ""
    names = accounts.named(conn, set(frame["sender"]))
    frame["sent_by"] = [names.get(sender, "") for sender in frame["sender"]]
    return frame


def submission(
    conn: Connection, scope: Scope, submission_id: int, *, as_of: datetime | None = None
) -> Record:
    """Return one submission, or None where there is none that the scope may see.

    `sha256` and `size` are those of the file; `has_file` says whether it is still kept, `is_own`
    whether the scope may see all of it.
    """
    statement = (
        select(
            *_submission_columns(as_of),
            Submission.sha256,
            tables.Workbook.size,
            tables.Workbook.content.is_not(None).label("has_file"),
            scope.own_submission().label("is_own"),
        )
        .join(tables.Workbook, tables.Workbook.sha256 == Submission.sha256)
        .where(Submission.submission_id == submission_id, _may_see_submission(scope, as_of))
    )
    return conn.execute(statement).first()


def seen_submissions(
    conn: Connection, scope: Scope, as_of: datetime | None
) -> list[dict[str, Any]]:
    """Return the submissions that a scope may see, oldest first, with the columns of a data package.

    `sha256` is empty where the scope does not see all of the file.
    """
    told = {field.name for field in published.fields(Submission)}
    columns: dict[str, Any] = {
        column.name: column
        for column in published.table_of(Submission).columns
        if column.name in told
    }
    columns |= {column.key: column for column in _submission_columns(as_of) if column.key in told}
    columns["sha256"] = case((scope.own_submission(), Submission.sha256), else_="").label("sha256")
    rows = conn.execute(
        select(*columns.values(), tables.Workbook.size)
        .join(tables.Workbook, tables.Workbook.sha256 == Submission.sha256)
        .where(_may_see_submission(scope, as_of))
        .order_by(Submission.submission_id)
    )
    return [
        {**{name: row[name] for name in columns}, "kilobytes": kilobytes(row["size"])}
        for row in rows.mappings()
    ]


def kilobytes(size: int) -> int:
    """Return how large a file is said to be."""
    return max(1, round(size / 1000))


FINDING = ["finding_id", "code", "severity", "sheet", "cell", "found", "arguments", "justification"]


def findings(
    conn: Connection, scope: Scope, submission_id: int, *, as_of: datetime | None = None
) -> pd.DataFrame:
    """Return what the checks said of a submission, in its order (columns `FINDING`).

    With what was said to them at a moment, where one is named. Nothing where it is not the scope's own: findings quote cells that nobody has accepted.
    """
    table = tables.FindingRow
    statement = (
        select(*[getattr(table, name) for name in FINDING])
        .join(Submission, Submission.submission_id == table.submission_id)
        .where(table.submission_id == submission_id, scope.own_submission())
        .order_by(table.finding_id)
    )
    found = tidy(conn.execute(statement), FINDING)
    if as_of and len(found):
        then = _justified_then(conn, submission_id, as_of)
        places = found[["sheet", "cell", "code"]].itertuples(index=False, name=None)
        said = zip(places, found["justification"], strict=True)
        found["justification"] = [then.get(place, now) for place, now in said]
    return found


def _justified_then(
    conn: Connection, submission_id: int, moment: datetime
) -> dict[tuple[str, str, str], str]:
    """Return what was said at a moment to findings to which something else was said later.

    By sheet, cell and code; the first later entry of the trail knows what stood there before it.
    """
    about = f"submission {submission_id}, "
    entries = conn.execute(
        select(tables.Audit.subject, tables.Audit.before)
        .where(
            tables.Audit.at > moment,
            tables.Audit.action == "justify",
            tables.Audit.subject.startswith(about, autoescape=True),
        )
        .order_by(tables.Audit.audit_id.desc())
    )
    found: dict[tuple[str, str, str], str] = {}
    for subject, before in entries:
        place, _, code = subject.removeprefix(about).rpartition(", ")
        sheet, _, cell = place.rpartition("!")
        found[sheet, cell, code] = before["justification"]
    return found


def workbook(conn: Connection, scope: Scope, submission_id: int) -> tuple[str, bytes] | None:
    """Return name and bytes of the file of a submission; None where it is gone, or not for the scope."""
    row = conn.execute(
        select(Submission.file_name, tables.Workbook.content)
        .join(tables.Workbook, tables.Workbook.sha256 == Submission.sha256)
        .where(Submission.submission_id == submission_id, scope.own_submission())
    ).first()
    return (row[0], row[1]) if row and row[1] is not None else None


def workbook_size(conn: Connection, scope: Scope, submission_id: int) -> int | None:
    """Return the bytes of the file of a submission; None where it is gone, or not for the scope."""
    size: int | None = conn.execute(
        select(tables.Workbook.size)
        .join(Submission, tables.Workbook.sha256 == Submission.sha256)
        .where(
            Submission.submission_id == submission_id,
            tables.Workbook.content.is_not(None),
            scope.own_submission(),
        )
    ).scalar()
    return size


@dataclass(frozen=True)
class Freshness:
    """How recent the data of a programme are."""

    accepted_at: datetime | None
    workbooks: int


def freshness(conn: Connection, *, programme_code: str, as_of: datetime | None = None) -> Freshness:
    """Return when data of a programme were last decided on, and from how many workbooks they are."""
    if as_of:
        last = (
            select(func.max(Decision.decided_at).label("decided_at"))
            .where(
                Decision.programme_code == programme_code,
                Decision.decided_at <= as_of,
                Decision.action != codes.Action.RETURN,
            )
            .group_by(Decision.submission_id)
            .subquery()
        )
        is_accepted = Decision.action != codes.Action.WITHDRAW
        then = conn.execute(
            select(func.max(Decision.decided_at), func.count().filter(is_accepted)).join(
                last, last.c.decided_at == Decision.decided_at
            )
        ).one()
        return Freshness(then[0], then[1])
    state = Submission.state == codes.SubmissionState.ACCEPTED
    row = conn.execute(
        select(func.max(Submission.decided_at), func.count().filter(state)).where(
            Submission.programme_code == programme_code, Submission.state.in_(DECIDED)
        )
    ).one()
    return Freshness(row[0], row[1])
