"""Reports that are made after each round (`etl.scheduled` says which), and who is told of them."""

import logging
import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection, Engine

import etl
from dashboard import building, notices
from dashboard.queries import Record
from dashboard.reports import Request, Subject
from schemas import database
from schemas.words import N_

log = logging.getLogger(__name__)

MADE = N_("{subject}: the report after {round} is made.")


def run(today: date, bind: Engine | None = None) -> Iterator[str]:
    """Make the reports that are due on a day, and yield a line for each: made, or not and why.

    Each by itself: one that fails keeps no other from being made, and is tried again on the next day.
    """
    with database.connect(bind) as conn:
        due = list(etl.scheduled.due(conn, today, follows))
        database.let_go(conn)
    for one in due:
        what = f"report {one.report.report_id} after {one.round.round_code}"
        try:
            yield f"{what}: made" if make(one, bind) else f"{what}: made by somebody else"
        except etl.DecisionError as error:
            _fail(one, error.finding.code, bind)
            log.warning("%s: not made (%s)", what, error.finding.code)
            yield f"{what}: not made ({error.finding.code})"
        except Exception:
            reference = secrets.token_hex(4)
            log.exception("%s %s", reference, what)
            _fail(one, reference, bind)
            yield f"{what}: not made, see the log ({reference})"


def follows(row: Record) -> str:
    """Return the project whose rounds a report follows where that has rounds of its own; empty for none."""
    outline = building.outline_of(row)
    return str(row.code) if outline and outline.subject is Subject.PROJECT else ""


def request_of(one: etl.scheduled.Due) -> Request:
    """Return what a report asks for after a round: its period, and what changed since the report before."""
    asked = building.request_of(one.report)
    outline = building.outline_of(one.report)
    now = replace(asked, as_of=None, since=one.since or asked.since)
    if outline and outline.subject is Subject.ROUND:
        return replace(now, code=str(one.round.round_code))
    return replace(now, period=(one.round.period_start, one.round.period_end))


def make(one: etl.scheduled.Due, bind: Engine | None = None) -> bool:
    """Make a report for a round, keep its files and tell the programme's list; False where it was made meanwhile."""
    request = request_of(one)
    with database.connect(bind) as conn:
        made = [
            building.make(conn, one.report, file_format, request=request)
            for file_format in one.file_formats
        ]
        database.let_go(conn)  # or its own reader would keep the files from being written
    with database.begin(bind) as conn:
        if not etl.scheduled.settle(conn, one):
            return False
        numbers = [
            building.write(conn, one.report.report_id, file, actor=etl.scheduled.ACTOR)
            for file in made
        ]
        _tell(conn, one, numbers)
    return True


def _tell(conn: Connection, one: etl.scheduled.Due, numbers: list[int]) -> None:
    """Tell whoever evaluates the programme, with the way to the file, or to all of them."""
    page = f"/work/reports/{one.report.report_id}#made-{numbers[-1]}"
    notices.tell(
        conn,
        notices.evaluators_of(conn, one.report.programme_code),
        "report",
        MADE,
        link=f"/reports/{numbers[0]}" if len(numbers) == 1 else page,
        programme_code=one.report.programme_code,
        subject=str(one.report.code),
        round=str(one.round.round_code),
    )


def _fail(one: etl.scheduled.Due, why: str, bind: Engine | None) -> None:
    with database.begin(bind) as conn:
        etl.scheduled.fail(conn, one, why)
