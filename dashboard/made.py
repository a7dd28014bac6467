"""Files that are made when somebody asks, at once or by a worker: marked copies and reports."""

from datetime import date

from sqlalchemy import Connection

import etl
from dashboard import exports, queries
from schemas.scope import Scope


def marked_copy(conn: Connection, scope: Scope, submission_id: int, language: str) -> etl.File:
    """Return a workbook with its findings, and the remarks that the scope sees, in its cells."""
    remarks = queries.remarks(conn, scope, submission_id)
    copy = etl.annotated(conn, submission_id, language, remarks)
    return etl.File(copy.file_name, copy.data)


def report(
    conn: Connection,
    scope: Scope,
    kind: str,
    code: str,
    file_format: str,
    language: str,
    *,
    programme_code: str,
    as_of: date | None,
) -> etl.File:
    """Return the report on a project, a country or an SDG (`dashboard.reports.write`) with its name."""
    from dashboard import reports  # late: documents bring libraries that no page needs

    data = reports.write(
        conn,
        scope,
        kind,
        code,
        file_format,
        language,
        programme_code=programme_code,
        as_of=as_of,
    )
    day = f"as-of-{as_of}" if as_of else ""
    return etl.File(exports.file_name("report", kind, code, day, file_format=file_format), data)
