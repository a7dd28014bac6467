"""What is told in words: published records for everybody, and all versions for those whose they are."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Connection, Select, and_, exists, func, or_, select, true
from sqlalchemy.orm import aliased

from dashboard.queries.rows import Record as Found
from schemas import published
from schemas.codes import RecordKind, RecordState
from schemas.records import UNPUBLISHED
from schemas.scope import Scope
from schemas.tables import Place, ProjectPlace, Record, RecordVersion

SHOWN = (
    *Record.__table__.columns,
    RecordVersion.language,
    RecordVersion.fields,
    RecordVersion.written_at,
)
"Of a published record; who wrote it is nobody's business."

OWN = (
    *Record.__table__.columns,
    *(column for column in RecordVersion.__table__.columns if column.name != "record_id"),
)


def published_records(
    conn: Connection,
    *,
    programme_code: str,
    project_code: str = "",
    place_code: str = "",
    country_code: str = "",
    kinds: Collection[RecordKind] = tuple(RecordKind),
    as_of: datetime | None = None,
    published_by: date | None = None,
) -> list[dict[str, Any]]:
    """Return published records as they were at a moment, in the order in which they were begun.

    Whoever asks, without what is never told. What was withdrawn was told on no day before. A project's,
    a place's or a country's are those of it, and of the projects that run there alone. With
    `published_by` those that were first published by that day, as they are now.
    """
    then: Any = RecordVersion.superseded_at.is_(None)
    if as_of:
        then = (RecordVersion.written_at <= as_of) & (then | (RecordVersion.superseded_at > as_of))
    wanted: list[Any] = [
        Record.programme_code == programme_code,
        Record.kind.in_(sorted(kinds)),
        RecordVersion.state == RecordState.PUBLISHED,
        RecordVersion.is_private.is_(False),
        _is_told(),
        _stands(RecordVersion),
        then,
    ]
    if published_by:
        first = aliased(RecordVersion)
        wanted.append(
            exists().where(
                first.record_id == Record.record_id,
                first.state == RecordState.PUBLISHED,
                first.written_at <= datetime.combine(published_by, time.max, UTC),
                _stands(first),
            )
        )
    if project_code:
        wanted.append(Record.project_code == project_code)
    if place_code:
        wanted.append(_within(select(Place.place_code).where(Place.place_code == place_code)))
    if country_code:
        wanted.append(_within(select(Place.place_code).where(Place.country_code == country_code)))
    rows = conn.execute(
        select(*SHOWN)
        .join(RecordVersion, RecordVersion.record_id == Record.record_id)
        .where(*wanted)
        .order_by(Record.record_id)
    ).mappings()
    return [{**row, "fields": _told(row["fields"])} for row in rows]


def _is_told() -> Any:
    """Return the condition that a record is published today."""
    version = aliased(RecordVersion)
    return exists().where(
        version.record_id == Record.record_id,
        version.superseded_at.is_(None),
        version.state == RecordState.PUBLISHED,
    )


def _stands(version: type[RecordVersion]) -> Any:
    """Return the condition that a record was not taken back since a version of it was written.

    Nor its consent: what is published again says nothing of what was said before.
    """
    later = aliased(RecordVersion)
    return ~exists().where(
        later.record_id == version.record_id,
        later.record_version_id > version.record_version_id,
        or_(later.state == RecordState.WITHDRAWN, later.is_private),
    )


def told_rows(
    conn: Connection, as_of: datetime | None
) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
    """Return published records, and all of their published versions as they stood at a moment.

    With the columns of a data package; without what is never told. A step leads to steps alone that
    are told themselves.
    """
    columns = [getattr(RecordVersion, field.name) for field in published.fields(RecordVersion)]
    wanted = [
        RecordVersion.state == RecordState.PUBLISHED,
        RecordVersion.is_private.is_(False),
        _is_told(),
        _stands(RecordVersion),
        RecordVersion.written_at <= as_of if as_of else true(),
    ]
    versions = (
        select(*columns)
        .join(Record, Record.record_id == RecordVersion.record_id)
        .where(*wanted)
        .order_by(RecordVersion.record_version_id)
    )
    found = [dict(row) for row in conn.execute(versions).mappings()]
    numbers = {row["record_id"] for row in found}
    own = [getattr(Record, field.name) for field in published.fields(Record)]
    records = conn.execute(select(*own).order_by(Record.record_id)).mappings()
    for row in found:
        row["fields"] = _told(row["fields"])
        if "leads_to" in row["fields"]:
            kept = [number for number in row["fields"]["leads_to"] if number in numbers]
            row["fields"] |= {"leads_to": kept}
        if as_of and row["superseded_at"] and row["superseded_at"] > as_of:
            row["superseded_at"] = None
    return [dict(row) for row in records if row["record_id"] in numbers], [*found]


def _told(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in UNPUBLISHED}


def _within(places: Any) -> Any:
    """Return the condition that a record is of one of some places, or of a project that runs in no other."""
    runs = exists().where(ProjectPlace.project_code == Record.project_code)
    return or_(
        Record.place_code.in_(places),
        and_(
            Record.place_code.is_(None),
            runs.where(ProjectPlace.place_code.in_(places)),
            ~runs.where(ProjectPlace.place_code.not_in(places)),
        ),
    )


# --- For those whose they are ---------------------------------------------------------------------


@dataclass(frozen=True)
class WantedRecords:
    """Which records are listed; an empty word chooses nothing."""

    kind: str = ""
    project: str = ""
    state: str = ""


EVERY_RECORD = WantedRecords()


def _newest(columns: Iterable[Any], scope: Scope, wanted: WantedRecords) -> Select[Any]:
    """Return the newest version of each record that the scope sees all of."""
    newest = select(func.max(RecordVersion.record_version_id)).group_by(RecordVersion.record_id)
    return (
        select(*columns)
        .join(RecordVersion, RecordVersion.record_id == Record.record_id)
        .where(
            scope.own(Record),
            RecordVersion.record_version_id.in_(newest),
            Record.kind == wanted.kind if wanted.kind else true(),
            Record.project_code == wanted.project if wanted.project else true(),
            RecordVersion.state == wanted.state if wanted.state else true(),
        )
    )


def record_count(conn: Connection, scope: Scope, wanted: WantedRecords) -> int:
    """Return how many records `records` lists."""
    counted = _newest([func.count(Record.record_id)], scope, wanted)
    return int(conn.execute(counted).scalar_one())


def records(
    conn: Connection,
    scope: Scope,
    wanted: WantedRecords = EVERY_RECORD,
    *,
    limit: int | None = None,
    offset: int = 0,
) -> list[Found]:
    """Return the newest version of each record that the scope sees all of, the newest first (columns `OWN`)."""
    found = _newest(OWN, scope, wanted).order_by(RecordVersion.record_version_id.desc())
    return list(conn.execute(found.limit(limit).offset(offset)))


def record(conn: Connection, scope: Scope, record_id: int) -> list[Found]:
    """Return all versions of a record, the newest first; none where the scope does not see all of it."""
    found = (
        select(*OWN)
        .join(RecordVersion, RecordVersion.record_id == Record.record_id)
        .where(scope.own(Record), Record.record_id == record_id)
        .order_by(RecordVersion.record_version_id.desc())
    )
    return list(conn.execute(found))
