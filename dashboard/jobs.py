"""Jobs that know accounts: workbooks and reports in the scope of who asked, and who is told of it."""

from sqlalchemy import Connection, Engine

import etl
from dashboard import access, accounts, made, notices, queries
from schemas import database
from schemas.codes import JobKind
from schemas.scope import Scope


def _scope(conn: Connection, taken: etl.Taken) -> Scope:
    """Return what whoever asked for a job may see now; LookupError where the account was closed."""
    row = accounts.account(conn, taken.account_id or 0)
    if row is None or row.disabled_at or row.deleted_at:
        raise LookupError("The account that asked for it is closed.")
    return access.scope_of(accounts.reader_of(conn, row))


def ingest(taken: etl.Taken, bind: Engine | None) -> etl.Receipt:
    """Read and check what was handed in, and tell those who wait for it."""

    def told(conn: Connection, receipt: etl.Receipt) -> None:
        notices.checked(conn, receipt, actor=taken.actor)

    receipt = etl.ingest(taken, bind, told=told)
    notices.send_soon()
    return receipt


def annotate(taken: etl.Taken, bind: Engine | None) -> etl.File:
    """Return the copy of a workbook with its findings and remarks in its cells."""
    with database.connect(bind) as conn:
        scope = _scope(conn, taken)
        return made.marked_copy(conn, scope, taken.submission_id or 0, taken.arguments["language"])


def report(taken: etl.Taken, bind: Engine | None) -> etl.File:
    """Return the report that somebody asked for."""
    # late: documents bring libraries that no page needs
    from dashboard import building
    from dashboard.reports import Request

    asked = taken.arguments
    with database.connect(bind) as conn:
        scope = _scope(conn, taken)
        if "report" not in asked:
            return made.report(conn, scope, Request.of(asked), asked["format"])
        row = queries.report(conn, scope, asked["report"])
    if row is None:
        raise LookupError("Who asked for it may not write this report any more.")
    return building.keep(row, asked["format"], actor=taken.actor, bind=bind)


def add() -> None:
    """Let whoever does jobs do these."""
    etl.JOB_KINDS.update(
        {JobKind.INGEST: ingest, JobKind.ANNOTATE: annotate, JobKind.REPORT: report}
    )
