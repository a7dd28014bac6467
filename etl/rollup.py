"""What each series has come to, kept with every decision, so that a page reads a row for each.

Derived from the current observations by `schemas.steps`, once for the public and once for all
others where something is withheld; never read by a decision. A programme that is not rolled up by
the rules of the day (table `rolled`) is computed from its observations instead.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from operator import attrgetter
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import Connection, delete, insert, select, tuple_

from etl import reference
from etl.store import columns_of, frame_of
from schemas.codes import ValueType
from schemas.packed import digest, facts_of, pack, pack_facts
from schemas.series import (
    Dimension,
    Options,
    Row,
    Rules,
    dimensions_of,
    points_of,
    rows_of,
    rules_of,
)
from schemas.steps import Contribution, last_step, series_of
from schemas.tables import (
    Category,
    Indicator,
    Observation,
    Programme,
    Rolled,
    SeriesRow,
    StepRow,
    Withheld,
    current,
)
from schemas.tables import Dimension as DimensionRow

MOST_IDS = 40
"Observations that a sum leads back to by their ids; one of more does so by its view."

AT_ONCE = 500
"Series that are named in one statement."

Key = tuple[str, str, str]
"Project (empty for none), place and indicator."

COLUMNS = [name for name in Row._fields if name != "country_code"]
"What is read of observations."


def renew(
    conn: Connection,
    programme_code: str,
    frame: pd.DataFrame,
    hidden: Collection[int],
    touched: Collection[Key],
) -> None:
    """Keep anew what the touched series of a programme have come to.

    `frame` has all of their current observations, and may have others; of these the public does
    not see the `hidden`. All series are renewed where the rules have changed since.
    """
    rules, dimensions = _rules(conn), _dimensions(conn)
    known = conn.execute(
        select(Rolled.rules).where(Rolled.programme_code == programme_code)
    ).scalar_one_or_none()
    if known != digest(rules.values(), dimensions):
        renew_all(conn, programme_code)
        return
    keys = sorted(touched)
    for start in range(0, len(keys), AT_ONCE):
        named = tuple_(SeriesRow.project_code, SeriesRow.place_code, SeriesRow.indicator_code)
        some = named.in_(keys[start : start + AT_ONCE])
        _forget(conn, SeriesRow.programme_code == programme_code, some)
    rows = rows_of(frame)
    _keep(conn, programme_code, _grouped(rows, set(keys)), hidden, rules, dimensions)


def renew_all(conn: Connection, programme_code: str) -> None:
    """Keep anew what all series of a programme have come to, one indicator after the other."""
    rules, dimensions = _rules(conn), _dimensions(conn)
    _forget(conn, SeriesRow.programme_code == programme_code)
    conn.execute(delete(Rolled).where(Rolled.programme_code == programme_code))
    mine = (Observation.programme_code == programme_code, current())
    codes = conn.execute(select(Observation.indicator_code).where(*mine).distinct()).scalars()
    for code in sorted(codes):
        these = (*mine, Observation.indicator_code == code)
        is_hidden = Withheld.observation_id == Observation.observation_id
        hidden = conn.execute(select(Withheld.observation_id).where(is_hidden, *these)).scalars()
        rows = rows_of(frame_of(conn, columns_of(COLUMNS), *these))
        _keep(conn, programme_code, _grouped(rows), set(hidden), rules, dimensions)
    row = {"programme_code": programme_code, "rules": digest(rules.values(), dimensions)}
    conn.execute(insert(Rolled), [row])


def seed(conn: Connection, folder: Path = reference.FOLDER) -> reference.Changes:
    """Bring the catalogue to the files (`reference.seed`), and what series come to by its rules."""
    changes = reference.seed(conn, folder)
    renew_outdated(conn)
    return changes


def renew_outdated(conn: Connection) -> list[str]:
    """Keep anew the series of the programmes whose rules have changed, and return their codes."""
    now = digest(_rules(conn).values(), _dimensions(conn))
    fresh = set(conn.execute(select(Rolled.programme_code).where(Rolled.rules == now)).scalars())
    there = set(conn.execute(select(Programme.programme_code)).scalars())
    outdated = sorted(there - fresh)
    for programme_code in outdated:
        renew_all(conn, programme_code)
    return outdated


def _rules(conn: Connection) -> dict[str, Rules]:
    return rules_of(conn.execute(select(Indicator.__table__)))


def _dimensions(conn: Connection) -> list[Dimension]:
    order = select(DimensionRow.__table__).order_by(DimensionRow.dimension_code)
    categories = select(Category.__table__).order_by(Category.sort, Category.category_code)
    return list(dimensions_of(conn.execute(order), conn.execute(categories)).values())


def _forget(conn: Connection, *which: Any) -> None:
    """Delete series with their steps."""
    conn.execute(
        delete(StepRow).where(StepRow.series_id.in_(select(SeriesRow.series_id).where(*which)))
    )
    conn.execute(delete(SeriesRow).where(*which))


def _grouped(rows: Iterable[Row], touched: Collection[Key] | None = None) -> dict[Key, list[Row]]:
    """Return the rows of each series, in the order in which they came; of all, or of the touched."""
    groups: dict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        key = (row.project_code, row.place_code, row.indicator_code)
        if touched is None or key in touched:
            groups[key].append(row)
    return groups


def _keep(
    conn: Connection,
    programme_code: str,
    groups: Mapping[Key, list[Row]],
    hidden: Collection[int],
    rules: Mapping[str, Rules],
    dimensions: list[Dimension],
) -> None:
    """Insert what series have come to, as the public and as all others see them."""
    found: list[tuple[dict[str, Any], Steps]] = []
    for key, rows in groups.items():
        rows.sort(key=attrgetter("observation_id"))
        shown = [row for row in rows if row.observation_id not in hidden]
        readers = [(rows, True, True)]
        if len(shown) < len(rows):
            readers = [(rows, False, True), (shown, True, False)]
        for seen, is_public, is_full in readers:
            named: dict[str, Any] = {"programme_code": programme_code}
            named |= zip(("project_code", "place_code", "indicator_code"), key, strict=True)
            named |= {"is_public": is_public, "is_full": is_full}
            for row, steps in _rolled_up(seen, rules[key[2]], dimensions) if seen else ():
                found.append((named | row, steps))
    if not found:
        return
    ids = conn.execute(
        insert(SeriesRow).returning(SeriesRow.series_id, sort_by_parameter_order=True),
        [row for row, _ in found],
    ).scalars()
    steps = [
        {**step, "series_id": number}
        for number, (_, steps) in zip(ids, found, strict=True)
        for step in steps
    ]
    if steps:
        conn.execute(insert(StepRow), steps)


Steps = list[dict[str, Any]]
"Rows of table `step`, but for their series."


def _rolled_up(
    rows: list[Row], rules: Rules, dimensions: list[Dimension]
) -> Iterator[tuple[dict[str, Any], Steps]]:
    """Yield the row of a series with its steps, then those of its categories, which have none."""
    series = series_of(rows, rules, Options(dimensions=tuple(dimensions)), most_ids=MOST_IDS)
    last = series.reached()
    yield (
        _row(rows, "", last) | {"facts": pack_facts(facts_of(series))},
        [
            {
                "period_start": step.start,
                "period_end": step.end,
                "so_far": pack(step.so_far),
                "in_period": pack(step.in_period) if step.in_period else None,
            }
            for step in series.steps
        ],
    )
    categories: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.breakdown_key and "|" not in row.breakdown_key:
            categories[row.breakdown_key].append(row)
    for key, of in categories.items():
        told = [row._replace(breakdown_key="") for row in of if row.value_type == ValueType.ACTUAL]
        steps = last_step(points_of(told, rules, ()), rules, (), most_ids=MOST_IDS)
        if steps:
            yield _row(told, key, steps[-1].so_far) | {"facts": None}, []


def _row(rows: list[Row], key: str, last: Contribution | None) -> dict[str, Any]:
    return {
        "breakdown_key": key,
        "first_day": min(row.period_start for row in rows),
        "last_day": max(row.period_end for row in rows),
        "reached": pack(last) if last else None,
    }
