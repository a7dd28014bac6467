"""Reports that workers make: of what who asked for them may see."""

from datetime import date

from sqlalchemy import Engine

import etl
from dashboard import access, accounts, exports
from schemas import database
from schemas.codes import JobKind


def report(taken: etl.Taken, bind: Engine | None) -> etl.File:
    """Return the report that somebody asked for, in the scope that they have now.

    LookupError where the account was closed meanwhile.
    """
    from dashboard import reports  # late: documents bring libraries that no page needs

    asked = taken.arguments
    day = date.fromisoformat(asked["as_of"]) if asked["as_of"] else None
    with database.connect(bind) as conn:
        row = accounts.account(conn, taken.account_id or 0)
        if row is None or row.disabled_at or row.deleted_at:
            raise LookupError("The account that asked for the report is closed.")
        data = reports.write(
            conn,
            access.scope_of(accounts.reader_of(conn, row)),
            asked["kind"],
            asked["code"],
            asked["format"],
            asked["language"],
            programme_code=asked["programme"],
            as_of=day,
        )
    told = f"as-of-{day}" if day else ""
    name = exports.file_name(
        "report", asked["kind"], asked["code"], told, file_format=asked["format"]
    )
    return etl.File(name, data)


def add() -> None:
    """Let whoever does jobs do these too."""
    etl.JOB_KINDS[JobKind.REPORT] = report
