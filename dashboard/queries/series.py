"""What series have come to, as it is kept with every decision."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import (
    Connection,
    exists,
    func,
    literal_column,
    select,
    true,
)

from dashboard.queries.observations import counts
from dashboard.queries.rows import AT_ONCE, Record
from schemas import codes, impact, tables
from schemas.scope import NOTHING, Scope
from schemas.tables import Observation, Place


@dataclass(frozen=True)
class Chosen:
    """Which series of a programme are asked for; empty texts and None stand for all."""

    programme_code: str
    project_code: str = ""
    country_code: str = ""
    indicator_codes: tuple[str, ...] | None = None


def rolled_by(conn: Connection, programme_code: str) -> str:
    """Return by which rules the series of a programme are rolled up; empty where they are not."""
    table = tables.Rolled
    statement = select(table.rules).where(table.programme_code == programme_code)
    return conn.execute(statement).scalar_one_or_none() or ""


def _of(chosen: Chosen, table: Any) -> list[Any]:
    """Return the conditions that rows of a table are chosen; places are joined."""
    conditions = [table.programme_code == chosen.programme_code]
    if chosen.project_code:
        conditions.append(table.project_code == chosen.project_code)
    if chosen.country_code:
        conditions.append(Place.country_code == chosen.country_code)
    if chosen.indicator_codes is not None:
        conditions.append(table.indicator_code.in_(chosen.indicator_codes))
    return conditions


def _series(scope: Scope, chosen: Chosen, *, of_categories: bool) -> list[Any]:
    """Return the conditions that series are chosen, and as the scope sees them."""
    table = tables.SeriesRow
    is_total = table.breakdown_key == ""
    own = scope.own(table)
    is_seen = (own & table.is_full.is_(True)) | (~own & table.is_public.is_(True))
    return [*_of(chosen, table), ~is_total if of_categories else is_total, is_seen]


def series(
    conn: Connection,
    scope: Scope,
    chosen: Chosen,
    *,
    until: date | None = None,
    of_categories: bool = False,
) -> list[Record]:
    """Return the series that the scope may see, or those of their categories.

    With series_id, their codes, breakdown_key, first_day, last_day, `facts` and `reached` (texts of
    `schemas.packed`): what each has come to, of the total by a day, of a category always last.
    """
    table, step = tables.SeriesRow, tables.StepRow
    reached: Any = table.reached
    statement = select(
        table.series_id,
        table.project_code,
        table.place_code,
        Place.country_code,
        table.indicator_code,
        table.breakdown_key,
        table.first_day,
        table.last_day,
        table.facts,
    ).join(Place, Place.place_code == table.place_code)
    if until and not of_categories:
        reached = (
            select(step.so_far)
            .where(step.series_id == table.series_id, step.period_end <= until)
            .order_by(step.period_end.desc(), step.period_start.desc())
            .limit(1)
            .correlate(table)
            .scalar_subquery()
        )
    statement = statement.add_columns(reached.label("reached"))
    statement = statement.where(*_series(scope, chosen, of_categories=of_categories))
    order = (table.indicator_code, table.place_code, table.project_code, table.breakdown_key)
    return list(conn.execute(statement.order_by(*order)))


def steps(
    conn: Connection, series_ids: Sequence[int], *, ends: Iterable[date] | None = None
) -> list[Record]:
    """Return the steps of series, by date; of all periods, or of those that end on some days.

    Columns: series_id, period_end, period_start, so_far, in_period (texts of `schemas.packed`).
    """
    table = tables.StepRow
    columns = (table.series_id, table.period_end, table.period_start)
    rows: list[Record] = []
    for start in range(0, len(series_ids), AT_ONCE):
        some = table.series_id.in_(series_ids[start : start + AT_ONCE])
        statement = select(*columns, table.so_far, table.in_period).where(some)
        if ends is not None:
            statement = statement.where(table.period_end.in_(sorted(ends)))
        rows.extend(conn.execute(statement.order_by(*columns)))
    return rows


def period_ends(conn: Connection, scope: Scope, chosen: Chosen) -> list[date]:
    """Return the days on which the periods of series end, newest first."""
    table, step = tables.SeriesRow, tables.StepRow
    is_chosen = _series(scope, chosen, of_categories=False)
    if chosen == Chosen(chosen.programme_code):
        # From each day to the next, not over all steps: there are few days, of very many steps.
        first = select(func.min(step.period_end).label("period_end")).cte("days", recursive=True)
        later = select(func.min(step.period_end)).where(step.period_end > first.c.period_end)
        days = first.union_all(
            select(later.scalar_subquery()).where(first.c.period_end.is_not(None))
        )
        is_there = exists().where(
            step.period_end == days.c.period_end, table.series_id == step.series_id, *is_chosen
        )
        statement = select(days.c.period_end).where(is_there)
    else:
        statement = (
            select(step.period_end)
            .distinct()
            .join(table, table.series_id == step.series_id)
            .join(Place, Place.place_code == table.place_code)
            .where(*is_chosen)
        )
    return sorted(conn.execute(statement).scalars(), reverse=True)


def totals(conn: Connection, scope: Scope, chosen: Chosen, *, until: date) -> list[Record]:
    """Return the actual totals that count today, up to a day, the newest first: whose, and their ids."""
    statement = (
        select(
            func.coalesce(Observation.project_code, "").label("project_code"),
            Observation.place_code,
            Place.country_code,
            Observation.observation_id,
        )
        .join(Place, Place.place_code == Observation.place_code)
        .where(
            *_of(chosen, Observation),
            counts(Observation, scope, None),
            Observation.breakdown_key == NOTHING,
            Observation.value_type == codes.ValueType.ACTUAL,
            Observation.period_end <= until,
            Observation.value.is_not(None),
        )
    )
    newest = (Observation.period_end.desc(), Observation.observation_id.desc())
    return list(conn.execute(statement.order_by(*newest)))


def is_crossed(conn: Connection, scope: Scope, chosen: Chosen) -> bool:
    """Return whether what is chosen was reported by several categories at once."""
    key = tables.Breakdown.breakdown_key
    crossed = list(conn.execute(select(key).where(key.like("%|%"))).scalars())
    if not crossed:
        return False
    statement = select(
        exists()
        .where(*_of(chosen, Observation), Place.place_code == Observation.place_code)
        .where(Observation.breakdown_key.in_(crossed), counts(Observation, scope, None))
    )
    return bool(conn.execute(statement).scalar())


def parts(
    conn: Connection, scope: Scope, chosen: Chosen, *, until: date | None
) -> list[impact.Row]:
    """Return the actuals by one category that count today, up to a day; their country is empty."""
    columns = [
        literal_column("''") if name == "country_code" else getattr(Observation, name)
        for name in impact.Row._fields
    ]
    statement = select(*columns).where(
        *_of(replace(chosen, country_code=""), Observation),
        counts(Observation, scope, None),
        Observation.value_type == codes.ValueType.ACTUAL,
        Observation.breakdown_key != NOTHING,
        Observation.breakdown_key.not_like("%|%"),
        Observation.period_end <= until if until else true(),
    )
    found = conn.execute(statement.order_by(Observation.observation_id))
    return [
        row
        if row.project_code and row.currency
        else row._replace(project_code=row.project_code or "", currency=row.currency or "")
        for row in map(impact.Row._make, found)
    ]
