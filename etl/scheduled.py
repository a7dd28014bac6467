"""Reports that are made after each round of their programme: which are due, and what became of each.

One is made once for a round: the row that says so is written in the transaction that keeps the files.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from schemas import audit
from schemas.tables import Report, ReportSchedule, Round, ScheduledReport

ACTOR = "schedule"

FORGOTTEN = 30
"Days after which what could not be made is not tried again."

LATEST = 366
"Days after the due day for which a report can be put off."


@dataclass(frozen=True)
class Due:
    """A report that has to be made: of which round, in which formats."""

    report: Any
    "The row of the report."
    round: Any
    "The row of the round."
    file_formats: tuple[str, ...]
    since: date | None
    "When it was made for an earlier round last."


def schedule(
    conn: Connection,
    report_id: int,
    file_formats: Collection[str],
    days: int | None,
    *,
    actor: str,
) -> None:
    """Have a report made after each round from now on; without a format no more."""
    mine = ReportSchedule.report_id == report_id
    conn.execute(delete(ReportSchedule).where(mine))
    told = {"formats": sorted(file_formats), "days": days}
    if file_formats:
        row = {
            "report_id": report_id,
            "file_formats": sorted(file_formats),
            "days": days,
            "set_by": actor,
            "set_at": datetime.now(UTC),
        }
        conn.execute(insert(ReportSchedule), [row])
    audit.record(conn, actor, "schedule_report", f"report {report_id}", after=told)


def day_of(row: Any, days: int | None) -> date:
    """Return the day after a round on which a report of it is made: when its grace ends, or so many days after."""
    due: date = row.due_date
    return due + timedelta(days=row.grace_days if days is None else days)


def due(conn: Connection, today: date, own_rounds: Any) -> Iterator[Due]:
    """Yield the reports that are to be made on a day, those that failed before once more.

    `own_rounds` says which project's rounds a report follows where that has rounds of its own; all others
    follow the rounds of the programme.
    """
    made = select(ScheduledReport.report_id, ScheduledReport.round_code).where(
        ScheduledReport.made_at.is_not(None)
    )
    done = {tuple(row) for row in conn.execute(made)}
    rows = conn.execute(
        select(
            Report.__table__,
            ReportSchedule.file_formats,
            ReportSchedule.days,
            ReportSchedule.set_at,
        )
        .join(ReportSchedule, ReportSchedule.report_id == Report.report_id)
        .where(Report.removed_at.is_(None))
        .order_by(Report.report_id)
    ).all()
    for report in rows:
        for row in _rounds(conn, report, own_rounds(report)):
            day = day_of(row, report.days)
            is_time = today - timedelta(days=FORGOTTEN) < day <= today
            if (
                is_time
                and day >= report.set_at.date()
                and (report.report_id, row.round_code) not in done
            ):
                since = _last(conn, report.report_id)
                yield Due(report, row, tuple(report.file_formats), since)


def _rounds(conn: Connection, report: Any, project_code: str) -> list[Any]:
    """Return the rounds that a report follows, the oldest first."""
    rows = conn.execute(
        select(Round.__table__)
        .where(Round.programme_code == report.programme_code)
        .order_by(Round.due_date, Round.round_code)
    ).all()
    own = [row for row in rows if project_code and row.project_code == project_code]
    return own or [row for row in rows if row.project_code is None]


def _last(conn: Connection, report_id: int) -> date | None:
    """Return the day on which a report was made last after a round."""
    mine = ScheduledReport.report_id == report_id
    moment = conn.execute(select(func.max(ScheduledReport.made_at)).where(mine)).scalar_one()
    return moment.date() if moment else None


def settle(conn: Connection, one: Due) -> bool:
    """Keep that a report was made for a round, before its files are kept; False where it was already."""
    return _keep(conn, one, made_at=datetime.now(UTC), failed_at=None, why="")


def fail(conn: Connection, one: Due, why: str) -> None:
    """Keep that a report could not be made for a round, and why; it is tried again on the next day."""
    _keep(conn, one, failed_at=datetime.now(UTC), why=why)


def _keep(conn: Connection, one: Due, **values: Any) -> bool:
    """Keep how a report fared for a round; False where it was made already, by whoever was faster."""
    tried = update(ScheduledReport).where(*_of(one), ScheduledReport.made_at.is_(None))
    if conn.execute(tried.values(**values)).rowcount:
        return True
    key = {"report_id": one.report.report_id, "round_code": one.round.round_code}
    try:
        with conn.begin_nested():
            conn.execute(insert(ScheduledReport), [key | values])
    except IntegrityError:
        return False
    return True


def _of(one: Due) -> tuple[Any, Any]:
    return (
        ScheduledReport.report_id == one.report.report_id,
        ScheduledReport.round_code == one.round.round_code,
    )
