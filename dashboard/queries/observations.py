"""Observations that count, today or at a moment, and that the reader may see."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import (
    Connection,
    exists,
    func,
    literal,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import aliased

from dashboard.queries.rows import tidy
from schemas import codes, impact, tables
from schemas.rows import SLICE
from schemas.scope import NOTHING, Scope
from schemas.tables import Observation, Place, Withheld, WithheldElsewhere

OBSERVATION = [*impact.Row._fields, "text", "basis", "note"]
"The columns of observations: those that arithmetic reads, and what a page says beside them."


def counts(observation: Any, scope: Scope, as_of: datetime | None) -> Any:
    """Return the condition that an observation counts (today, or at a moment) and may be seen."""
    condition = observation.superseded_at.is_(None)
    if as_of:
        condition = (observation.accepted_at <= as_of) & (
            condition | (observation.superseded_at > as_of)
        )
    return condition & may_see(observation, scope)


def may_see(observation: Any, scope: Scope) -> Any:
    """Return the condition that the scope may see an observation."""
    hidden = exists().where(Withheld.observation_id == observation.observation_id)
    return true() if scope.is_everything else scope.own(observation) | ~hidden


def _makes_totals(scope: Scope, as_of: datetime | None, *, has_parts: bool) -> Any:
    """Return the condition that a total may rest on an observation.

    Totals themselves; parts by one category of what may be counted twice, which show how many
    there are at least (with `has_parts` of everything); and all parts of a slice whose total was
    not reported.
    """
    overlapping = select(tables.Indicator.indicator_code).where(
        tables.Indicator.overlap != codes.Overlap.NONE
    )
    is_part: Any = Observation.breakdown_key.not_like("%|%")
    if not has_parts:
        is_part &= Observation.indicator_code.in_(overlapping)
    total = aliased(Observation)
    has_total = exists().where(
        *(
            # No project is null, which equals nothing.
            func.coalesce(getattr(total, name), NOTHING)
            == func.coalesce(getattr(Observation, name), NOTHING)
            if name == "project_code"
            else getattr(total, name) == getattr(Observation, name)
            for name in ("programme_code", *SLICE)
        ),
        total.breakdown_key == NOTHING,
        counts(total, scope, as_of),
    )
    return (Observation.breakdown_key == "") | is_part | ~has_total


NO_OWN: Mapping[str, str] = {}


def observations(
    conn: Connection,
    scope: Scope,
    *,
    programme_code: str = "",
    project_code: str = "",
    country_code: str = "",
    indicator_codes: Sequence[str] | None = None,
    own: Mapping[str, str] = NO_OWN,
    breakdowns: bool = False,
    as_of: datetime | None = None,
) -> pd.DataFrame:
    """Return the observations that count today, or counted at a moment, and that the scope may see.

    Columns: `OBSERVATION`. `own` says what project_code, place_code or country_code must be besides.
    Without `breakdowns` totals, parts by one category (of a whole programme
    or country only where somebody may be counted twice), and those combinations of categories that
    make up for a missing total; with it every combination.
    """
    columns = [
        Place.country_code if name == "country_code" else getattr(Observation, name)
        for name in OBSERVATION
    ]
    statement = select(*columns).join(Place, Place.place_code == Observation.place_code)
    statement = statement.where(counts(Observation, scope, as_of))
    if programme_code:
        statement = statement.where(Observation.programme_code == programme_code)
    if project_code:
        statement = statement.where(Observation.project_code == project_code)
    if country_code:
        statement = statement.where(Place.country_code == country_code)
    if indicator_codes is not None:
        statement = statement.where(Observation.indicator_code.in_(indicator_codes))
    for name, code in own.items():
        column = Place.country_code if name == "country_code" else getattr(Observation, name)
        statement = statement.where(column == code)
    if not breakdowns:
        has_parts = bool(project_code) or indicator_codes is not None
        statement = statement.where(_makes_totals(scope, as_of, has_parts=has_parts))
    statement = statement.order_by(
        Observation.indicator_code,
        Observation.place_code,
        Observation.period_end,
        Observation.observation_id,
    )
    return tidy(conn.execute(statement), OBSERVATION)


WITHHELD = ["project_code", "place_code", "indicator_code", "is_total", "values"]


def withheld(
    conn: Connection, scope: Scope, *, programme_code: str, as_of: datetime | None = None
) -> pd.DataFrame:
    """Return what the scope may not see of what counts, today or at a moment: how many, not which.

    Columns: project_code, place_code, indicator_code, is_total, values. Empty for whoever sees all, but
    for what a data package had left out before it came here.
    """
    elsewhere = WithheldElsewhere
    left_out = select(
        elsewhere.programme_code,
        *(getattr(elsewhere, name) for name in WITHHELD[:4]),
        elsewhere.number,
    )
    if as_of:
        left_out = left_out.where(elsewhere.told_at.is_(None) | (elsewhere.told_at <= as_of))
    hidden = select(
        Observation.programme_code,
        *(getattr(Observation, name) for name in WITHHELD[:3]),
        Observation.breakdown_key == "",
        literal(1),
    ).where(
        Observation.observation_id.in_(select(Withheld.observation_id)),
        tables.known_on(as_of) if as_of else tables.current(),
        ~scope.own(Observation),
    )
    found: Counter[tuple[Any, ...]] = Counter()
    # Not in the statement: asked for a programme, a database would go through all of it.
    for programme, *key, number in conn.execute(
        left_out if scope.is_everything else union_all(left_out, hidden)
    ):
        if programme == programme_code:
            found[tuple(key)] += number
    return tidy([(*key, count) for key, count in found.items()], WITHHELD)
