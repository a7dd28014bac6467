"""Series as they were kept with the last decision (`etl.rollup`), by what a table or a chart is by.

A page reads a row of each series, a trend the steps of one indicator. What is asked for later than
the rest (the steps, the categories) is read then, once.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Engine

from dashboard import queries
from dashboard.queries import Chosen, Record
from schemas import database
from schemas.codes import TargetBasis
from schemas.packed import Facts, unpack, unpack_facts
from schemas.rows import categories_of
from schemas.scope import Scope
from schemas.series import Options, Rules, points_of
from schemas.steps import Series, Step, in_order, last_step, places_around, plan_of

Key = tuple[str, ...]
"The values of what a table is by."

REPORTED = [
    *("programme_code", "project_code", "place_code", "country_code", "indicator_code"),
    *("breakdown_key", "period_start", "period_end"),
]
"The columns of `Rolled.reported`."


@dataclass(frozen=True)
class Rolled:
    """The series that a view asks for, and where more of them can be read."""

    bind: Engine
    scope: Scope
    chosen: Chosen
    until: date | None
    rules: Mapping[str, Rules]
    options: Options
    rows: Sequence[Record]
    "As `queries.series` has them."
    in_period: Mapping[int, Sequence[Step]]
    "By series, the steps of those periods that a target is for."
    ends: tuple[date, ...]
    "The days on which reported periods of the view end, newest first."
    kept: dict[tuple[str, str], Any] = field(default_factory=dict)
    "What was made of the rows already."
    known: dict[tuple[str, str], Any] = field(default_factory=dict)
    "What was read already, of all of the view."
    own: tuple[tuple[str, str], ...] = ()
    "What the columns of rows are, of a part of the view."

    def within(self, column: str, code: str) -> "Rolled":
        """Return the series of one project, place or country alone."""
        rows = [row for row in self.rows if getattr(row, column) == code]
        return replace(self, rows=rows, own=(*self.own, (column, code)), kept={})

    def _of_own(self, rows: Iterable[Record]) -> list[Record]:
        return [row for row in rows if all(getattr(row, name) == code for name, code in self.own)]

    def series(self) -> dict[str, list[Series]]:
        """Return the series by indicator, each with what it has come to."""
        if ("", "") not in self.kept:
            found: dict[str, list[Series]] = defaultdict(list)
            for row in self.rows:
                last = _last_step(row, self.until)
                steps = {step[:2]: step for step in self.in_period.get(row.series_id, ())}
                steps |= {step[:2]: step for step in last if step[:2] not in steps}
                ordered = sorted(steps.values(), key=lambda step: (step.end, step.start))
                found[row.indicator_code].append(self._series(row, ordered))
            self.kept["", ""] = found
        known: dict[str, list[Series]] = self.kept["", ""]
        return known

    def by(
        self, names: Sequence[str], indicator_code: str = ""
    ) -> dict[tuple[Key, str], list[Series]]:
        """Return the series by the values of some columns and by indicator: all, or of one."""
        every = self.series()
        codes = [indicator_code] if indicator_code else every
        return {
            (key, code): series
            for code in codes
            for key, series in grouped(every.get(code, ()), names).items()
        }

    def over_time(self, indicator_code: str) -> list[Series]:
        """Return the series of one indicator with all of their steps."""
        key = ("steps", indicator_code)
        steps: Mapping[int, Sequence[Step]]
        if key not in self.kept:
            with database.connect(self.bind) as conn:
                rows = [row for row in self.rows if row.indicator_code == indicator_code]
                if indicator_code not in (self.chosen.indicator_codes or (indicator_code,)):
                    chosen = replace(self.chosen, indicator_codes=(indicator_code,))
                    rows = self._of_own(queries.series(conn, self.scope, chosen))
                    steps = steps_of(queries.steps(conn, [row.series_id for row in rows]))
                else:
                    steps = self._steps(conn, rows)
            self.kept[key] = [self._series(row, steps.get(row.series_id, ())) for row in rows]
        known: list[Series] = self.kept[key]
        return known

    def _steps(self, conn: Connection, rows: Sequence[Record]) -> Mapping[int, Sequence[Step]]:
        """Return all steps of rows; of a project, whose page shows them all, those of every row at once."""
        key = ("steps", "")
        if key not in self.kept:
            is_of_project = bool(self.chosen.project_code)
            wanted = [row.series_id for row in (self.rows if is_of_project else rows)]
            found = steps_of(queries.steps(conn, wanted))
            if not is_of_project:
                return found
            self.kept[key] = found
        every: Mapping[int, Sequence[Step]] = self.kept[key]
        return every

    def categories(self, indicator_code: str, dimension_code: str) -> dict[str, list[Series]]:
        """Return the series of one indicator by the categories of a dimension."""
        found: dict[str, list[Series]] = defaultdict(list)
        for row, steps in self._parts(indicator_code):
            categories = categories_of(row.breakdown_key)
            if [*categories] == [dimension_code]:
                found[categories[dimension_code]].append(self._series(row, steps))
        return found

    def _parts(self, indicator_code: str) -> list[tuple[Record, Sequence[Step]]]:
        """Return the rows of an indicator's categories, with what each has come to by the day."""
        key = ("categories", indicator_code)
        if key not in self.known:
            chosen = replace(self.chosen, indicator_codes=(indicator_code,))
            with database.connect(self.bind) as conn:
                rows = queries.series(conn, self.scope, chosen, of_categories=True)
                found: list[tuple[Record, Sequence[Step]]] = [
                    (row, _last_step(row, self.until)) for row in rows
                ]
                if any(row.reached and not steps for row, steps in found):
                    found = self._parts_until(conn, rows, chosen)
            self.known[key] = found
        steps_of_row = {row.series_id: steps for row, steps in self.known[key]}
        own = self._of_own(row for row, _ in self.known[key])
        return [(row, steps_of_row[row.series_id]) for row in own]

    def totals(self, indicator_codes: Collection[str], day: date) -> list[int]:
        """Return the observations that are actual totals of indicators by a day, the newest first."""
        chosen = replace(self.chosen, indicator_codes=tuple(sorted(indicator_codes)))
        with database.connect(self.bind) as conn:
            rows = self._of_own(queries.totals(conn, self.scope, chosen, until=day))
        return [row.observation_id for row in rows]

    def is_crossed(self, indicator_code: str) -> bool:
        """Return whether values of an indicator were reported by several categories at once."""
        key = ("crossed", indicator_code)
        if key not in self.known:
            chosen = replace(self.chosen, indicator_codes=(indicator_code,))
            with database.connect(self.bind) as conn:
                self.known[key] = queries.is_crossed(conn, self.scope, chosen)
        return bool(self.known[key])

    @cached_property
    def reporting(self) -> set[str]:
        """The projects that have reported an actual, or that there is none to report."""
        return {
            one.project_code
            for series in self.series().values()
            for one in series
            if one.began or one.parts_from or not one.is_expected
        }

    def _parts_until(
        self, conn: Connection, rows: Sequence[Record], chosen: Chosen
    ) -> list[tuple[Record, Sequence[Step]]]:
        """Return the same for an earlier day, which is not kept: from the observations."""
        rules = self.rules[chosen.indicator_codes[0]] if chosen.indicator_codes else None
        of_series: dict[Key, list[Any]] = defaultdict(list)
        for row in queries.parts(conn, self.scope, chosen, until=self.until):
            key = (row.project_code, row.place_code, row.breakdown_key)
            of_series[key].append(row._replace(breakdown_key=""))
        found: list[tuple[Record, Sequence[Step]]] = []
        for row in rows:
            key = (row.project_code, row.place_code, row.breakdown_key)
            points = points_of(of_series.get(key, ()), rules, ()) if rules else ()
            found.append((row, last_step(points, rules, ()) if rules else ()))
        return found

    def _series(self, row: Record, steps: Iterable[Step]) -> Series:
        basis, start_date = plan_of(self.options, row.project_code, self.rules[row.indicator_code])
        facts = unpack_facts(row.facts) if row.facts else NO_FACTS
        return Series(
            row.project_code,
            row.place_code,
            row.country_code,
            places_around(row.place_code, row.country_code, self.options),
            basis,
            start_date,
            facts.began,
            tuple(steps),
            facts.baselines,
            facts.targets,
            facts.targets[-1].end if facts.targets else None,
            facts.has_baseline_row,
            facts.is_expected,
            facts.parts_from,
        )

    @cached_property
    def reported(self) -> pd.DataFrame:
        """Return what there are values of: a row of each series, with its first and last day."""
        programme = self.chosen.programme_code
        named = [
            (programme, *codes, "", row.first_day, row.last_day)
            for row in self.rows
            for codes in [(row.project_code, row.place_code, row.country_code, row.indicator_code)]
        ]
        return queries.tidy(named, REPORTED)


NO_FACTS = Facts(None, (), (), has_baseline_row=False, is_expected=True, parts_from=None)
"Of a category."


def read(
    conn: Connection,
    scope: Scope,
    chosen: Chosen,
    *,
    until: date | None,
    rules: Mapping[str, Rules],
    options: Options,
) -> Rolled:
    """Return the series that a view asks for, by a day."""
    rows = queries.series(conn, scope, chosen, until=until)
    ends: set[date] = set()
    codes: set[str] = set()
    for row in rows:
        basis, _ = plan_of(options, row.project_code, rules[row.indicator_code])
        if basis == TargetBasis.PER_PERIOD and row.facts:
            targets = unpack_facts(row.facts).targets
            ends |= {target.end for target in targets}
            codes |= {row.indicator_code} if targets else set()
    ids = [row.series_id for row in rows if row.indicator_code in codes]
    in_period = steps_of(queries.steps(conn, ids, ends=ends)) if ids else {}
    days = tuple(queries.period_ends(conn, scope, chosen))
    return Rolled(conn.engine, scope, chosen, until, rules, options, rows, in_period, days)


def steps_of(rows: Iterable[Record]) -> dict[int, list[Step]]:
    """Return the steps of rows of `queries.steps`, by their series."""
    found: dict[int, list[Step]] = defaultdict(list)
    for number, end, start, so_far, in_period in rows:
        alone = unpack(in_period) if in_period else None
        found[number].append(Step(start, end, unpack(so_far), alone))
    return found


def grouped(series: Iterable[Series], names: Sequence[str]) -> dict[Key, list[Series]]:
    """Return series by the values of some of their attributes."""
    found: dict[Key, list[Series]] = defaultdict(list)
    for one in in_order(series):
        found[tuple(str(getattr(one, name)) for name in names)].append(one)
    return found


def _last_step(row: Record, until: date | None) -> tuple[Step, ...]:
    """Return the step that is kept with a series; none where it is of a later day."""
    so_far = unpack(row.reached) if row.reached else None
    if so_far is None or (until and so_far.answered > until):
        return ()
    return (Step(so_far.start or so_far.answered, so_far.answered, so_far, None),)
