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


def report(taken: etl.Taken, bind: Engine | None) -> etl.File | None:
    """Return the report that somebody asked for; nothing where a file was to be made again."""
    # late: documents bring libraries that no page needs
    from dashboard import building
    from dashboard.reports import Request

    asked = taken.arguments
    with database.connect(bind) as conn:
        scope = _scope(conn, taken)
        if "report" not in asked:
            return made.report(conn, scope, Request.of(asked), asked["format"])
        row = queries.report(conn, scope, asked["report"])
        file = queries.made_report(conn, scope, asked["again"]) if "again" in asked else None
        database.let_go(conn)
    if row is None or ("again" in asked and file is None):
        raise LookupError("Who asked for it may not write this report any more.")

    def done(parts: int, every: int) -> None:
        if etl.has_broker():
            etl.tell_job(taken, parts, every, bind)

    if file is not None:
        building.compare(file, actor=taken.actor, done=done, bind=bind)
        return None
    is_public = bool(asked.get("is_public"))
    return building.keep(
        row, asked["format"], actor=taken.actor, is_public=is_public, done=done, bind=bind
    )[1]


def add() -> None:
    """Let whoever does jobs do these."""
    etl.JOB_KINDS.update(
        {JobKind.INGEST: ingest, JobKind.ANNOTATE: annotate, JobKind.REPORT: report}
    )
