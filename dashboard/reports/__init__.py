"""Reports: the frames and figures of the pages as documents to keep."""

from datetime import date

from sqlalchemy import Connection

from dashboard.reports import content
from dashboard.reports.as_html import write as as_html
from dashboard.reports.as_xlsx import write as as_xlsx
from dashboard.reports.subjects import kind_of
from schemas.scope import Scope

__all__ = ["kind_of", "write"]

WRITERS = {"html": as_html, "xlsx": as_xlsx}


def write(
    conn: Connection,
    scope: Scope,
    kind: str,
    code: str,
    file_format: str,
    language: str,
    *,
    programme_code: str = "",
    as_of: date | None = None,
) -> bytes:
    """Return the report on a project, a country or an SDG (`kind`) as a file.

    Of a programme where it is named, else of the one that the page shows first; as known on a past
    day where one is named. KeyError for a code that the catalogue does not know. The same data make
    the same bytes.
    """
    return WRITERS[file_format](
        content.read(conn, scope, kind, code, language, programme_code=programme_code, as_of=as_of)
    )
