"""Reports that people write, for those who evaluate their programme; what was made of them, and is published."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, true

import etl
from dashboard.queries.records import published_records
from dashboard.queries.rows import Record
from schemas import protect
from schemas.scope import Scope
from schemas.tables import (
    MadeAgain,
    MadeReport,
    Observation,
    PublishedReport,
    Report,
    ReportSchedule,
    ReportText,
    ScheduledReport,
    Withheld,
)

MOST_MADE = 50
"Files of a report that are listed beside those that are published."

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
    """Return what was made of a report last, and what is published of it, the newest first, without the files."""
    mine = MadeReport.report_id == report_id
    newest = MadeReport.made_report_id.desc()
    last = select(MadeReport.made_report_id).where(mine).order_by(newest).limit(MOST_MADE)
    public = select(PublishedReport.made_report_id).where(PublishedReport.withdrawn_at.is_(None))
    shown = MadeReport.made_report_id.in_(last) | MadeReport.made_report_id.in_(public)
    return list(conn.execute(select(*MADE).where(mine, shown).order_by(newest)))


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


def made_again(conn: Connection, made_report_ids: Collection[int]) -> dict[int, Record]:
    """Return what came of making files once more, the last time of each."""
    newest = (
        select(func.max(MadeAgain.made_again_id))
        .where(MadeAgain.made_report_id.in_(sorted(made_report_ids)))
        .group_by(MadeAgain.made_report_id)
    )
    rows = conn.execute(select(MadeAgain.__table__).where(MadeAgain.made_again_id.in_(newest)))
    return {row.made_report_id: row for row in rows}


def report_schedule(conn: Connection, report_id: int) -> Record:
    """Return when a report is made by itself; None where it is not."""
    mine = ReportSchedule.report_id == report_id
    return conn.execute(select(ReportSchedule.__table__).where(mine)).first()


def scheduled_reports(conn: Connection, report_id: int) -> list[Record]:
    """Return what became of a report after the rounds so far, the last one first."""
    when = func.coalesce(ScheduledReport.made_at, ScheduledReport.failed_at)
    return list(
        conn.execute(
            select(ScheduledReport.__table__)
            .where(ScheduledReport.report_id == report_id)
            .order_by(when.desc(), ScheduledReport.round_code)
        )
    )


# --- Published ------------------------------------------------------------------------------------


class Closed(StrEnum):
    """Why a file that was published is not given to the public any more."""

    WITHDRAWN = "withdrawn"
    PROTECTED = "protected"
    TAKEN_BACK = "taken_back"


Key = tuple[str, ...]
"A value of a programme, whatever its versions: `KEY`."

Area = Mapping[str, Collection[str]]
"""Values of a programme, by the codes that project_code, place_code and indicator_code may be; all where
nothing is said."""

KEY = [name for name in protect.CELL if name != "programme_code"]
"What tells a value from others of its programme, whatever its versions: they are withheld together."


def _keys(rows: Iterable[Any]) -> set[Key]:
    return {tuple("" if part is None else str(part) for part in row) for row in rows}


def cells(
    conn: Connection, programme_code: str, areas: Iterable[Area], known_at: datetime
) -> set[Key]:
    """Return the keys of all values of some areas that had been accepted by a moment, withheld or not."""
    inside = [
        and_(
            true(), *(getattr(Observation, name).in_(sorted(codes)) for name, codes in area.items())
        )
        for area in areas
    ]
    wanted = (
        Observation.programme_code == programme_code,
        Observation.accepted_at <= known_at,
        or_(*inside),
    )
    columns = [getattr(Observation, name) for name in KEY]
    return _keys(conn.execute(select(*columns).where(*wanted).distinct()))


def withheld_cells(conn: Connection, programme_code: str) -> set[Key]:
    """Return the keys of all values of a programme that the public may not see, in any version."""
    columns = [getattr(Observation, name) for name in KEY]
    found = (
        select(*columns)
        .join(Withheld, Withheld.observation_id == Observation.observation_id)
        .where(Observation.programme_code == programme_code)
        .distinct()
    )
    return _keys(conn.execute(found))


def told_records(
    conn: Connection, programme_code: str, known_at: datetime, **of: Any
) -> set[tuple[int, str]]:
    """Return the records that everybody is told of a moment: each its number, and a digest of what it says.

    `of` narrows them down as in `published_records`.
    """
    rows = published_records(conn, programme_code=programme_code, as_of=known_at, **of)
    return {
        (int(row["record_id"]), etl.reports.fingerprint({row["language"]: row["fields"]}))
        for row in rows
    }


PUBLISHED = [
    column
    for column in PublishedReport.__table__.columns
    if column.name not in ("cells", "records")
]


def published_report(conn: Connection, made_report_id: int) -> Record:
    """Return that a file was published, what it is on and of which report; None where it never was."""
    mine = PublishedReport.made_report_id == made_report_id
    is_file = MadeReport.made_report_id == PublishedReport.made_report_id
    found = select(*PUBLISHED, MadeReport.report_id).join(MadeReport, is_file).where(mine)
    return conn.execute(found).first()


def published_reports(conn: Connection, *, report_id: int = 0) -> list[Record]:
    """Return the files that were published, of one report where it is named, the newest first.

    Those that may not be fetched any more are among them (`closed`).
    """
    wanted: list[Any] = []
    if report_id:
        files = select(MadeReport.made_report_id).where(MadeReport.report_id == report_id)
        wanted.append(PublishedReport.made_report_id.in_(files))
    order = (PublishedReport.published_at.desc(), PublishedReport.made_report_id.desc())
    return list(conn.execute(select(*PUBLISHED).where(*wanted).order_by(*order)))


def closed(conn: Connection, rows: Collection[Record]) -> dict[int, Closed]:
    """Return which of some published files the public may not fetch any more, and why.

    A file may be fetched as long as none of the values that it rests on is withheld, and every record
    that it tells is still told of the moment until which its data were known.
    """
    numbers = [row.made_report_id for row in rows if row.withdrawn_at is None]
    found = {row.made_report_id: Closed.WITHDRAWN for row in rows if row.withdrawn_at}
    hidden: dict[str, set[Key]] = {}
    told: dict[tuple[str, datetime], set[tuple[int, str]]] = {}
    rests_on = select(
        PublishedReport.made_report_id,
        PublishedReport.programme_code,
        PublishedReport.known_at,
        PublishedReport.cells,
        PublishedReport.records,
    ).where(PublishedReport.made_report_id.in_(numbers))
    for number, programme, known_at, keys, records in conn.execute(rests_on).all():
        if programme not in hidden:
            hidden[programme] = withheld_cells(conn, programme)
        if not hidden[programme].isdisjoint(map(tuple, keys)):
            found[number] = Closed.PROTECTED
            continue
        if records and (programme, known_at) not in told:
            told[programme, known_at] = told_records(conn, programme, known_at)
        if records and not {(one, digest) for one, digest in records} <= told[programme, known_at]:
            found[number] = Closed.TAKEN_BACK
    return found


def published_file(conn: Connection, made_report_id: int) -> dict[str, Any]:
    """Return a file that was published, with its content; whether it may be given away is asked before."""
    mine = MadeReport.made_report_id == made_report_id
    is_public = MadeReport.made_report_id == PublishedReport.made_report_id
    found = select(*MADE, MadeReport.content).join(PublishedReport, is_public).where(mine)
    return dict(conn.execute(found).mappings().one())
