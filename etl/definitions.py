"""What indicators mean, and meant before: a version for each meaning, so that old values keep theirs.

What a version holds is never changed. That a text was added in another language is no new meaning.
"""

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select

from schemas.tables import Indicator, IndicatorDimension, IndicatorVersion, Words

RULES = (
    *("measure", "time_rule", "place_rule", "numerator_time_rule", "denominator_time_rule"),
    *("factor", "is_annualised", "overlap", "reported_as", "target_basis"),
    *("instrument", "scale_min", "scale_max"),
)
"The columns that say what a value is and how it adds up."


def keep(conn: Connection, actor: str) -> list[str]:
    """Keep the meaning of each indicator whose meaning is a new one, and return their codes."""
    latest = _latest(conn)
    dimensions: dict[str, list[str]] = defaultdict(list)
    listed = select(IndicatorDimension.indicator_code, IndicatorDimension.dimension_code)
    for code, dimension in conn.execute(listed.order_by(IndicatorDimension.sort)):
        dimensions[code].append(dimension)
    now, new = datetime.now(UTC), []
    for row in conn.execute(select(Indicator.__table__).order_by(Indicator.indicator_code)):
        meaning = {
            "definition": row.definition,
            "unit_code": row.unit_code,
            "dimensions": dimensions[row.indicator_code],
            "rules": {name: getattr(row, name) for name in RULES},
        }
        before = latest.get(row.indicator_code)
        if before is None or is_other(before._asdict(), meaning):
            named = {"indicator_code": row.indicator_code, "valid_from": now, "actor": actor}
            new.append(named | meaning | {"version": before.version + 1 if before else 1})
    if new:
        conn.execute(insert(IndicatorVersion), new)
    return [row["indicator_code"] for row in new]


def is_other(before: dict[str, Any], after: dict[str, Any]) -> bool:
    """Return whether what an indicator meant is something else than what it means."""
    return (
        _is_other_text(before["definition"], after["definition"])
        or before["unit_code"] != after["unit_code"]
        or set(before["dimensions"]) != set(after["dimensions"])
        or any(before["rules"].get(name) != after["rules"].get(name) for name in RULES)
    )


def _is_other_text(before: Words, after: Words) -> bool:
    return any(after.get(language) != text for language, text in before.items())


def _latest(conn: Connection) -> dict[str, Any]:
    """Return the newest version of each indicator."""
    table = IndicatorVersion
    newest = (
        select(table.indicator_code, func.max(table.version).label("version"))
        .group_by(table.indicator_code)
        .subquery()
    )
    rows = conn.execute(
        select(table.__table__).join(
            newest,
            (table.indicator_code == newest.c.indicator_code) & (table.version == newest.c.version),
        )
    )
    return {row.indicator_code: row for row in rows}
