"""Reports that people write, for those who evaluate their programme; and what was made of them."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select, true

from dashboard.queries.rows import Record
from schemas.scope import Scope
from schemas.tables import MadeReport, Report, ReportText

MOST_MADE = 50
"Files of a report that are listed."

MADE = [column for column in MadeReport.__table__.columns if column.name != "content"]


def _is_written_by(scope: Scope) -> ColumnElement[bool]:
    """Return the condition that who has a scope sees all of a report's programme."""
    if scope.is_everything:
        return true()
    return Report.programme_code.in_(sorted(scope.programmes))


def reports(conn: Connection, scope: Scope) -> list[Record]:
    """Return the reports of the programmes that a scope sees all of, the one that was worked on last first.

    Columns: those of `report`, and `saved_at`: when its texts were last kept, or it was begun.
    """
    saved = (
        select(ReportText.report_id, func.max(ReportText.saved_at).label("at"))
        .group_by(ReportText.report_id)
        .subquery()
    )
    last = func.coalesce(saved.c.at, Report.begun_at).label("saved_at")
    found = (
        select(Report.__table__, last)
        .outerjoin(saved, saved.c.report_id == Report.report_id)
        .where(_is_written_by(scope), Report.removed_at.is_(None))
        .order_by(last.desc(), Report.report_id.desc())
    )
    return list(conn.execute(found))


def report(conn: Connection, scope: Scope, report_id: int) -> Record:
    """Return a report of a programme that a scope sees all of, a removed one too; else None."""
    return conn.execute(
        select(Report.__table__).where(Report.report_id == report_id, _is_written_by(scope))
    ).first()


def report_texts(conn: Connection, report_id: int) -> dict[str, Record]:
    """Return the texts of a report by its parts."""
    is_of = (ReportText.report_id == report_id, ReportText.superseded_at.is_(None))
    rows = conn.execute(select(ReportText.__table__).where(*is_of))
    return {row.part: row for row in rows}


def text_versions(conn: Connection, report_id: int, part: str) -> list[Record]:
    """Return every version of the text of a part, the newest first."""
    return list(
        conn.execute(
            select(ReportText.__table__)
            .where(ReportText.report_id == report_id, ReportText.part == part)
            .order_by(ReportText.report_text_id.desc())
        )
    )


def made_reports(conn: Connection, report_id: int) -> list[Record]:
    """Return what was made of a report last, the newest first, without the files."""
    return list(
        conn.execute(
            select(*MADE)
            .where(MadeReport.report_id == report_id)
            .order_by(MadeReport.made_report_id.desc())
            .limit(MOST_MADE)
        )
    )


def made_report(conn: Connection, scope: Scope, made_report_id: int) -> dict[str, Any] | None:
    """Return a file that was made, with its content, of a programme that a scope sees all of."""
    row = (
        conn.execute(
            select(*MADE, MadeReport.content, Report.programme_code)
            .join(Report, Report.report_id == MadeReport.report_id)
            .where(
                MadeReport.made_report_id == made_report_id,
                _is_written_by(scope),
            )
        )
        .mappings()
        .first()
    )
    return dict(row) if row else None
