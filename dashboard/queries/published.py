"""The rows that a data package holds, as far as a scope sees them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, literal, select, true

from dashboard.queries.observations import may_see, withheld
from dashboard.queries.submissions import DECIDED, freshness, seen_submissions
from schemas import codes, published, tables
from schemas.scope import Scope
from schemas.tables import Base, Decision, Observation

Row = Mapping[str, Any]


def catalogue_rows(conn: Connection, table: type[Base]) -> list[Row]:
    """Return the rows of a table of the catalogue, in the order of their keys."""
    own = published.table_of(table)
    columns = [own.c[field.name] for field in published.fields(table)]
    return [
        dict(row) for row in conn.execute(select(*columns).order_by(*own.primary_key)).mappings()
    ]


def submitted_rows(conn: Connection, scope: Scope, as_of: datetime | None) -> list[Row]:
    """Return the submissions that were decided on, as they stood at a moment.

    Who does not see all of a file has no `sha256` of it: a guess at its content could be proved by it.
    """
    rows = seen_submissions(conn, scope, as_of)
    return [row for row in rows if row["state"] in DECIDED]


def decided_rows(conn: Connection, scope: Scope, as_of: datetime | None) -> list[Row]:
    """Return what was decided about submissions until a moment; what was given back is nobody's business."""
    columns = [getattr(Decision, field.name) for field in published.fields(Decision)]
    rows = conn.execute(
        select(*columns)
        .where(
            Decision.action != codes.Action.RETURN,
            Decision.decided_at <= as_of if as_of else true(),
        )
        .order_by(Decision.decided_at)
    )
    seen = {row["submission_id"] for row in submitted_rows(conn, scope, as_of)}
    return [dict(row) for row in rows.mappings() if row["submission_id"] in seen]


def observed_rows(conn: Connection, scope: Scope, as_of: datetime | None) -> list[Row]:
    """Return all versions of the observations that the scope sees, as they stood at a moment.

    The cell as its author wrote it (`raw`) is empty where the scope does not see all: it may say more
    than the value.
    """
    columns: dict[str, Any] = {
        field.name: getattr(Observation, field.name) for field in published.fields(Observation)
    }
    columns["raw"] = case((scope.own(Observation), Observation.raw), else_=literal("")).label("raw")
    if as_of:
        is_later = Observation.superseded_at > as_of
        columns["superseded_at"] = case((is_later, None), else_=Observation.superseded_at).label(
            "superseded_at"
        )
    rows = conn.execute(
        select(*columns.values())
        .where(may_see(Observation, scope), Observation.accepted_at <= as_of if as_of else true())
        .order_by(Observation.observation_id)
    )
    return [dict(row) for row in rows.mappings()]


def withheld_rows(conn: Connection, scope: Scope, as_of: datetime | None) -> list[Row]:
    """Return how many values of each series the scope does not see."""
    programmes = conn.execute(
        select(tables.Programme.programme_code).order_by(tables.Programme.programme_code)
    ).scalars()
    rows: list[Row] = []
    for code in programmes:
        found = withheld(conn, scope, programme_code=code, as_of=as_of)
        names = ["programme_code", *found.columns[:-1], "number", "told_at"]
        told_at = freshness(conn, programme_code=code, as_of=as_of).accepted_at
        told = found.itertuples(index=False, name=None)
        rows += [dict(zip(names, (code, *row, told_at), strict=True)) for row in told]
    return sorted(rows, key=lambda row: tuple(map(str, row.values())))
